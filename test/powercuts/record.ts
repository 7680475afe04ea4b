/**
 * The record of a disk, and which of its writes a power cut leaves. The model: what was written before the last completed
 * flush began is there; each later write is there, is lost, or is torn (the first of its blocks of 4 KiB), at random.
 */

type Entry =
  | { readonly kind: 'write'; readonly at: number; readonly data: Buffer }
  /** a flush that completed here; `since` is the entry before which it began */
  | { readonly kind: 'flush'; readonly since: number };

export interface DiskRecord {
  readonly entries: readonly Entry[];
  /** how many entries there were when a mark was made */
  readonly marks: ReadonlyMap<string, number>;
}

const LETTER = { write: 0x57, begun: 0x66, done: 0x46, mark: 0x4d };
const BLOCK = 4096;

export function writeOf(at: number, data: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head[0] = LETTER.write;
  head.writeBigUInt64LE(BigInt(at), 1);
  head.writeUInt32LE(data.length, 9);
  return Buffer.concat([head, data]);
}

export function flushBegun(): Buffer {
  return Buffer.from([LETTER.begun]);
}

export function flushDone(): Buffer {
  return Buffer.from([LETTER.done]);
}

export function markOf(text: string): Buffer {
  const head = Buffer.alloc(5);
  head[0] = LETTER.mark;
  head.writeUInt32LE(Buffer.byteLength(text), 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** @throws RangeError where the record ends within an entry */
export function readRecord(bytes: Buffer): DiskRecord {
  const entries: Entry[] = [];
  const begun: number[] = [];
  const marks = new Map<string, number>();
  for (let at = 0; at < bytes.length; ) {
    const letter = bytes[at++];
    if (letter === LETTER.write) {
      const length = bytes.readUInt32LE(at + 8);
      entries.push({
        kind: 'write',
        at: Number(bytes.readBigUInt64LE(at)),
        data: bytes.subarray(at + 12, at + 12 + length),
      });
      at += 12 + length;
    } else if (letter === LETTER.begun) begun.push(entries.length);
    else if (letter === LETTER.done) entries.push({ kind: 'flush', since: begun.shift() ?? 0 });
    else {
      const length = bytes.readUInt32LE(at);
      const text = bytes.toString('utf8', at + 4, at + 4 + length);
      if (!marks.has(text)) marks.set(text, entries.length);
      at += 4 + length;
    }
  }
  return { entries, marks };
}

/** How the writes fare that no flush had promised. */
const FATES = ['all', 'none', 'some', 'torn'] as const;

export interface Cut {
  /** the power ends before this entry */
  readonly at: number;
  /** the writes before this entry are there, whatever happens */
  readonly promised: number;
  readonly fate: (typeof FATES)[number];
  /** of the writes from `promised` to `at`, what reached the disk */
  readonly kept: readonly { readonly at: number; readonly data: Buffer }[];
}

/**
 * Chooses where the power ends: half of the times at a flush, four of five before the work was done.
 * @param seed the same gives the same cuts of the same record
 * @returns in the order of the record
 */
export function chooseCuts({ entries, marks }: DiskRecord, count: number, seed: number): Cut[] {
  const random = randomOf(seed);
  const start = marks.get('start') ?? 0;
  const end = marks.get('end') ?? entries.length;
  const done = marks.get('done') ?? end;
  const below = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const edges = entries.flatMap(({ kind }, i) => (kind === 'flush' && i >= start && i < end ? [i, i + 1] : []));
  const early = edges.filter((edge) => edge <= done);
  const oneOf = (of: readonly number[], from: number, to: number) =>
    of.length > 0 && random() < 0.5 ? (of[below(0, of.length - 1)] as number) : below(from, to);
  const places = Array.from({ length: count }, () => (random() < 0.8 ? oneOf(early, start, done) : oneOf(edges, done, end)));
  let [promised, scanned] = [0, 0];
  return places
    .sort((a, b) => a - b)
    .map((at) => {
      for (; scanned < at; scanned++) {
        const entry = entries[scanned] as Entry;
        if (entry.kind === 'flush') promised = Math.max(promised, entry.since);
      }
      const fate = FATES[below(0, FATES.length - 1)] as Cut['fate'];
      return { at, promised, fate, kept: keptOf(entries.slice(promised, at), fate, random) };
    });
}

function keptOf(entries: readonly Entry[], fate: Cut['fate'], random: () => number): Cut['kept'] {
  const kept: { at: number; data: Buffer }[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'write' || fate === 'none') continue;
    if (fate !== 'all' && random() < 0.5) continue;
    const isTorn = fate === 'torn' && random() < 0.5;
    const blocks = Math.floor(random() * (Math.floor(entry.data.length / BLOCK) + 1));
    kept.push({ at: entry.at, data: isTorn ? entry.data.subarray(0, BLOCK * blocks) : entry.data });
  }
  return kept;
}

/** Numbers from 0 to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
