import { createHash } from 'node:crypto';
import type { Source } from '../figures.ts';
import { DamagedGzip, openLog } from '../log/log-file.ts';

/**
 * Files whose content is the beginning of another's: one that was given twice, compressed and not, or copied while the
 * server still wrote. Counted again they would double what they tell.
 */

/** So many bytes are compared first: only files that begin alike are read for it. */
const HEAD = 4_096;

/** @returns for each file that is left out, by its place in the list, the place of the one that has all of it */
export async function repeatedFiles(sources: readonly Source[]): Promise<ReadonlyMap<number, number>> {
  const heads = new Map<string, number[]>();
  for (const [i, { file }] of sources.entries()) {
    const first = await firstLine(file);
    if (first !== null) heads.set(first, [...(heads.get(first) ?? []), i]);
  }
  const repeated = new Map<number, number>();
  for (const group of heads.values()) {
    if (group.length === 1) continue;
    const whole = await Promise.all(group.map(async (i) => ({ i, ...(await digest(sources[i]!.file, []))[0]! })));
    whole.sort((one, other) => other.length - one.length || one.i - other.i);
    for (const [at, long] of whole.entries()) {
      const shorter = whole.slice(at + 1).filter(({ i }) => !repeated.has(i));
      if (repeated.has(long.i) || shorter.length === 0) continue;
      const beginnings = await digest(
        sources[long.i]!.file,
        shorter.map(({ length }) => length),
      );
      shorter.forEach(({ i, sum }, k) => {
        if (beginnings[k + 1]!.sum === sum) repeated.set(i, long.i);
      });
    }
  }
  return repeated;
}

/** The beginning of a file up to its first line's end; null where it has none: such a file is no log. */
async function firstLine(file: string): Promise<string | null> {
  let head = Buffer.alloc(0);
  for await (const piece of piecesOf(file)) {
    head = Buffer.concat([head, piece.subarray(0, HEAD - head.length)]);
    if (head.length === HEAD || head.includes(0x0a)) break;
  }
  const end = head.indexOf(0x0a);
  return head.length === 0 ? null : head.toString('latin1', 0, end < 0 ? head.length : end);
}

interface Digest {
  readonly length: number;
  readonly sum: string;
}

/**
 * @param lengths of beginnings
 * @returns the digest of the whole, then those of its beginnings
 */
async function digest(file: string, lengths: readonly number[]): Promise<readonly Digest[]> {
  const hash = createHash('sha256');
  const marks = [...new Set(lengths)].sort((one, other) => one - other);
  const sums = new Map<number, string>();
  let at = 0;
  for await (const piece of piecesOf(file)) {
    let from = 0;
    for (; marks.length > 0 && marks[0]! <= at + piece.length; marks.shift()) {
      hash.update(piece.subarray(from, marks[0]! - at));
      from = marks[0]! - at;
      sums.set(marks[0]!, hash.copy().digest('hex'));
    }
    hash.update(piece.subarray(from));
    at += piece.length;
  }
  return [{ length: at, sum: hash.digest('hex') }, ...lengths.map((length) => ({ length, sum: sums.get(length) ?? '' }))];
}

/** As far as it can be read. */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  const file = await openLog(path);
  try {
    yield* file.pieces();
  } catch (error) {
    if (!(error instanceof DamagedGzip)) throw error;
  } finally {
    await file.close();
  }
}
