import { promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asideOf } from '../../disk/aside.ts';
import { beneath } from '../../disk/beneath.ts';
import { hashFile } from '../../disk/hash-file.ts';
import { removeWhole } from '../../disk/remove.ts';
import { sixDigits } from '../../format/naming.ts';
import { type Said, ToldError } from '../../format/said.ts';
import { codeOf, saidBy } from '../../format/thrown.ts';
import type { Programs } from '../look/programs.ts';
import { words } from '../words.ts';
import type { Action } from './action.ts';
import type { Ledger } from './ledger.ts';

/**
 * Undoes what a drill did. Every step may be taken again, and one whose matter is gone already is done: after a restart of
 * the machine neither the firewall's table nor the drop-in nor the process is there any more.
 */

/** The name of our own table: nobody else's is touched. */
export const TABLE = 'inet cotejo_simulacro';

export function dropInOf(unit: string): string {
  return `/run/systemd/system/${unit}.d/90-cotejo-simulacro.conf`;
}

/** What an undoing needs of the machine. */
export interface Undoing {
  readonly programs: Programs;
  /** the node's state folder; null at the IEC, which has none */
  readonly state: string | null;
  /** the folder in which deliveries arrive; null at the IEC, which has none */
  readonly inbox: string | null;
}

/** Characters that are told of an error: a program may have said a whole file. */
export const WHY = 300;

/** How a file that only takes room is called, before its sixteen hexadecimal digits. */
export const FILLER = '.simulacro-relleno-';

/** @throws Error that says what could not be undone */
async function undo(action: Action, { programs, state, inbox }: Undoing): Promise<void> {
  switch (action.undo) {
    case 'firewall':
      // That a table may be added that is there, and then removed, holds whether it was there or not.
      return void (await programs.must('nft', ['-f', '-'], `add table ${TABLE}\ndelete table ${TABLE}\n`));
    case 'filler':
      if (!isFillerOf(state, action.path)) throw new ToldError(words.noFiller(action.path));
      if ((await inodeOf(action.path)) === action.inode) await fs.unlink(action.path);
      return;
    case 'delivery':
      for (const path of action.paths) {
        if (!isIn(inbox, path)) throw new ToldError(words.notInInbox(path));
        if ((await inodeOf(path)) === action.inode && !(await removeWhole(path))) throw new ToldError(words.notRemoved(path));
      }
      return;
    case 'file':
      if (state === null) throw new ToldError(words.noState);
      return restore(state, action);
    case 'process':
      if ((await beganAt(action.pid)) === action.began) process.kill(action.pid, 'SIGCONT');
      return start(programs, action.unit);
    case 'unit':
      return start(programs, action.unit);
    case 'drop-in':
      return withoutDropIn(programs, action.unit, dropInOf(action.unit));
  }
}

/** Whether a path names something directly in a folder, as the configuration spells it. */
function isIn(folder: string | null, path: string): boolean {
  return folder !== null && basename(path) !== '.' && join(folder, basename(path)) === path;
}

/** At the root of the state's file system, which is the state or the folder that holds it. */
function isFillerOf(state: string | null, path: string): boolean {
  if (state === null || !/^[0-9a-f]{16}$/.test(basename(path).slice(FILLER.length))) return false;
  return basename(path).startsWith(FILLER) && (isIn(state, path) || isIn(dirname(state), path));
}

/**
 * Undoes all that is on a list, the last first, and goes on after what fails: each that is undone is one less.
 * @param from the entry's id below which nothing is touched
 * @returns why something is still to be undone, one line each, of at most {@link WHY} characters and what it is
 */
export async function undoAll(ledger: Ledger, around: Undoing, from = 0): Promise<Said[]> {
  const failed: Said[] = [];
  for (const entry of ledger.entries.filter(({ id }) => id >= from).reverse()) {
    try {
      await undo(entry.action, around);
      await ledger.remove(entry);
    } catch (error) {
      failed.push(
        words.still(
          entry.action.undo,
          saidBy(error).map((text) => text.slice(0, WHY)),
        ),
      );
    }
  }
  return failed;
}

/** Device and inode of what has a path now, without following a link; null where nothing has it. */
export async function inodeOf(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await fs.lstat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

/** When a process began, in ticks since the machine did; null where there is no such process. */
export async function beganAt(pid: number): Promise<number | null> {
  const text = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The name of the program, in parentheses, may hold anything; what follows its last one is numbers.
  const ticks = text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? null : Number(ticks);
}

/**
 * Restarts a unit without our drop-in, if that was there: a unit is not restarted for nothing. It is set aside first, under
 * a name that systemd does not read, so that it is known until the restart has ended.
 * @internal
 */
export async function withoutDropIn(programs: Programs, unit: string, file: string): Promise<void> {
  const aside = `${file}.quitado`;
  await fs.rename(file, aside).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  if ((await inodeOf(aside)) === null) return;
  await programs.must('systemctl', ['daemon-reload']);
  await programs.must('systemctl', ['restart', unit]);
  await fs.rm(aside, { force: true });
}

async function start(programs: Programs, unit: string): Promise<void> {
  await programs.must('systemctl', ['start', unit]);
}

/** The file as the manifest has it, out of the verified content; where its corte's tree is gone, nothing is left to do. */
async function restore(state: string, { phase, number, path, sha256 }: Extract<Action, { undo: 'file' }>): Promise<void> {
  const content = join(state, 'content', phase, sha256);
  try {
    await inTree(state, { phase, number, path }, async (at, name) => {
      if (hashFile(at(name))?.sha256 === sha256) return;
      if (hashFile(content)?.sha256 !== sha256) throw new ToldError(words.noContent(path));
      const aside = at(asideOf(name));
      await fs.rm(aside, { force: true });
      await fs.link(content, aside);
      await fs.rename(aside, at(name));
    });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error; // the corte's tree is gone, and the file with it
  }
}

/**
 * Works in the folder of a published file, reached without following any link: the tree belongs to the daemon's account,
 * and a drill is root.
 * @param use is given what names something in that folder, and the file's name
 */
export function inTree<T>(
  state: string,
  { phase, number, path }: { readonly phase: string; readonly number: number; readonly path: string },
  use: (at: (name: string) => string, name: string) => Promise<T>,
): Promise<T> {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  return beneath(state, ['trees', phase, sixDigits(number), ...folders], (at) => use(at, name));
}
