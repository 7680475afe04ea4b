/**
 * What the lector keeps between two lives of its worker, which a browser ends at any moment. A browser may also refuse to
 * keep anything, be full, or lose all of it: then it is held in memory for as long as that lasts. What is read back is
 * checked like what a stranger gave, since a publication has the same origin.
 */
export interface Store {
  /** @returns undefined where nothing is kept under this name */
  get(name: string): Promise<unknown>;
  put(name: string, value: unknown): Promise<void>;
  delete(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
  clear(): Promise<void>;
  /** false once something could not be kept */
  keeps(): boolean;
}
