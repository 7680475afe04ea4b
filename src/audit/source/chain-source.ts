import type { FileHandle } from 'node:fs/promises';
import type { ChainReads } from '../check/chain-reads.ts';

/** Where the command reads a chain from, packages too: a folder or a web server. */
export interface ChainSource extends ChainReads {
  /**
   * Gives a large file as a file on this machine's disk, because it is read several times: its bytes are hashed before
   * anything else reads them.
   * @param limit bytes; of a larger file at least one byte more is fetched, so that its length shows that it is too
   *   large
   * @returns the file, which the caller closes; null where there is none
   */
  fetch(path: string, limit: number): Promise<LocalFile | null>;
  /** Where the server led, if it speaks https by now and http was named. */
  movedTo?(): string | null;
  close(): void;
}

export interface LocalFile {
  readonly handle: FileHandle;
  close(): Promise<void>;
}
