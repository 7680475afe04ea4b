import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { replaceFile } from '../../disk/durable.ts';
import { type Hash, isHash } from '../../format/hash.ts';

/**
 * The content of one phase, one file per hash, and the ledger of how each looked when it was last hashed (A11). A
 * content whose inode, size, mtime or ctime differs from the ledger is hashed again before anything relies on it.
 * The ledger is only a saving: lost or stale, it costs a hashing, never a wrong answer.
 *
 * Phases do not share content: two nodes that began with different drills would serve different ETags.
 */
export interface ContentStore {
  readonly folder: string;
  readonly path: (hash: Hash) => string;
  /** @returns the size in bytes of a content that is held and has its hash, or null: it counts as not held */
  check(hash: Hash): number | null;
  /** Notes a content that was just hashed and found right. */
  note(hash: Hash): void;
  /**
   * After trees have come and gone: removes what no tree has any more, and takes down how the others look now, since a
   * link made or removed changes a content's ctime. Only for those that {@link check} or {@link note} has found sound
   * since the last time: one that was altered stays a stranger to the ledger.
   *
   * Whoever alters a content after it was checked for a corte and before this, and sets its times back, is the patrol's to
   * find, which goes by no times.
   */
  sweep(): Promise<void>;
  save(): Promise<void>;
}

interface Look {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

export function openContent(folder: string): ContentStore {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const file = join(folder, '.ledger');
  const ledger = readLedger(file);
  const sound = new Set<Hash>();
  const path = (hash: Hash) => `${folder}/${hash}`;
  const look = (hash: Hash) => lstatSync(path(hash), { bigint: true, throwIfNoEntry: false }) ?? null;
  const enter = (hash: Hash, seen: Look) => {
    ledger.set(hash, seen);
    sound.add(hash);
  };

  function check(hash: Hash): number | null {
    const seen = look(hash);
    if (!seen) return null;
    const known = ledger.get(hash);
    if (known && same(known, seen) && known.ctimeNs === seen.ctimeNs) {
      sound.add(hash);
      return Number(seen.size);
    }
    const hashed = hashFile(path(hash));
    if (hashed?.sha256 !== hash) {
      ledger.delete(hash);
      return null;
    }
    enter(hash, hashed.look);
    return Number(hashed.look.size);
  }

  function note(hash: Hash): void {
    const seen = look(hash);
    if (seen) enter(hash, seen);
  }

  async function sweep(): Promise<void> {
    await inBatches(readdirSync(folder).filter(isHash), (hash) => {
      const seen = look(hash);
      const known = ledger.get(hash);
      if (seen?.nlink === 1n) {
        unlinkSync(path(hash));
        ledger.delete(hash);
      } else if (seen && known && sound.has(hash) && same(known, seen)) ledger.set(hash, seen);
    });
    sound.clear();
    await save();
  }

  async function save(): Promise<void> {
    const lines = [...ledger].map(([hash, l]) => `${hash} ${l.ino} ${l.size} ${l.mtimeNs} ${l.ctimeNs}\n`);
    await replaceFile(file, lines.join(''), 0o600);
  }

  return { folder, path, check, note, sweep, save };
}

function same(a: Look, b: Look): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

function readLedger(file: string): Map<Hash, Look> {
  const ledger = new Map<Hash, Look>();
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ledger;
    throw error;
  }
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]{64}) (\d+) (\d+) (\d+) (\d+)$/.exec(line);
    if (!match) continue; // a line cut short costs one hashing
    const [ino, size, mtimeNs, ctimeNs] = match.slice(2).map(BigInt) as [bigint, bigint, bigint, bigint];
    ledger.set(match[1] as Hash, { ino, size, mtimeNs, ctimeNs });
  }
  return ledger;
}

const CHUNK = 1024 * 1024;
const chunk = Buffer.allocUnsafe(CHUNK);

/**
 * Ways of not having a file's bytes: it is gone, something else is in its place, somebody closed it to us (EACCES), or the
 * disk can't give them back any more (EIO).
 */
const NOT_HAD: ReadonlySet<string> = new Set(['ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR', 'EACCES', 'EIO']);

/**
 * Hashes a file of our own, without following a link.
 * @param most bytes; a file that is larger, or grows larger while it is read, is not what is looked for
 * @returns its hash and how it looked when it was opened, or null where it is no readable regular file
 */
export function hashFile(path: string, most = Infinity): { sha256: Hash; look: Look } | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
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
    }
    return { sha256: hash.digest('hex'), look };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return null;
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** How many small synchronous steps are taken before the event loop may do something else. */
const BATCH = 256;

/** Runs a synchronous step for each item, letting timers and signals in now and then. */
export async function inBatches<T>(items: Iterable<T>, each: (item: T) => void): Promise<void> {
  let n = 0;
  for (const item of items) {
    each(item);
    if (++n % BATCH === 0) await breathe();
  }
}
