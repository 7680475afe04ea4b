import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../format/thrown.ts';
import { namesIn } from './names-in.ts';

/** What is written aside before it gets its name by a rename, and what is left of it where a process was killed. */

const ASIDE = /\.(\d+)\.new$/;

/** Beside the path, so that a rename can put it there; by process, so that two never write the same. */
export function asideOf(path: string): string {
  return `${path}.${process.pid}.new`;
}

/**
 * Removes what a process that was killed had written aside and not yet renamed. What a living process has aside is left
 * alone. One that begins has nothing aside: what has its own number is of another one, before it.
 * @param folders that are not there have nothing in them
 */
export async function sweepAsides(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (const name of await namesIn(folder)) {
      const pid = Number(ASIDE.exec(name)?.[1]);
      if (pid === process.pid || (pid > 0 && !isAlive(pid))) await fs.rm(join(folder, name), { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
