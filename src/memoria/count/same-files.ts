import { createHash } from 'node:crypto';
import type { Source } from '../figures.ts';
import { DamagedGzip, openLog } from '../log/log-file.ts';

/**
 * Files whose content is the beginning of another's: one that was given twice, compressed and not, or copied while the
 * server still wrote. Counted again they would double what they tell.
 */

/** So many bytes are compared first, at most: only files that begin alike are read for it. */
const HEAD = 4_096;

/**
 * @returns for each file that is left out, by its place in the list, the place of the one that has all of it
 * @throws NotAFile; AbortError where the signal came; Error as the disk gives it
 */
export async function repeatedFiles(sources: readonly Source[], signal?: AbortSignal): Promise<ReadonlyMap<number, number>> {
  const heads = new Map<string, number[]>();
  for (const [i, { file }] of sources.entries()) {
    const beginning = await beginningOf(file, signal);
    const group = beginning === null ? undefined : heads.get(beginning);
    if (group) group.push(i);
    else if (beginning !== null) heads.set(beginning, [i]);
  }
  const repeated = new Map<number, number>();
  for (const group of heads.values()) {
    if (group.length === 1) continue;
    const whole: (Digest & { readonly i: number })[] = [];
    // One after the other: of a CDN there are thousands of files, and each that is open has its buffers.
    for (const i of group) whole.push({ i, ...(await digest(sources[i]!.file, [], signal))[0]! });
    whole.sort((one, other) => other.length - one.length || one.i - other.i);
    for (const [at, long] of whole.entries()) {
      const shorter = whole.slice(at + 1).filter(({ i }) => !repeated.has(i));
      if (repeated.has(long.i) || shorter.length === 0) continue;
      const beginnings = await digest(
        sources[long.i]!.file,
        shorter.map(({ length }) => length),
        signal,
      );
      shorter.forEach(({ i, sum }, k) => {
        if (beginnings[k + 1]!.sum === sum) repeated.set(i, long.i);
      });
    }
  }
  return repeated;
}

/**
 * What a file has in common with those whose beginning it is: its first line that is no remark (`#`), since all logs in the
 * W3C form begin with the same ones; where the first {@link HEAD} bytes have none, these bytes. As a digest; null for an
 * empty file.
 */
async function beginningOf(file: string, signal: AbortSignal | undefined): Promise<string | null> {
  let head = Buffer.alloc(0);
  let line: Buffer | null = null;
  for await (const piece of piecesOf(file, signal)) {
    head = Buffer.concat([head, piece.subarray(0, HEAD - head.length)]);
    line = firstLine(head);
    if (line !== null || head.length === HEAD) break;
  }
  return head.length === 0
    ? null
    : createHash('sha256')
        .update(line ?? head)
        .digest('hex');
}

/** The first whole line that does not begin with `#`. */
function firstLine(head: Buffer): Buffer | null {
  for (let from = 0; ; ) {
    const end = head.indexOf(0x0a, from);
    if (end < 0) return null;
    if (head[from] !== HASH) return head.subarray(from, end);
    from = end + 1;
  }
}

const HASH = 0x23;

interface Digest {
  readonly length: number;
  readonly sum: string;
}

/**
 * @param lengths of beginnings
 * @returns the digest of the whole, then those of its beginnings
 */
async function digest(file: string, lengths: readonly number[], signal: AbortSignal | undefined): Promise<readonly Digest[]> {
  const hash = createHash('sha256');
  const marks = [...new Set(lengths)].sort((one, other) => one - other);
  const sums = new Map<number, string>();
  let at = 0;
  for await (const piece of piecesOf(file, signal)) {
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
async function* piecesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const file = await openLog(path);
  try {
    for await (const piece of file.pieces()) {
      signal?.throwIfAborted();
      yield piece;
    }
  } catch (error) {
    if (!(error instanceof DamagedGzip)) throw error;
  } finally {
    await file.close();
  }
}
