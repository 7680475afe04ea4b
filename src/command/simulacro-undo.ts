import { leftToUndo } from '../disk/undo-list.ts';
import type { Said } from '../format/said.ts';
import { type Ledger, openLedger } from '../simulacro/undo/ledger.ts';
import { inodeOf, type Undoing, undoAll } from '../simulacro/undo/undo.ts';
import { describe, type Outcome, type Shell, UsageError } from '../terminal/shell.ts';
import { SIMULACRO } from './words/simulacro.ts';

/** The list of what a drill has to undo, before it, and after one that was cut short. */

/** What was on a list, and what of it could not be undone. */
interface Undone {
  readonly before: number;
  readonly left: readonly Said[];
}

/**
 * Undoes what is on a list, and works while it is held.
 * @throws UsageError where a drill holds it
 */
async function onceUndone(
  folder: string,
  undoing: Undoing,
  work: (ledger: Ledger, undone: Undone) => Promise<Outcome>,
): Promise<Outcome> {
  const ledger = await openLedger(folder);
  if (!ledger) throw new UsageError(SIMULACRO.underWay, SIMULACRO.underWayHint);
  try {
    const before = ledger.entries.length;
    return await work(ledger, { before, left: await undoAll(ledger, undoing) });
  } finally {
    await ledger.release();
  }
}

/**
 * Runs a drill with the list of what is to be undone, which first is emptied of what an earlier one left.
 * @param folder of the list
 */
export function withLedger(
  shell: Shell,
  folder: string,
  undoing: Undoing,
  work: (ledger: Ledger) => Promise<Outcome>,
): Promise<Outcome> {
  return onceUndone(folder, undoing, async (ledger, { before, left }) => {
    if (left.length > 0) return tellLeft(shell, left, undoing.state !== null);
    if (before > 0) shell.say.warning(SIMULACRO.undoneBefore(before));
    return work(ledger);
  });
}

/**
 * `undo`: what a drill that was cut short has left. Where no drill of this account ever made a list there is nothing, and
 * none is made: whoever may not write there is told so too.
 * @param elsewhere folders in which another account's drill may have left a list, which is not this one's to obey
 */
export async function undoLeft(
  shell: Shell,
  folder: string,
  undoing: Undoing,
  json: boolean | undefined,
  elsewhere: readonly string[] = [],
): Promise<Outcome> {
  const tell = async ({ before, left }: Undone): Promise<Outcome> => {
    const undone = before - left.length;
    const told = left.length > 0 ? SIMULACRO.undoneOf(undone, before) : SIMULACRO.undone(undone);
    shell.result(json, { undone, left }, () => (before === 0 ? SIMULACRO.nothingToUndo : told));
    const isAll = await nothingElsewhere(shell, elsewhere);
    if (left.length > 0) return tellLeft(shell, left, undoing.state !== null);
    return isAll ? 'done' : 'unknown';
  };
  if ((await inodeOf(folder)) === null) return tell({ before: 0, left: [] });
  return onceUndone(folder, undoing, (_, undone) => tell(undone));
}

/** Tells of each list of another account that has something, or that this one may not look at. */
async function nothingElsewhere(shell: Shell, folders: readonly string[]): Promise<boolean> {
  let isNothing = true;
  for (const folder of folders) {
    try {
      if ((await leftToUndo(folder)).length === 0) continue;
      shell.say.warning(SIMULACRO.leftElsewhere(folder));
    } catch (error) {
      shell.say.warning(SIMULACRO.notLookedAt(describe(error)));
    }
    isNothing = false;
  }
  if (!isNothing) shell.say.hint(SIMULACRO.elsewhereHint);
  return isNothing;
}

/** @param isNode whether the drill was of a node, and not of the IEC */
export function tellLeft(shell: Shell, left: readonly Said[], isNode: boolean): Outcome {
  for (const what of left) shell.say.error(SIMULACRO.notUndone(what));
  shell.say.hint(SIMULACRO.undoHint(isNode ? 'cotejo simulacro undo' : 'cotejo iec simulacro --undo'));
  return 'unknown';
}
