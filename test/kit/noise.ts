import { createHash } from 'node:crypto';

/** Bytes that no compressor can shrink, like a picture's; the same for the same seed. */
export function noise(seed: string, length: number): Buffer {
  const digest = createHash('shake256', { outputLength: Math.max(length, 1) });
  return digest.update(seed).digest().subarray(0, length);
}
