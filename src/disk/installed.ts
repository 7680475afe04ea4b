import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the files of this program lie: in the repository, in an unpacked release, or where a package put them. */
const root = rootOf(dirname(fileURLToPath(import.meta.url)));

/**
 * @param path of a file that comes with the program, from the folder that has its `package.json`
 * @returns its absolute path, whether it is there or not
 */
export function installed(path: string): string {
  return join(root, path);
}

/** The version of this program, as its `package.json` says it. */
export function version(): string {
  const about: { version: string } = JSON.parse(readFileSync(installed('package.json'), 'utf8'));
  return about.version;
}

/** For a module by itself and for a bundle of many, which lie at different depths. */
function rootOf(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (folder === dirname(folder)) throw new Error('there is no package.json above the program');
  return rootOf(dirname(folder));
}
