/** Something that takes bytes from strangers. */
export interface Target {
  /** Inputs to begin with: honest ones, and such as are wrong in a way that matters. */
  readonly seeds: readonly Uint8Array[];
  /** what its format is made of */
  readonly words: readonly string[];
  /** bytes of an input */
  readonly most: number;
  /**
   * Takes one input. It throws what must not be: any error but those that the function under trial documents, or an
   * `Error` of its own where a promise of the format does not hold.
   */
  take(bytes: Uint8Array): void | Promise<void>;
  /** Closes what it serves. */
  end?(): void | Promise<void>;
}

/** Gives what `work` gives, or null where it throws an error of these classes; any other passes. */
export function orNull<T>(work: () => T, ...documented: readonly (new (...args: never[]) => Error)[]): T | null {
  try {
    return work();
  } catch (error) {
    if (documented.some((one) => error instanceof one)) return null;
    throw error;
  }
}

/** {@link orNull} for what takes time. */
export async function orNullLater<T>(
  work: () => Promise<T>,
  ...documented: readonly (new (
    ...args: never[]
  ) => Error)[]
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (documented.some((one) => error instanceof one)) return null;
    throw error;
  }
}

/** @throws Error where something that was promised is not so */
export function promise(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`it was promised: ${what}`);
}

/** The first byte chooses among several; the rest is the input. */
export function chosen<T>(bytes: Uint8Array, of: readonly T[]): { readonly one: T; readonly rest: Uint8Array } {
  return { one: of[(bytes[0] ?? 0) % of.length] as T, rest: bytes.subarray(1) };
}

export function seed(choice: number, bytes: Uint8Array | string): Uint8Array {
  return Buffer.concat([Buffer.from([choice]), Buffer.from(bytes as string)]);
}
