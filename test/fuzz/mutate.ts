/** How inputs are made from those that are known. */

const EDGES = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x2f, 0x7f, 0x80, 0xff];

/**
 * @param random numbers from 0 to 1
 * @param corpus at least one input; parts of others are spliced in
 * @param words what the format is made of
 * @returns at most `most` bytes
 */
export function mutate(
  random: () => number,
  corpus: readonly Uint8Array[],
  words: readonly Uint8Array[],
  most: number,
): Uint8Array {
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  let bytes: Buffer = Buffer.from(pick(corpus));
  for (let steps = 1 + below(4); steps > 0; steps--) bytes = step(bytes);
  return bytes.subarray(0, most);

  function step(before: Buffer): Buffer {
    const [at, length] = [below(before.length + 1), 1 + below(random() < 0.5 ? 4 : 64)];
    const put = (what: Uint8Array, over = 0) => Buffer.concat([before.subarray(0, at), what, before.subarray(at + over)]);
    switch (below(8)) {
      case 0: {
        const changed = Buffer.from(before);
        if (changed.length > 0) changed[at % changed.length]! ^= 1 << below(8);
        return changed;
      }
      case 1:
        return put(Buffer.from([random() < 0.5 ? pick(EDGES) : below(256)]), below(2));
      case 2:
        return put(Buffer.alloc(0), length);
      case 3: {
        const from = below(before.length + 1);
        return put(before.subarray(from, from + length), below(2) * length);
      }
      case 4: {
        const other = pick(corpus);
        const from = below(other.length + 1);
        return put(other.subarray(from, from + length * (1 + below(32))), below(2) * length);
      }
      case 5:
        return words.length > 0 ? put(pick(words), below(2) * length) : put(Buffer.alloc(length, pick(EDGES)));
      case 6: {
        // A number of 16 or 32 bits at its edges: lengths and counts are such.
        const number = Buffer.alloc(random() < 0.5 ? 2 : 4);
        number.writeUIntBE(pick([0, 1, 0x7f, 0xff, 0x7fff, 0xffff]), 0, number.length);
        if (random() < 0.3) number.fill(0xff);
        return put(number, number.length);
      }
      default:
        return random() < 0.2 ? Buffer.concat(Array.from({ length: 2 + below(8) }, () => before)) : before.subarray(0, at);
    }
  }
}
