import { createHmac } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Form } from '../figures.ts';
import type { Reader } from '../log/address.ts';
import type { Entry } from '../log/entry.ts';
import { combinedWriter, copyBytes, ESCAPED_TIMES, FIXED_LENGTH } from './combined-writer.ts';

/**
 * The copy of a log for the report: what was counted of it, and nothing of the days around. `complete` has the lines as
 * they are, between them those that could not be read, and every remark of the form (`#Fields:`), by which it can be read. `hashed` has the combined form alone, whatever the form was, so
 * that nothing of a person is left in a field that nobody thought of: in the place of the address a keyed hash, of IPv6 of
 * the /64; hours at the election's offset; no user's name; what our own nginx adds, the host and the corte, where they are
 * known. Lines that could not be read, and remarks, are not in it.
 */
export interface Copy {
  readonly name: string;
  /** Adds a line that was counted. @param from of the whole line, in the entry's bytes */
  line(entry: Entry, form: Form, reader: Reader, from: number, to: number): void;
  /** Adds a line that is no request: a remark, or what could not be read. @returns whether it is in the copy */
  asItIs(bytes: Buffer, from: number, to: number): boolean;
  /** Waits until what was added is on its way to the disk; to be called after each piece. */
  flush(): Promise<void>;
  /** @throws Error where it could not be written whole */
  end(): Promise<void>;
}

/** Hashes addresses for all copies of one report. Its key is made anew for each, and nobody has it afterwards. */
export type HashAddress = (into: Buffer, at: number, reader: Reader) => void;

/** Figures of a hash: 64 bits, as half of the SHA-256 would do too, and enough for every address there is. */
const HASH_LENGTH = 16;

/** Addresses whose hashes are kept, since one reader asks for dozens of files: 6 MiB. */
const REMEMBERED = 2 ** 18;

/** @param key random bytes, at least 32; to be overwritten by the caller when the report is done */
export function hashesOf(key: Buffer): HashAddress {
  const highs = new Uint32Array(REMEMBERED);
  const lows = new Uint32Array(REMEMBERED);
  const isKnown = new Uint8Array(REMEMBERED);
  const texts = Buffer.alloc(REMEMBERED * HASH_LENGTH);
  const message = Buffer.alloc(8);
  return (into, at, { high, low }) => {
    const place = (Math.imul(high ^ (low >>> 14), 0x9e3779b1) ^ low) & (REMEMBERED - 1);
    const text = place * HASH_LENGTH;
    if (isKnown[place] === 0 || highs[place] !== high || lows[place] !== low) {
      message.writeUInt32BE(high, 0);
      message.writeUInt32BE(low, 4);
      texts.write(createHmac('sha256', key).update(message).digest('hex').slice(0, HASH_LENGTH), text, 'latin1');
      [highs[place], lows[place], isKnown[place]] = [high, low, 1];
    }
    copyBytes(into, at, texts, text, text + HASH_LENGTH);
  };
}

/** Bytes that are gathered before they are compressed. */
const ROOM = 512 * 1024;

/** @param name of the file, in the folder; it must not be there */
export function openCopy(folder: string, name: string, offset: number, hash: HashAddress | null): Copy {
  const gzip = createGzip({ level: 1, chunkSize: 256 * 1024 });
  const file = createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600 });
  const written = finished(gzip.pipe(file));
  let failure: unknown = null;
  written.catch((error: unknown) => {
    failure = error;
    gzip.destroy();
  });
  gzip.once('error', (error) => file.destroy(error));
  let full: Buffer[] = [];
  let room = Buffer.allocUnsafeSlow(ROOM);
  let length = 0;
  /** Makes room for a line of so many bytes. */
  const need = (bytes: number) => {
    if (length + bytes <= room.length) return;
    full.push(room.subarray(0, length));
    room = Buffer.allocUnsafeSlow(Math.max(ROOM, bytes));
    length = 0;
  };
  const raw = (bytes: Buffer, from: number, to: number) => {
    need(to - from + 1);
    bytes.copy(room, length, from, to);
    length += to - from;
    room[length++] = 0x0a;
  };
  const combined = combinedWriter(offset);
  return {
    name,
    line(entry, form, reader, from, to) {
      if (hash === null) {
        raw(entry.bytes, from, to);
        return;
      }
      need(ESCAPED_TIMES * (to - from) + FIXED_LENGTH);
      hash(room, length, reader);
      length = combined(room, length + HASH_LENGTH, entry, form);
    },
    asItIs(bytes, from, to) {
      if (hash === null) raw(bytes, from, to);
      return hash === null;
    },
    async flush() {
      const pieces = full;
      full = [];
      for (const piece of pieces) await write(piece);
    },
    async end() {
      full.push(room.subarray(0, length));
      await this.flush();
      if (failure === null) gzip.end();
      await written;
    },
  };

  async function write(piece: Buffer): Promise<void> {
    if (failure !== null) throw failure;
    if (gzip.write(piece)) return;
    await Promise.race([new Promise((resolve) => gzip.once('drain', resolve)), written]);
  }
}
