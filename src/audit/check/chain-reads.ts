import type { FileHandle } from 'node:fs/promises';
import type { CorteFile } from '../../format/naming.ts';
import { sixDigits } from '../../format/naming.ts';
import type { SignedTrust, TrustChain } from '../../verdict/trust-chain.ts';

/**
 * Where a chain is read from: a folder or a web server. None is trusted; whoever controls one can at most withhold the
 * newest part of what it has.
 */
export interface ChainSource {
  /** As the user is told where something came from. */
  readonly name: string;
  /**
   * Reads a whole small file of the chain folder, by its path there.
   * @returns null where there is no such file
   * @throws Refusal `too-large` as soon as more than `limit` bytes came; Error where it can't be read
   */
  read(path: string, limit: number): Promise<Uint8Array | null>;
  /**
   * A trust document with its signatures, unchecked; null where there is none.
   * @param chain what is held so far: by its custodians' names the signatures are found where nothing lists them
   */
  readTrust(version: number, chain: Pick<TrustChain, 'held'>): Promise<SignedTrust | null>;
  /**
   * A large file as one on this machine's disk, which is read several times: its bytes are hashed before anything else
   * looks at them.
   * @param limit bytes; of a larger file at least one byte more than that arrives, so that its length tells
   * @returns null where there is no such file; to be closed by the caller
   */
  fetch(path: string, limit: number): Promise<LocalFile | null>;
  /** The numbers of a phase's cortes that have a folder, where that can be told. */
  numbers?(phase: string): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface LocalFile {
  readonly handle: FileHandle;
  close(): Promise<void>;
}

/** The path of a corte's file in a chain folder. */
export function cortePath(phase: string, number: number, file: CorteFile): string {
  return `${phase}/${sixDigits(number)}/${file}`;
}
