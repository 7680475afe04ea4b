import { constants, promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { sweepAsides } from '../../disk/aside.ts';
import { syncFolder, writeDurably } from '../../disk/durable.ts';
import { type Lock, lock } from '../../disk/lock.ts';
import { readUndoList, UNDO_LIST } from '../../disk/undo-list.ts';
import { ToldError } from '../../format/said.ts';
import { words } from '../words.ts';
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

/** A drill has one fault at a time, and a fault a handful of actions. */
const MOST = 100;

const entry = v.strictObject({ id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), action });
const list = v.strictObject({ type: v.literal('cotejo/por-deshacer'), entries: v.pipe(v.array(entry), v.maxLength(MOST)) });

/**
 * Opens the list, for one process at a time.
 * @param folder made if it is missing
 * @returns null where another process has it: a drill is under way
 * @throws Error where the folder, or one above it, is not ours or root's alone, or the list is none: whoever else could
 *   write it, or put another folder in its place, would command us
 */
export async function openLedger(folder: string): Promise<Ledger | null> {
  const own = await openOwn(folder);
  let held: Lock | null = null;
  try {
    // The open folder, whatever the path leads to by now.
    const at = `/proc/self/fd/${own.fd}`;
    held = await lock(join(at, '.lock'), { wait: false });
    if (!held) {
      await own.close();
      return null;
    }
    await sweepAsides([at]);
    const release = async () => {
      await held?.release();
      await own.close();
    };
    const found = await readUndoList(join(at, UNDO_LIST), list, join(folder, UNDO_LIST));
    return ledgerOver(join(at, UNDO_LIST), found?.entries ?? [], release);
  } catch (error) {
    await held?.release();
    await own.close();
    throw error;
  }
}

function ledgerOver(file: string, found: readonly Entry[], release: () => Promise<void>): Ledger {
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
      if (entries.length >= MOST) throw new ToldError(words.listFull(MOST));
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
    release,
  };
}

/** Makes the folder if it is missing and opens it, as no link. @throws Error where anybody else could write or replace it */
async function openOwn(folder: string): Promise<FileHandle> {
  await onlyOurs(dirname(folder));
  await fs.mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const refused = new ToldError(words.notOurs(folder));
  const own = await fs
    .open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    .catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ELOOP' || error.code === 'ENOTDIR' ? refused : error;
    });
  try {
    const { uid, mode } = await own.stat();
    if (uid !== process.geteuid?.() || (mode & WRITABLE) !== 0) throw refused;
    await syncFolder(dirname(folder));
  } catch (error) {
    await own.close();
    throw error;
  }
  return own;
}

/** By the group or by all. */
const WRITABLE = 0o022;
/** In such a folder only its owner, and whoever owns what is in it, may rename that. */
const STICKY = 0o1000;

/** Whoever may write in a folder above may rename what is below it and put something else there. @throws Error */
async function onlyOurs(holder: string): Promise<void> {
  for (let at = await fs.realpath(holder); ; at = dirname(at)) {
    const { uid, mode } = await fs.stat(at);
    const isOurs = uid === 0 || uid === process.geteuid?.();
    if (!isOurs || ((mode & WRITABLE) !== 0 && (mode & STICKY) === 0)) {
      throw new ToldError(words.others(at));
    }
    if (at === dirname(at)) return;
  }
}
