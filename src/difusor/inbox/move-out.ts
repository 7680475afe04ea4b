import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { removeFilled } from '../../disk/remove.ts';
import { codeOf } from '../../format/thrown.ts';
import { TAKEN, type TakenThere } from '../state/taken-there.ts';
import { isFolder, type Waiting } from './look.ts';

/** How a delivery leaves the inbox: by one rename, whatever is in it, or at least under another name. */

/**
 * @param to a path of ours that nobody has yet. Where the delivery can't be moved there it is removed instead, as far as its
 *   owner lets us, and nothing is at this path
 * @param taken where what stays in the inbox under another name is noted
 * @param waiting called every second while something is removed
 * @returns false where the inbox is not ours to change: it stays under its name, and the caller must not try it over and over
 */
export async function moveOut(
  { path: from, inbox }: Waiting,
  to: string,
  taken: Pick<TakenThere, 'add'>,
  waiting: () => void,
): Promise<boolean> {
  const code = await renamed(from, to);
  if (code === null || code === 'ENOENT') return true; // where it is not there, its owner took it back
  // The inbox is on another file system; or the folder is closed to us, and such a one can have another name where it lies,
  // but no other parent. Its reason has what identifies it, and its name is free for the delivery that is meant to have it.
  const hidden = join(inbox, `${TAKEN}${process.hrtime.bigint()}`);
  const hiding = await renamed(from, hidden);
  if (hiding === null && !(await removeFilled([hidden], waiting))) taken.add(hidden);
  return hiding === null || hiding === 'ENOENT';
}

/** No permission, or another file system. */
const NOT_OURS: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EXDEV']);

/** @returns null where it was renamed, or the code for which it can't be @throws Error for any other failure */
export async function renamed(from: string | Buffer, to: string): Promise<string | null> {
  try {
    await fs.rename(from, to);
    return null;
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && (code === 'ENOENT' || NOT_OURS.has(code))) return code;
    throw error;
  }
}

/** So many are tried at one start: their owner may have made any number of them. The rest is looked at as uploads are. */
const SWEPT = 2000;

/**
 * Removes what a crash left of {@link moveOut}, and tries once more what could not be removed then. Only with the state's lock
 * held.
 * @param inbox which may be missing, or closed to us: who takes deliveries tells that he can't
 * @param ofTraer the inbox of `cotejo traer`, as in `lookIntoTraer`; null where there is none
 * @param taken where what can't be removed now either is noted
 * @param waiting as in {@link moveOut}
 */
export async function sweepTaken(
  inbox: string,
  ofTraer: string | null,
  taken: Pick<TakenThere, 'add'>,
  waiting: () => void,
): Promise<void> {
  await sweep(inbox, taken, waiting);
  if (ofTraer !== null && (await isFolder(ofTraer))) await sweep(ofTraer, taken, waiting);
}

async function sweep(inbox: string, taken: Pick<TakenThere, 'add'>, waiting: () => void): Promise<void> {
  const left: string[] = [];
  try {
    for await (const { name } of await fs.opendir(inbox)) {
      if (name.startsWith(TAKEN)) left.push(join(inbox, name));
      if (left.length >= SWEPT) break;
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
  if (await removeFilled(left, waiting)) return;
  for (const path of left) if (await fs.lstat(path).catch(() => null)) taken.add(path);
}
