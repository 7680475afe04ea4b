import { chmodSync, copyFileSync, type Dirent, linkSync, lstatSync, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { inBatches } from '../../disk/batches.ts';
import type { Hash } from '../../format/hash.ts';
import type { Entry, Manifest } from '../../format/manifest.ts';
import { foldersAbove } from '../../format/path.ts';
import { codeOf } from '../../format/thrown.ts';

/** The tree of a corte: its files under their names, as hard links to the content (A12). */

/**
 * Builds a tree in a folder that does not exist yet. Every path comes from a manifest whose paths were checked (A8),
 * so nothing can point outside. Not durable before the file system is synced.
 * @param contentPath where a hash's content is
 */
export async function buildTree(root: string, manifest: Manifest, contentPath: (hash: Hash) => string): Promise<void> {
  mkdirSync(root, { recursive: true, mode: 0o755 });
  const made = new Set<string>();
  await inBatches(manifest, ({ path, sha256 }) => {
    for (const folder of foldersAbove(path)) {
      if (made.has(folder)) continue;
      mkdirSync(`${root}/${folder}`, { mode: 0o755 });
      made.add(folder);
    }
    linkContent(contentPath(sha256), `${root}/${path}`);
  });
}

/** Makes one hard link or, where a content has as many as the file system allows, a copy that looks the same. */
export function linkContent(content: string, path: string): void {
  try {
    linkSync(content, path);
  } catch (error) {
    if (codeOf(error) !== 'EMLINK') throw error;
    copyFileSync(content, path);
    const { atime, mtime } = statSync(content);
    utimesSync(path, atime, mtime);
    chmodSync(path, 0o444);
  }
}

/** What differs between a tree and its manifest by names and kinds alone. The patrol checks the bytes. */
export interface Survey {
  /** entries of which there is no file */
  readonly missing: readonly Entry[];
  /** paths of what is there and not listed: files, links, folders; `.` where the tree itself is not there, or no folder */
  readonly strays: readonly string[];
}

/** Compares a tree with its manifest, by names and kinds. @throws Error where the disk can't be read */
export function survey(root: string, manifest: Manifest): Survey {
  const listed = new Set(manifest.map(({ path }) => path));
  const folders = new Set(manifest.flatMap(({ path }) => foldersAbove(path)));
  const strays: string[] = [];
  const walk = (folder: string): void => {
    const inside = entriesOf(join(root, folder));
    if (inside === null) strays.push(folder);
    for (const entry of inside ?? []) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && folders.has(path)) walk(path);
      // Listed entries that are found are removed; those left at the end are missing.
      else if (!(entry.isFile() && listed.delete(path))) strays.push(path);
    }
  };
  const seen = lstatSync(root, { throwIfNoEntry: false });
  if (seen?.isDirectory() && entriesOf(root) !== null) walk('');
  else strays.push('.');
  return { missing: manifest.filter(({ path }) => listed.has(path)), strays };
}

/** @returns what is in a folder, or null where we have no permission to read it */
function entriesOf(folder: string): Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'EACCES') return null;
    throw error;
  }
}
