import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../config/usage-error.ts';
import { syncFolder, writeDurably } from '../disk/durable.ts';
import { makeFolderFor } from '../disk/make-folder.ts';
import { codeOf } from '../format/thrown.ts';
import { words } from './words.ts';

/** What it is called until it is whole. */
const UNFINISHED = '.cotejo-sin-terminar';

/**
 * Writes a folder that is there whole or not at all.
 * @param out must not be there yet, or be empty
 * @throws UsageError where it is neither; Error where it can't be written
 */
export async function writeFolder(out: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const folder = resolve(out);
  await requireEmpty(folder);
  const unfinished = `${folder}${UNFINISHED}`;
  await rm(unfinished, { recursive: true, force: true });
  makeFolderFor(unfinished);
  for (const [name, bytes] of files) await writeDurably(join(unfinished, name), bytes);
  await syncFolder(unfinished);
  await rename(unfinished, folder);
  await syncFolder(dirname(folder));
}

async function requireEmpty(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length > 0) throw new UsageError(words.notEmpty(folder));
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') throw new UsageError(words.notFolder(folder));
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
