import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { Refusal } from '../format/refusal.ts';
import { ToldError } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { readIfThere } from './bounded-file.ts';
import { words } from './words.ts';

/**
 * The list of what a drill did to a machine and has not undone yet. Whoever makes drills writes it and knows what is in it;
 * whoever looks after the machine only has to know that something is.
 */

export const UNDO_LIST = 'por-deshacer.json';
/** @internal */
export const UNDO_LIST_BYTES = 256 * 1024;

/** @param folder of what the drill is of: a node's state @returns where its list is: a folder of whoever runs the drill */
export function undoFolderBeside(folder: string): string {
  return join(dirname(folder), 'simulacro');
}

/** What holds the panel is the service's account's, which could put a list of its own there for root to obey. */
const ROOTS_LIST = '/var/lib/cotejo-simulacro';

/** The same at the IEC, where root has a place of its own. @param panel of the IEC's configuration */
export function undoFolderOfIec(panel: string): string {
  return process.geteuid?.() === 0 ? ROOTS_LIST : undoFolderBeside(panel);
}

/** Where a drill of the IEC may have left something: root's, and that of another account. @param panel of the IEC's configuration */
export function undoFoldersOfIec(panel: string): string[] {
  return [ROOTS_LIST, undoFolderBeside(panel)];
}

const list = v.object({ entries: v.array(v.object({ action: v.object({ undo: v.string() }) })) });

/**
 * What is still to be undone, by its kind (`firewall`, `unit` …). While a drill is under way that is what it does now; a drill
 * that was killed leaves it.
 * @param folder of the list
 * @throws as {@link readUndoList}
 */
export async function leftToUndo(folder: string): Promise<string[]> {
  const found = await readUndoList(join(folder, UNDO_LIST), list);
  return found === null ? [] : found.entries.map(({ action }) => action.undo);
}

/**
 * Reads a list, as whoever reads it has to know it.
 * @param told the list's path for people, where it is reached by another
 * @returns null where there is none
 * @throws ToldError, with its path, where it is damaged or no list; Error as `open` gives it where it can't be read
 */
export async function readUndoList<S extends v.GenericSchema>(
  file: string,
  schema: S,
  told = file,
): Promise<v.InferOutput<S> | null> {
  try {
    const bytes = await readIfThere(file, UNDO_LIST_BYTES);
    return bytes === null ? null : v.parse(schema, JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    const isOfSystem = codeOf(error) !== undefined && !(error instanceof Refusal);
    throw isOfSystem ? error : new ToldError(words.noUndoList(told), { cause: error });
  }
}
