import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

/**
 * Gzip for a publication that is mostly pictures. Deflate at 30 MB/s gains nothing on a JPEG, so what does not compress
 * goes into stored blocks (RFC 1951, 3.2.4), at the speed of a checksum. The same chunks give the same bytes.
 *
 * The deflate stream is put together here out of stored blocks and of runs that zlib compressed, each ended by a flush
 * on a whole byte and referring to nothing before it. (`params()`, which should change a stream's level on the way, does
 * nothing on Node's Gzip, and on its DeflateRaw costs more than all the rest of packing.)
 */

/** No name, no time of writing, no system of origin: nothing that could differ between two machines. */
const HEADER = Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** How much is judged, compressed and given out at once. */
const PIECE_BYTES = 1024 * 1024;

/** Below this a piece is too short to be judged, and deflate costs nothing worth saving. */
const JUDGED_BYTES = 8 * 1024;
/** A piece is judged by its first 64 KiB, of which every sixteenth byte is looked at. */
const SAMPLE_BYTES = 64 * 1024;
const SAMPLE_STEP = 16;

/** How many bytes after noise are stored with it: the padding of a member, and the header of the next. */
const ALONG_BYTES = 4 * 1024;

const BLOCK_BYTES = 0xffff;

/**
 * Compresses a stream of chunks. How it was cut into chunks decides what is stored, so it is part of the input.
 * @param chunks whose memory may be reused when the next one is asked for
 * @returns parts; the memory of a part is reused for the next but one
 */
export async function* gzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const out = gatherer();
  const run = gatherer(); // bytes that are waiting to be compressed
  let [along, crc, length] = [ALONG_BYTES, 0, 0];
  yield* out.put(HEADER);
  for await (const chunk of chunks) {
    for (const piece of cut(chunk, PIECE_BYTES)) {
      crc = crc32(piece, crc);
      length += piece.length;
      along = isNoise(piece) ? 0 : along + piece.length;
      if (along > ALONG_BYTES) {
        for (const full of run.put(piece)) yield* out.put(await compressed(full));
      } else {
        for (const rest of run.rest()) yield* out.put(await compressed(rest));
        for (const block of cut(piece, BLOCK_BYTES)) {
          yield* out.put(storedHead(block.length, false));
          yield* out.put(block);
        }
      }
    }
  }
  for (const rest of run.rest()) yield* out.put(await compressed(rest));
  yield* out.put(storedHead(0, true));
  yield* out.put(trailer(crc, length));
  yield* out.rest();
}

/**
 * Whether two bytes picked from the piece are equal hardly more often than in noise (1 in 256). From 1 in 180 on
 * deflate begins to gain a tenth; pictures, archives and web fonts are near 1 in 250. Computed in whole numbers, so
 * that no two machines round differently.
 */
function isNoise(piece: Uint8Array): boolean {
  if (piece.length < JUDGED_BYTES) return false;
  const counts = new Float64Array(256);
  const end = Math.min(piece.length, SAMPLE_BYTES);
  let looked = 0;
  for (let at = 0; at < end; at += SAMPLE_STEP) {
    counts[piece[at]!]! += 1;
    looked += 1;
  }
  const alike = counts.reduce((sum, n) => sum + n * (n - 1), 0);
  return 180 * alike < looked * (looked - 1);
}

const deflate = promisify<Uint8Array, { finishFlush: number }, Buffer>(deflateRaw);

/** Compresses to blocks of a deflate stream, none of them the last, ending on a whole byte. */
function compressed(bytes: Uint8Array): Promise<Buffer> {
  return deflate(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}

/** The head of a stored block: whether it is the last, its length, and the length with its bits inverted. */
function storedHead(length: number, last: boolean): Uint8Array {
  return Uint8Array.from([last ? 1 : 0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff]);
}

/** CRC-32 and length of what was compressed, both modulo 2³². */
function trailer(crc: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(length % 2 ** 32, 4);
  return bytes;
}

/** Joins bytes into parts of one size, in two buffers used in turn. */
function gatherer() {
  let memory = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let other = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let filled = 0;
  return {
    *put(bytes: Uint8Array): Generator<Uint8Array, void, void> {
      for (let from = 0; from < bytes.length; ) {
        const taken = bytes.subarray(from, from + memory.length - filled);
        memory.set(taken, filled);
        filled += taken.length;
        from += taken.length;
        if (filled === memory.length) yield* this.rest();
      }
    },
    *rest(): Generator<Uint8Array, void, void> {
      const part = memory.subarray(0, filled);
      [memory, other, filled] = [other, memory, 0];
      if (part.length > 0) yield part;
    },
  };
}

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
