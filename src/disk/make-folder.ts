import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and those above it that are missing, with the modes that others need to read what is in it: whatever
 * the umask. Folders that exist already stay as they are.
 * @param mode permission bits of the folders that are made
 */
export function makeFolderFor(folder: string, mode = 0o755): void {
  const first = mkdirSync(folder, { recursive: true, mode });
  if (first === undefined) return;
  const top = resolve(first);
  let made = resolve(folder);
  for (; made.length > top.length; made = dirname(made)) chmodSync(made, mode);
  chmodSync(top, mode);
}
