import { promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../config/usage-error.ts';
import { asideOf, isLeft } from '../../disk/aside.ts';
import { renameDurably, syncFileSystem } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { removeWhole } from '../../disk/remove.ts';
import { said } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import { words } from '../words.ts';

/**
 * Makes a folder whole or not at all: it is filled beside its place and gets its name once everything in it is on the disk.
 * A power cut leaves the whole folder, or at most one of another name.
 *
 * @param fill is given the folder to fill
 * @param signal that no folder is wanted any more, until it has its name
 * @throws UsageError where the place is taken, or lies in no folder; what `fill` throws; AbortError where the signal came. Then
 *   nothing is left
 */
export async function madeWhole<T>(
  place: string,
  mode: number,
  fill: (folder: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  await requireFree(place);
  const aside = asideOf(place);
  // A process that was killed leaves all that it had copied.
  const left = (await namesIn(dirname(place))).filter((name) => isLeft(name) && name.startsWith(`${basename(place)}.`));
  await removeWhole(...left.map((name) => join(dirname(place), name)));
  await makeFolder(aside, mode);
  try {
    const filled = await fill(aside);
    await syncFileSystem(aside);
    signal?.throwIfAborted();
    await requireFree(place); // a rename would replace an empty folder
    await renameDurably(aside, place);
    return filled;
  } catch (error) {
    await removeWhole(aside);
    throw error;
  }
}

async function requireFree(place: string): Promise<void> {
  try {
    await fs.lstat(place);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  throw new UsageError(words.thereAlready(place), words.nameAnother);
}

async function makeFolder(folder: string, mode: number): Promise<void> {
  try {
    await fs.mkdir(folder, { mode });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
      throw new UsageError(words.noFolder(dirname(folder)), said(`mkdir -p ${dirname(folder)}`));
    }
    throw error;
  }
}
