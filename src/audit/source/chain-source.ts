import type { FileHandle } from 'node:fs/promises';
import type { ChainReads } from '../check/chain-reads.ts';

/** Where the command reads a chain from, packages too: a folder or a web server. */
export interface ChainSource extends ChainReads {
  /**
   * A large file as one on this machine's disk, which is read several times: its bytes are hashed before anything else
   * looks at them.
   * @param limit bytes; of a larger file at least one byte more than that arrives, so that its length tells
   * @returns null where there is no such file; to be closed by the caller
   */
  fetch(path: string, limit: number): Promise<LocalFile | null>;
  close(): void;
}

export interface LocalFile {
  readonly handle: FileHandle;
  close(): Promise<void>;
}
