import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { sweepAsides } from '../../disk/aside.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import { syncFolder, writeDurably } from '../../disk/durable.ts';
import { type Lock, lock } from '../../disk/lock.ts';
import { type Action, action } from './action.ts';

/**
 * What is still to be undone, on the disk: `por-deshacer.json` in a folder of whoever runs the drill. An action is written
 * there, durably, before it is done, and taken out after it was undone. So a drill that is killed, or a machine that loses
 * its power in the middle, leaves a list from which everything can be put back.
 */
export interface Ledger {
  /** in the order in which they were written */
  readonly entries: readonly Entry[];
  /** Writes an action. It may be done only after this has ended. */
  add(action: Action): Promise<Entry>;
  /** Another value of the same entry, where more is known of it. */
  replace(entry: Entry, action: Action): Promise<Entry>;
  /** Takes one out, which was undone or never done. */
  remove(entry: Entry): Promise<void>;
  /** Lets the next drill begin. */
  release(): Promise<void>;
}

interface Entry {
  readonly id: number;
  readonly action: Action;
}

const LIST = 'por-deshacer.json';
const LIST_BYTES = 256 * 1024;
/** A drill has one fault at a time, and a fault a handful of actions. */
const MOST = 100;

const entry = v.strictObject({ id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), action });
const list = v.strictObject({ type: v.literal('cotejo/por-deshacer'), entries: v.pipe(v.array(entry), v.maxLength(MOST)) });

/**
 * Opens the list, for one process at a time.
 * @param folder made if it is missing
 * @returns null where another process has it: a drill is under way
 * @throws Error where the folder is not ours alone, or the list is none: whoever else could write it would command us
 */
export async function openLedger(folder: string): Promise<Ledger | null> {
  await makeOwn(folder);
  const held: Lock | null = await lock(join(folder, '.lock'), { wait: false });
  if (!held) return null;
  try {
    await sweepAsides([folder]);
    return ledgerOver(join(folder, LIST), await read(join(folder, LIST)), held);
  } catch (error) {
    await held.release();
    throw error;
  }
}

function ledgerOver(file: string, found: readonly Entry[], held: Lock): Ledger {
  let entries = found;
  const write = async (next: readonly Entry[]) => {
    await writeDurably(file, `${JSON.stringify({ type: 'cotejo/por-deshacer', entries: next }, null, 1)}\n`, 0o600);
    entries = next;
  };
  return {
    get entries() {
      return entries;
    },
    async add(done) {
      if (entries.length >= MOST) throw new Error(`over ${MOST} things are still to be undone`);
      const added = { id: Math.max(0, ...entries.map(({ id }) => id)) + 1, action: done };
      await write([...entries, added]);
      return added;
    },
    async replace(old, done) {
      const changed = { id: old.id, action: done };
      await write(entries.map((one) => (one.id === old.id ? changed : one)));
      return changed;
    },
    remove: ({ id }) => write(entries.filter((one) => one.id !== id)),
    release: () => held.release(),
  };
}

async function read(file: string): Promise<readonly Entry[]> {
  const bytes = await readIfThere(file, LIST_BYTES);
  if (bytes === null) return [];
  try {
    return v.parse(list, JSON.parse(bytes.toString('utf8'))).entries;
  } catch (error) {
    throw new Error(`${file} is no list of ours: look at it, and move it away once all that it says is undone`, { cause: error });
  }
}

async function makeOwn(folder: string): Promise<void> {
  await fs.mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const seen = await fs.lstat(folder);
  if (!seen.isDirectory() || seen.uid !== process.geteuid?.() || (seen.mode & 0o022) !== 0) {
    throw new Error(`${folder} is not a folder of this account alone`);
  }
  await syncFolder(join(folder, '..'));
}
