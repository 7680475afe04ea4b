import type { Hash } from '../../format/hash.ts';
import type { Said } from '../../format/said.ts';
import type { Finding } from './finding.ts';

/**
 * The other address of a folder's page: whoever opens a folder is shown its `index.html`, and nobody types that name. So
 * each such file is asked for at both. Pure; the command and the page in a browser bring their own way to ask.
 */

const INDEX = 'index.html';

/** The folder where a reader meets this file: `/` for the site's own address, else as `acta/`; null for any other file. */
export function folderOf(path: string): string | null {
  if (path === INDEX) return '/';
  return path.endsWith(`/${INDEX}`) ? path.slice(0, -INDEX.length) : null;
}

/**
 * What the folder's address adds to what was found of its file. Not every server has an answer there, an object store has
 * none: who answers nothing there, or denies it, shows nobody anything else.
 * @returns null where it adds nothing
 */
export function addedBy(folder: Finding, file: Finding): Finding | null {
  if (folder.kind === 'same' || folder.kind === 'missing' || folder.kind === 'blocked') return null;
  if (folder.kind === 'other') return file.kind === 'other' && file.sha256 === folder.sha256 ? null : folder;
  return folder.kind === file.kind ? null : folder;
}

/**
 * What a page at a folder's address is that the site shows for every name that it does not have. Where it shows no file
 * there, it says so by that page. Where it shows the file, the page at the site's own address is what readers see; below,
 * it may be the host's way to say that there is nothing, or a page made to be taken for the folder's, which can't be told.
 * The corte's own front is neither, as hosts show that lead every address to it.
 * @param folder as {@link folderOf} gives it
 * @param file what was found at its file's own address
 * @param front of the corte's own front, null where it has none
 * @param why it was not compared
 */
export function pageForAnyName(folder: string, file: Finding, sha256: Hash, front: Hash | null, why: Said): Finding {
  if (file.kind === 'missing') return { kind: 'missing' };
  if (folder === '/') return { kind: 'other', sha256 };
  return sha256 === front ? { kind: 'missing' } : { kind: 'failed', why };
}

/** One of a file's two addresses, with what was found there. */
export interface AtAddress {
  /** the file's, or its folder's, which ends in a slash */
  readonly path: string;
  readonly finding: Finding;
}

/** @param older whether these are the bytes of another corte that was signed */
export function worseOf(one: AtAddress, other: AtAddress, older: (path: string) => boolean): AtAddress {
  const rank = ({ path, finding: { kind } }: AtAddress) => RANKS.indexOf(kind === 'other' && older(path) ? 'stale' : kind);
  return rank(other) > rank(one) ? other : one;
}

/** From what says nothing of a site to what says most. */
const RANKS: ReadonlyArray<Finding['kind'] | 'stale'> = [
  'same',
  'stand-in',
  'failed',
  'missing',
  'blocked',
  'stale',
  'redirected',
  'other',
];
