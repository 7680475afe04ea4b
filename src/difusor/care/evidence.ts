import { promises as fs, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeWhole } from '../../disk/remove.ts';
import { codeOf } from '../../format/thrown.ts';
import type { OpenPhase } from '../phase/phase.ts';

/** Where altered bytes go when they are taken out of what is public. */

/** The folder for altered bytes, or null where enough of them are kept. @param kind how its name says what they are */
export async function evidenceFolder(
  { name, evidence, setting }: OpenPhase,
  number: number,
  kind: 'altered' | 'altered-gzip' = 'altered',
): Promise<string | null> {
  const kept = (await fs.readdir(evidence)).filter((entry) => entry.includes('-altered-'));
  if (kept.length >= EVIDENCE) return null;
  const at = new Date(setting.now()).toISOString().replace(/[:.]/g, '');
  return join(evidence, `${at}-${kind}-${name}-${number}-${process.hrtime.bigint()}`);
}

/** The bytes of this many alterations are kept; a defacer could make any number of them. */
const EVIDENCE = 100;

/**
 * Moves a file (or whatever has its place) out of a tree, into evidence while there is room.
 * @returns false where it can't be taken out: a folder of another account, which only that account or root can move.
 *   The caller reports it and goes on, since one such folder must not stop the repair of the rest
 */
export async function putAway(root: string, path: string, evidence: string | null): Promise<boolean> {
  const from = join(root, path);
  if (!lstatSync(from, { throwIfNoEntry: false })) return true;
  if (evidence === null) return removeWhole(from);
  const to = join(evidence, path);
  await fs.mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await fs.rename(from, to);
    return true;
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
  try {
    // A folder without write permission can't be moved; where we own it, we can grant the permission.
    await fs.chmod(from, 0o700);
    await fs.rename(from, to);
    return true;
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return false;
  }
}

function isForbidden(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EACCES' || code === 'EPERM';
}
