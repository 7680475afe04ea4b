import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Hash } from '../format/hash.ts';
import { codeOf } from '../format/thrown.ts';
import { breathe } from './batches.ts';

/** Hashes files of our own, even if somebody has put something else in their place. */

export interface HashedFile {
  readonly sha256: Hash;
  /** how the file looked when it was opened */
  readonly look: BigIntStats;
}

/** SHA-256 runs twice as fast over such pieces as over 64 KiB. */
const CHUNK = 1024 * 1024;
const chunk = Buffer.allocUnsafe(CHUNK);

/**
 * Errors that mean that a file's bytes can't be had: it is gone, something else is in its place, it is closed to us
 * (EACCES), or the disk can't read it any more (EIO).
 */
const NOT_HAD: ReadonlySet<string> = new Set(['ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR', 'EACCES', 'EIO']);

/**
 * Hashes a file without following a link at the end of its path, and without waiting on a FIFO. Synchronous: for many
 * small files that is several times faster.
 * @param most bytes; for a file that is larger, or grows larger while it is read, the result is null
 * @returns null where it is no regular file that can be read
 * @throws Error for any other failure, such as too many open files
 */
export function hashFile(path: string, most = Infinity): HashedFile | null {
  const hashing = piecewise(path, most);
  for (;;) {
    const { done, value } = hashing.next();
    if (done) return value;
  }
}

/** What goes on while a large file is hashed. */
export interface Meanwhile {
  /** as in {@link hashFile} */
  readonly most?: number;
  /** called after each piece, others having had their turn now and then; what it throws ends the hashing */
  readonly step?: () => void;
}

/**
 * As {@link hashFile}, for a file that may be large: others have their turn meanwhile. For small files it is as fast.
 * @throws what the step throws; Error as {@link hashFile}
 */
export async function hashLargeFile(
  path: string,
  { most = Infinity, step = () => {} }: Meanwhile = {},
): Promise<HashedFile | null> {
  const hashing = piecewise(path, most);
  try {
    for (;;) {
      const { done, value } = hashing.next();
      if (done) return value;
      await breathe();
      step();
    }
  } finally {
    hashing.return(null); // closes the file
  }
}

/** Hashes a piece of the file, then waits to be asked for the next one. */
function* piecewise(path: string, most: number): Generator<void, HashedFile | null, void> {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (NOT_HAD.has(code ?? '')) return null;
    throw error;
  }
  try {
    const look = fstatSync(fd, { bigint: true });
    if (!look.isFile()) return null;
    const hash = createHash('sha256');
    for (let read = 0; ; ) {
      const n = readSync(fd, chunk, 0, CHUNK, null);
      if (n === 0) break;
      read += n;
      if (look.size > most || read > most) return null;
      hash.update(chunk.subarray(0, n));
      yield;
    }
    return { sha256: hash.digest('hex'), look };
  } catch (error) {
    if (codeOf(error) === 'EIO') return null;
    throw error;
  } finally {
    closeSync(fd);
  }
}
