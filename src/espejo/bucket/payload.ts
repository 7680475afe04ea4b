import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Hash, hashOf } from '../../format/hash.ts';
import type { Payload } from './send.ts';

/** What is written to a store, read and summed up once. */

/** Bytes, or a file of which the size and the hash are known. */
export type Content = { readonly bytes: Uint8Array } | { readonly file: string; readonly size: number; readonly sha256: Hash };

/** What is sent, and what it came to once it was sent: a file may change while it is read. */
export function payloadOf(content: Content): [payload: Payload, sums: () => { sha256: Hash; md5: string }] {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  const sums = () => ({ sha256: sha256.digest('hex'), md5: md5.digest('hex') });
  const taken = (bytes: Uint8Array) => {
    sha256.update(bytes);
    md5.update(bytes);
  };
  if ('bytes' in content) {
    const { bytes } = content;
    return [{ size: bytes.length, sha256: hashOf(bytes), chunks: () => [bytes], taken }, sums];
  }
  const { file, size, sha256: expected } = content;
  return [{ size, sha256: expected, chunks: () => createReadStream(file, { end: Math.max(size, 1) - 1 }), taken }, sums];
}
