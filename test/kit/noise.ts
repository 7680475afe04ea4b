import { createHash } from 'node:crypto';

/** Bytes that no compressor gains anything on, as a picture's are; the same for one seed. */
export function noise(seed: string, length: number): Buffer {
  const digest = createHash('shake256', { outputLength: Math.max(length, 1) });
  return digest.update(seed).digest().subarray(0, length);
}
