import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { readIfThere } from './bounded-file.ts';

/**
 * The list of what a drill did to a machine and has not undone yet. Whoever makes drills writes it and knows what is in it;
 * whoever looks after the machine only has to know that something is.
 */

export const UNDO_LIST = 'por-deshacer.json';
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

const list = v.object({ entries: v.array(v.object({ action: v.object({ undo: v.string() }) })) });

/**
 * What is still to be undone, by its kind (`firewall`, `unit` …). While a drill is under way that is what it does now; a drill
 * that was killed leaves it.
 * @param folder of the list
 * @throws Error where it can't be read, or is no list
 */
export async function leftToUndo(folder: string): Promise<string[]> {
  const bytes = await readIfThere(join(folder, UNDO_LIST), UNDO_LIST_BYTES);
  if (bytes === null) return [];
  return v.parse(list, JSON.parse(bytes.toString('utf8'))).entries.map(({ action }) => action.undo);
}
