import { lstatSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inBatches } from '../../disk/batches.ts';
import { replaceFile } from '../../disk/durable.ts';
import { hashFile } from '../../disk/hash-file.ts';
import { type Hash, isHash } from '../../format/hash.ts';
import { codeOf } from '../../format/thrown.ts';

/**
 * The content of one phase, one file per hash, and the ledger of how each looked when it was last hashed (A11). A
 * content whose inode, size, mtime or ctime differs from the ledger is hashed again before anything relies on it. The
 * ledger only saves time: if it is lost or out of date, contents are hashed again, and no answer is wrong.
 *
 * Phases do not share content: two nodes that began with different drills would serve different ETags.
 */
export interface ContentStore {
  readonly folder: string;
  readonly path: (hash: Hash) => string;
  /** @returns the size in bytes of a content that is held and has its hash, or null: it counts as not held */
  check(hash: Hash): number | null;
  /** Records a content that was just hashed and found right. */
  note(hash: Hash): void;
  /**
   * After trees have come and gone: removes what no tree has any more, and records how the others look now, since
   * making or removing a link changes a content's ctime. Only contents that {@link check} or {@link note} found right
   * since the last time are recorded, so an altered one stays out of the ledger.
   *
   * If somebody alters a content after its check and before this call, and sets its times back, the ledger does not
   * notice. The patrol does, because it reads every byte whatever the times are.
   */
  sweep(): Promise<void>;
  save(): Promise<void>;
}

/** How a file looks, as far as a change of it shows. */
export interface Look {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** Reads a whole file of the store. @returns how it looked where it is what its hash says, or null */
export type ReadWhole = (path: string, hash: Hash) => Look | null;

const readContent: ReadWhole = (path, hash) => {
  const hashed = hashFile(path);
  return hashed?.sha256 === hash ? hashed.look : null;
};

/**
 * Opens the content of a phase, whose folder must exist before anything is put in it. The ledger is read when it is
 * first needed.
 * @param readWhole for a store whose files are not the contents themselves
 */
export function openContent(folder: string, readWhole: ReadWhole = readContent): ContentStore {
  const file = join(folder, '.ledger');
  let ledger: Map<Hash, Look> | null = null;
  const entries = () => {
    ledger ??= readLedger(file);
    return ledger;
  };
  const sound = new Set<Hash>();
  const path = (hash: Hash) => `${folder}/${hash}`;
  const look = (hash: Hash) => lstatSync(path(hash), { bigint: true, throwIfNoEntry: false }) ?? null;
  const enter = (hash: Hash, seen: Look) => {
    entries().set(hash, seen);
    sound.add(hash);
  };

  function check(hash: Hash): number | null {
    const seen = look(hash);
    if (!seen) return null;
    const known = entries().get(hash);
    if (known && same(known, seen) && known.ctimeNs === seen.ctimeNs) {
      sound.add(hash);
      return Number(seen.size);
    }
    const whole = readWhole(path(hash), hash);
    if (!whole) {
      entries().delete(hash);
      return null;
    }
    enter(hash, whole);
    return Number(whole.size);
  }

  function note(hash: Hash): void {
    const seen = look(hash);
    if (seen) enter(hash, seen);
  }

  async function sweep(): Promise<void> {
    const held = entries();
    await inBatches(readdirSync(folder).filter(isHash), (hash) => {
      const seen = look(hash);
      const known = held.get(hash);
      if (seen?.nlink === 1n) {
        unlinkSync(path(hash));
        held.delete(hash);
      } else if (seen && known && sound.has(hash) && same(known, seen)) held.set(hash, seen);
    });
    sound.clear();
    await save();
  }

  async function save(): Promise<void> {
    const lines = [...entries()].map(([hash, l]) => `${hash} ${l.ino} ${l.size} ${l.mtimeNs} ${l.ctimeNs}\n`);
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
    if (codeOf(error) === 'ENOENT') return ledger;
    throw error;
  }
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]{64}) (\d+) (\d+) (\d+) (\d+)$/.exec(line);
    if (!match) continue; // a line cut short only costs one more hashing
    const figure = (group: number) => BigInt(match[group]!);
    ledger.set(match[1]!, { ino: figure(2), size: figure(3), mtimeNs: figure(4), ctimeNs: figure(5) });
  }
  return ledger;
}
