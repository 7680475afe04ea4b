import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../format/thrown.ts';
import { namesIn } from './names-in.ts';

/** Temporary files: content is written to one first and gets its name by a rename. Killed processes leave some behind. */

const ASIDE = /\.(\d+)\.new$/;

/**
 * The temporary file of a path: in the same folder, so that a rename can replace the path, and with the process number
 * in its name, so that two processes never write the same file.
 */
export function asideOf(path: string): string {
  return `${path}.${process.pid}.new`;
}

/** Whether a name is that of a temporary file, of whatever process. */
export function isAside(name: string): boolean {
  return ASIDE.test(name);
}

/**
 * Whether a name is that of a temporary file, or folder, that a killed process left. To be asked when a process has none of
 * its own: one with its own process number is an earlier process's.
 */
export function isLeft(name: string): boolean {
  const pid = Number(ASIDE.exec(name)?.[1]);
  return pid === process.pid || (pid > 0 && !isAlive(pid));
}

/**
 * Removes the temporary files that killed processes left. Those of a living process are left alone. To be called when a
 * process begins and has none: files with its own process number are an earlier process's.
 * @param folders some of which may be missing
 */
export async function sweepAsides(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (const name of await namesIn(folder)) {
      if (isLeft(name)) await fs.rm(join(folder, name), { force: true });
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
