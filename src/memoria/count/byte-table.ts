import { randomBytes } from 'node:crypto';

/**
 * Texts, as bytes, each with a number: those that a log has again and again, found without making a string of them. It
 * holds a fixed number of texts and bytes. How it finds them depends on a number that nobody knows, so that no log can
 * be made to slow it down.
 */
export interface ByteTable {
  readonly size: number;
  /** @returns the text's number, from 0 in the order in which they were added; -1 where it is not there */
  find(bytes: Buffer, from: number, to: number): number;
  /** Adds the text that {@link find} has just not found. @returns its number, -1 where there is no room for it */
  add(bytes: Buffer, from: number, to: number): number;
  /** A view of its bytes, of use until the table is cleared. */
  bytesOf(index: number): Buffer;
  clear(): void;
}

/**
 * @param most texts
 * @param room bytes of all together
 */
export function byteTable(most: number, room: number): ByteTable {
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(most * 2)));
  const mask = slots.length - 1;
  const hashes = new Int32Array(most);
  const ends = new Uint32Array(most + 1);
  const kept = Buffer.allocUnsafeSlow(room);
  const seed = randomBytes(4).readInt32LE();
  let [size, missed] = [0, 0];

  const isAt = (index: number, bytes: Buffer, from: number, to: number) => {
    const start = ends[index]!;
    if (ends[index + 1]! - start !== to - from) return false;
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== kept[j]) return false;
    return true;
  };
  return {
    get size() {
      return size;
    },
    find(bytes, from, to) {
      const hash = byteHash(bytes, from, to, seed);
      let slot = hash & mask;
      for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const index = slots[slot]! - 1;
        if (hashes[index] === hash && isAt(index, bytes, from, to)) return index;
      }
      missed = slot;
      return -1;
    },
    add(bytes, from, to) {
      const start = ends[size]!;
      if (size === most || start + to - from > room) return -1;
      bytes.copy(kept, start, from, to);
      hashes[size] = byteHash(bytes, from, to, seed);
      ends[size + 1] = start + to - from;
      slots[missed] = ++size;
      return size - 1;
    },
    bytesOf: (index) => kept.subarray(ends[index], ends[index + 1]),
    clear() {
      slots.fill(0);
      size = 0;
    },
  };
}

/** A number that depends on every byte, and on the seed. */
export function byteHash(bytes: Buffer, from: number, to: number, seed: number): number {
  let [hash, i] = [seed ^ (to - from), from];
  for (; i + 4 <= to; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  for (; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0xc2b2ae35);
  hash ^= hash >>> 13;
  return Math.imul(hash, 0x27d4eb2f) ^ (hash >>> 16);
}
