import { promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import { ToldError } from '../format/said.ts';
import { leaveToOwner } from './owner.ts';
import { runProgram } from './program.ts';
import { words } from './words.ts';

/**
 * Locks that a crash cannot leave behind: flock(2) on an open file of this process. Node can't call flock, so
 * util-linux's `flock` is handed the descriptor and locks it for us: the lock belongs to the open file, not to the
 * helper, and the kernel drops it when the last descriptor is closed, however this process ends.
 */
export interface Lock {
  release(): Promise<void>;
}

/**
 * @param wait whether to wait for another holder
 * @param stop ends the waiting
 * @returns the lock, or null where another process has it and `wait` is false
 * @throws Error where the file can't be opened or `flock` is not installed; AbortError where `stop` came first
 */
export async function lock(
  file: string,
  { wait, stop }: { readonly wait: boolean; readonly stop?: AbortSignal },
): Promise<Lock | null> {
  const handle = await openLock(file);
  try {
    if (await flock(handle.fd, wait, stop)) return { release: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return null;
}

/** One that root makes in a service's folder is the service's, or that could never lock again. */
async function openLock(file: string): Promise<fs.FileHandle> {
  const handle = await fs.open(file, 'a', 0o600);
  try {
    if (await isRootsOwn(handle, file)) await leaveToOwner(handle, dirname(file));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Whether it is an empty file of root's that has this name alone: no link to what should stay root's. */
async function isRootsOwn(handle: fs.FileHandle, file: string): Promise<boolean> {
  if (process.geteuid?.() !== 0) return false;
  const [open, named] = await Promise.all([handle.stat(), fs.lstat(file).catch(() => null)]);
  const isNamed = named !== null && named.isFile() && named.ino === open.ino && named.dev === open.dev && open.nlink === 1;
  return isNamed && open.uid === 0 && open.size === 0;
}

async function flock(fd: number, wait: boolean, stop?: AbortSignal): Promise<boolean> {
  const { status } = await runProgram('flock', [...(wait ? [] : ['--nonblock']), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    detached: true, // a terminal's Ctrl-C is for us to act on
    ...(stop && { signal: stop }),
  });
  if (status === 0) return true;
  if (status === 1 && !wait) return false;
  throw new ToldError(words.lockFailed(String(status)));
}
