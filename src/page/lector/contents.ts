import type { Hash } from '../../format/hash.ts';

/**
 * Verified files in the browser's store, by their hash, so that what did not change from one corte to the next is not
 * fetched again, and the last one can be read without a network. What is read back is verified again.
 */
export interface Contents {
  get(sha256: Hash): Promise<Uint8Array<ArrayBuffer> | null>;
  put(sha256: Hash, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  clear(): Promise<void>;
  /** false once something could not be kept */
  keeps(): boolean;
}
