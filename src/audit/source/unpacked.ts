import { pipeline, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { ToldError } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import { words } from './words.ts';

/** What a server compressed on the way, as browsers take it. */

/** What browsers take and this machine can unpack. */
export const TAKEN = 'gzip, br';

/** What was sent as compressed can't be unpacked. */
export class NotPacked extends ToldError {
  override readonly name = 'NotPacked';
}

/** The forms that browsers unpack, also the one that nobody asks for. */
export type Encoding = 'gzip' | 'br' | 'deflate';

/** @param header `Content-Encoding`. @returns null where it names none, or one that can't be unpacked here */
export function encodingOf(header: string | undefined): Encoding | null {
  const name = header?.trim().toLowerCase().replace(/^x-/, '');
  return name === 'gzip' || name === 'br' || name === 'deflate' ? name : null;
}

/**
 * Unpacks piece by piece, no faster than it is read: however much a few bytes would become, no more than some pieces of it
 * are held. Who leaves it leaves the source.
 * @throws NotPacked; what the source throws
 */
export async function* unpacked(source: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]();
  const first = await pieces.next();
  const begins = first.done ? undefined : first.value[0];
  const unpacking = { gzip: createGunzip, br: createBrotliDecompress, deflate: () => inflating(begins) }[encoding]();
  async function* all() {
    if (!first.done) yield first.value;
    yield* { [Symbol.asyncIterator]: () => pieces };
  }
  pipeline(Readable.from(all()), unpacking, () => {}); // its error is thrown by the reading
  try {
    for await (const chunk of unpacking as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    if (/^(Z_|ERR__ERROR)/.test(codeOf(error) ?? '')) throw new NotPacked(words.notPacked(encoding), { cause: error });
    throw error;
  } finally {
    unpacking.destroy();
  }
}

/** Some servers send what is called deflate without the head that it should have, and browsers take both. */
function inflating(begins: number | undefined) {
  return begins === undefined || (begins & 0x0f) === 8 ? createInflate() : createInflateRaw();
}
