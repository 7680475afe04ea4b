import {
  chmodSync,
  copyFileSync,
  promises as fs,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Hash } from '../format/hash.ts';
import type { Manifest } from '../format/manifest.ts';
import { sixDigits } from '../format/naming.ts';
import { foldersAbove } from '../format/path.ts';
import { inBatches } from './content.ts';
import type { Rooms } from './rooms.ts';

/** The tree of a corte: its files under their names, as hard links to the content (A12). */

export function treeFolder(rooms: Rooms, phase: string, number: number): string {
  return join(rooms.trees, phase, sixDigits(number));
}

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
      mkdirSync(join(root, folder), { mode: 0o755 });
      made.add(folder);
    }
    linkContent(contentPath(sha256), join(root, path));
  });
}

/** One hard link; where a content has as many as the file system allows, a copy that looks the same. */
export function linkContent(content: string, path: string): void {
  try {
    linkSync(content, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EMLINK') throw error;
    copyFileSync(content, path);
    const { atime, mtime } = statSync(content);
    utimesSync(path, atime, mtime);
    chmodSync(path, 0o444);
  }
}

/**
 * Whether a tree has every file of the manifest and nothing else, by names alone: for a start after a crash, where what
 * may be missing are whole names. The bytes are the patrol's.
 */
export function isWhole(root: string, manifest: Manifest): boolean {
  const { files, strays } = survey(root, manifest);
  return files === manifest.length && strays.length === 0;
}

/** What is in a tree that the manifest does not list (files, links, folders), and how many listed files are there. */
export function survey(root: string, manifest: Manifest): { files: number; strays: string[] } {
  const listed = new Set(manifest.map(({ path }) => path));
  const folders = new Set(manifest.flatMap(({ path }) => foldersAbove(path)));
  const strays: string[] = [];
  let files = 0;
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && folders.has(path)) walk(path);
      else if (entry.isFile() && listed.has(path)) files += 1;
      else strays.push(path);
    }
  };
  if (lstatSync(root, { throwIfNoEntry: false })?.isDirectory()) walk('');
  return { files, strays };
}

/** The numbers of the trees of a phase, ascending. */
export function treesOf(rooms: Rooms, phase: string): number[] {
  const folder = join(rooms.trees, phase);
  if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{6}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Removes a tree: out of its place in one step, so that a crash never leaves half of one there. */
export async function removeTree(rooms: Rooms, phase: string, number: number): Promise<void> {
  const aside = join(rooms.staging, `old-${phase}-${sixDigits(number)}-${process.hrtime.bigint()}`);
  await fs.rename(treeFolder(rooms, phase, number), aside);
  await fs.rm(aside, { recursive: true, force: true });
}

export function makePhaseFolder(rooms: Rooms, phase: string): void {
  mkdirSync(join(rooms.trees, phase), { recursive: true, mode: 0o755 });
  mkdirSync(join(rooms.chain, phase), { recursive: true, mode: 0o755 });
}
