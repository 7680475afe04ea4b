import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asideOf, isLeft } from '../disk/aside.ts';
import { syncFolder, writeDurably } from '../disk/durable.ts';
import { makeFolders } from '../disk/make-folder.ts';
import { namesIn } from '../disk/names-in.ts';
import { ToldError } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { words } from './words.ts';

/**
 * Makes the folder of a proof whole or not at all: under its name there is only ever one that is complete and on the disk.
 * What a process that was killed has left of the same proof is removed.
 * @param place of the folder; those above it are made
 * @param files by their paths in it
 * @throws Error with the code `EEXIST` and the `path` where there is such a folder already, which stays as it is; others where
 *   it can't be written: then nothing is left
 */
export async function writeProof(place: string, files: Iterable<readonly [path: string, content: Uint8Array | string]>) {
  const folder = dirname(place);
  makeFolders(folder);
  for (const name of await namesIn(folder)) {
    if (isLeft(name) && name.startsWith(`${basename(place)}.`)) await rm(join(folder, name), { recursive: true, force: true });
  }
  const begun = asideOf(place);
  try {
    await mkdir(begun);
    for (const [path, content] of files) {
      await mkdir(dirname(join(begun, path)), { recursive: true });
      await writeDurably(join(begun, path), content);
    }
    await syncFolder(begun);
    await rename(begun, place);
  } catch (error) {
    await rm(begun, { recursive: true, force: true });
    if (!['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error;
    throw Object.assign(new ToldError(words.proofThere(place), { cause: error }), { code: 'EEXIST', path: place });
  }
  await syncFolder(folder);
}
