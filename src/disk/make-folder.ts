import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
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
  const first = makeFolders(folder, mode);
  if (first === undefined) return;
  const top = resolve(first);
  for (let one = resolve(folder); one.length > top.length; one = dirname(one)) chmodSync(one, mode);
  chmodSync(top, mode);
}

/**
 * Makes a folder, and those above it that are missing, with what the umask leaves of a mode. Node's own recursive `mkdir` never
 * ends where a file system makes no folder and says that the one above is missing, as `/proc` does.
 * @returns the uppermost that was made; undefined where there was nothing to make
 * @throws ToldError where a file is in its place; Error as the disk gives it
 */
export function makeFolders(folder: string, mode = 0o777): string | undefined {
  const missing = [folder];
  for (let above = dirname(folder); !existsSync(above) && dirname(above) !== above; above = dirname(above)) missing.unshift(above);
  let first: string | undefined;
  for (const one of missing) {
    try {
      mkdirSync(one, { mode });
      first ??= one;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (!statSync(one, { throwIfNoEntry: false })?.isDirectory()) {
        throw new ToldError(words.folderWanted(one), { cause: error });
      }
    }
  }
  return first;
}
