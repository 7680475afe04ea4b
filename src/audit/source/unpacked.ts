import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ToldError } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import { words } from './words.ts';

/** What was sent as gzip is none. */
export class NotGzip extends ToldError {
  override readonly name = 'NotGzip';
}

/**
 * Unpacks gzip piece by piece, no faster than it is read: however much a few bytes would become, no more than some pieces of
 * it are held. Who leaves it leaves the source.
 * @throws NotGzip; what the source throws
 */
export async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  pipeline(Readable.from(source), gunzip, () => {}); // its error is thrown by the reading
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    if (codeOf(error)?.startsWith('Z_')) throw new NotGzip(words.notGzip, { cause: error });
    throw error;
  } finally {
    gunzip.destroy();
  }
}
