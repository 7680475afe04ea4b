import type { CorteFile } from '../../format/naming.ts';
import { sixDigits } from '../../format/naming.ts';
import type { SignedTrust, TrustChain } from '../../verdict/trust-chain.ts';

/**
 * What is read of a chain when its packages are not checked; the page in a browser needs no more. None of the places
 * that a chain is read from is trusted: whoever controls one can at most withhold the newest part of the chain.
 */
export interface ChainReads {
  /** The name by which messages call this place. */
  readonly name: string;
  /**
   * Reads a whole small file of the chain folder, by its path there.
   * @returns null where there is no such file
   * @throws Refusal `too-large` as soon as more than `limit` bytes came; Error where it can't be read
   */
  read(path: string, limit: number): Promise<Uint8Array | null>;
  /**
   * A trust document with its signatures, unchecked; null where there is none.
   * @param chain the documents held so far: where files can't be listed, signatures are looked up by the custodians'
   *   names
   */
  readTrust(version: number, chain: Pick<TrustChain, 'held'>): Promise<SignedTrust | null>;
  /** The numbers of a phase's cortes that have a folder; absent where folders can't be listed. */
  numbers?(phase: string): Promise<readonly number[]>;
}

/** The path of a corte's file in a chain folder. */
export function cortePath(phase: string, number: number, file: CorteFile): string {
  return `${phase}/${sixDigits(number)}/${file}`;
}
