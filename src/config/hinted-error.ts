/** Something could not be done, as any Error (exit 3), and it is known what to do about it. */
export class HintedError extends Error {
  override readonly name = 'HintedError';
  readonly hint: string;

  /** @param hint what to do about it, one line as after `cotejo: hint:` */
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.hint = hint;
  }
}
