import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ToldError } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { words } from './words.ts';

/**
 * Makes a folder, and those above it that are missing, with the modes that others need to read what is in it: whatever
 * the umask. Folders that exist already stay as they are.
 * @param mode permission bits of the folders that are made
 */
export function makeFolderFor(folder: string, mode = 0o755): void {
  const first = made(folder, mode);
  if (first === undefined) return;
  const top = resolve(first);
  for (let one = resolve(folder); one.length > top.length; one = dirname(one)) chmodSync(one, mode);
  chmodSync(top, mode);
}

function made(folder: string, mode: number): string | undefined {
  try {
    return mkdirSync(folder, { recursive: true, mode });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    throw new ToldError(words.folderWanted(folder), { cause: error });
  }
}
