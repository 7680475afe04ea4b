import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { crc32, gzip, inflateRawSync } from 'node:zlib';
import type { Hash } from '../../format/hash.ts';

/** One compressed copy of a content: what is worth one, how it is made, and whether it is what it should be. Pure. */

/** Below this the head of an answer weighs more than what is saved, bytes. */
const LEAST = 1024;
/** A larger file stays as it is: a copy is made and checked in memory, bytes. */
export const MOST = 32 * 1024 * 1024;
/** A copy has to weigh less than this part of its content. */
const WORTH = 0.9;
/** The fixed head that zlib writes: deflate, no name, no hour, no comment. */
const HEAD_BYTES = 10;
/** CRC-32 and length at the end. */
const TAIL_BYTES = 8;

/** Kinds that are compressed by themselves. Of all others the copy itself tells whether it is worth keeping. */
const PACKED =
  /\.(avif|gif|jpe?g|png|webp|woff2?|m4a|mp3|og[gv]|mp4|webm|docx|od[st]|pptx|xlsx|pdf|7z|gz|tgz|zip|kmz|xz|bz2|zst|br|parquet)$/i;

/** @param path as the corte lists it @param bytes of the file */
export function mayBeWorth(path: string, bytes: number): boolean {
  return bytes >= LEAST && bytes <= MOST && !PACKED.test(path);
}

const compress = promisify(gzip);

/**
 * Compresses on one of Node's threads, at zlib's best: it is done once, and sent thousands of times.
 * @returns null where it is not worth it
 */
export async function copyOf(content: Uint8Array): Promise<Buffer | null> {
  const copy = await compress(content, { level: 9, memLevel: 9 });
  return copy.length < content.length * WORTH ? copy : null;
}

/**
 * Whether a copy is one whole gzip stream of the content with this hash, and nothing else: browsers disagree about
 * what comes after a first stream, so there may be none. No more is unpacked than a content may have.
 * @returns the size of its content in bytes, or null
 */
export function unpackedSize(copy: Uint8Array, sha256: Hash): number | null {
  if (copy.length < HEAD_BYTES + TAIL_BYTES) return null;
  if (copy[0] !== 0x1f || copy[1] !== 0x8b || copy[2] !== 8 || copy[3] !== 0) return null;
  const deflated = copy.subarray(HEAD_BYTES, copy.length - TAIL_BYTES);
  const tail = Buffer.from(copy.buffer, copy.byteOffset + copy.length - TAIL_BYTES, TAIL_BYTES);
  try {
    const { buffer, engine } = inflated(deflated);
    const isWhole = engine.bytesWritten === deflated.length && tail.readUInt32LE(4) === buffer.length;
    return isWhole && tail.readUInt32LE(0) === crc32(buffer) && hashed(buffer) === sha256 ? buffer.length : null;
  } catch {
    return null; // no deflate stream, or a longer one
  }
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** With `info` Node gives the engine too, which knows how much of its input it took; its types do not know that. */
function inflated(deflated: Uint8Array): Inflated {
  const result: unknown = inflateRawSync(deflated, { maxOutputLength: MOST, info: true });
  if (!isInflated(result)) throw new Error('zlib tells nothing of its engine');
  return result;
}

function isInflated(value: unknown): value is Inflated {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'engine' in value;
}

/** The seconds that copies have: from 1970-01-02 to 2000, before any that a content has (`state/content-time.ts`). */
const FROM = 86_400;
const SECONDS = 940_000_000;

/**
 * The time of modification of a copy, in seconds since the epoch. A web server makes its validator of time and size, so
 * it follows from the copy's own bytes: it differs where they do, is the same at every node, and is never a content's.
 * Two of one size may have one time once in 940 million; the later one is then given the next second that is free.
 */
export function timeOf(copy: Uint8Array): number {
  return FROM + (Number.parseInt(hashed(copy).slice(0, 12), 16) % SECONDS);
}

function hashed(bytes: Uint8Array): Hash {
  return createHash('sha256').update(bytes).digest('hex');
}
