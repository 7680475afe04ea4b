import type { SpawnOptions } from 'node:child_process';
import { constants, promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import { ToldError } from '../format/said.ts';
import { asideOf } from './aside.ts';
import { runProgram } from './program.ts';
import { words } from './words.ts';

/**
 * Writing so that a power cut finds the old state or the new one, never something between. What a rename makes visible
 * must be on the disk before it, and the rename itself is on the disk only once its folder is. The system calls, in this
 * order, each begun when the one before it has ended:
 *
 * - `writeDurably`: open(O_CREAT|O_TRUNC) of a name beside, write, fchmod, fsync, close, rename; then open(O_DIRECTORY),
 *   fsync and close of the folder.
 * - `replaceFile`: the same without both fsyncs. After a power cut the file may be the old one, the new one or empty.
 * - `renameDurably`: rename; fsync of the folder that got the name; fsync of the folder that lost it. A power cut between
 *   them may leave both names or the new one, and on some file systems neither before the first fsync has ended.
 * - `syncFileSystem`: syncfs, in a process of its own.
 * - `replaceLink`: unlink, symlink and rename, and no sync: that is the caller's.
 * - `writeOut`: fdatasync, which promises nothing to anybody here.
 *
 * A sync that fails promises nothing about what was written before it, then or later: Linux tells of a failed write once,
 * marks the pages as clean, and the next fsync of the same file may succeed without them. So nobody syncs again and goes
 * on. What was being written is written again, from the beginning, under a new name or over the old one (`writeDurably`
 * opens with O_TRUNC; an admission throws its staging away); and where a rename was done whose folder could not be synced
 * (A13), the state is taken as it is found by name and nothing is shown, signed or removed before a `syncFileSystem` has
 * succeeded over it. `test/difusor/durable-order.test.ts` holds the orders, `npm run powercuts` what they are for.
 */

/**
 * Replaces a small file: a temporary file beside it, fsync, rename, fsync of the folder.
 * @param mode permission bits of the file
 */
export async function writeDurably(file: string, bytes: string | Uint8Array, mode = 0o644): Promise<void> {
  await writeAside(file, bytes, mode, true);
  await syncFolder(dirname(file));
}

/** Replaces a file whole or not at all, for what may be lost in a power cut: status, hints, metrics. */
export async function replaceFile(file: string, bytes: string | Uint8Array, mode = 0o644): Promise<void> {
  await writeAside(file, bytes, mode, false);
}

async function writeAside(file: string, bytes: string | Uint8Array, mode: number, sync: boolean): Promise<void> {
  const aside = asideOf(file);
  const handle = await fs.open(aside, 'w', mode);
  try {
    await handle.writeFile(bytes);
    await handle.chmod(mode); // whatever the umask
    if (sync) await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(aside, file);
}

/** Makes the names in a folder durable: what was created in it, renamed into it or removed from it. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file's bytes out to the disk, for a large one that is complete long before the sync that makes everything
 * durable: the disk works meanwhile, and that sync has less to do.
 */
export async function writeOut(file: string): Promise<void> {
  const handle = await fs.open(file, 'r');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Renames and makes both folders durable. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await fs.rename(from, to);
  await syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
}

/**
 * Makes everything on the file system of a folder durable, by one syncfs(2) through coreutils' `sync -f`: for
 * thousands of files ten times cheaper than an fsync each.
 * @param waiting called every second while the disk is at it, which can be long
 * @throws Error where it fails: nothing may be promised then
 */
export async function syncFileSystem(folder: string, waiting: () => void = () => {}): Promise<void> {
  const timer = setInterval(waiting, 1000);
  try {
    await runSync(folder);
  } finally {
    clearInterval(timer);
  }
}

async function runSync(folder: string): Promise<void> {
  const options = { stdio: ['ignore', 'ignore', 'pipe'], detached: true } satisfies SpawnOptions; // from Ctrl-C
  const { status, complaint } = await runProgram('sync', ['-f', folder], options);
  if (status !== 0) throw new ToldError(words.syncFailed(folder, complaint || words.status(String(status))));
}

/** Points a symbolic link somewhere else in one atomic step. Not durable before the folder or file system is synced. */
export async function replaceLink(link: string, target: string): Promise<void> {
  const aside = asideOf(link);
  await fs.rm(aside, { force: true });
  await fs.symlink(target, aside);
  await fs.rename(aside, link);
}
