import { posix } from 'node:path';
import { isPrintable } from '../../format/text.ts';

/**
 * What a path of the SFTP account means. The account sees a root with two folders and nothing above it; a delivery is
 * flat, so in the inbox there are exactly two levels. Only the text decides; the disk is not looked at.
 */
export type SftpPlace =
  | { readonly kind: 'top' }
  | { readonly kind: 'inbox' }
  /** a folder in the inbox: an upload while its name begins with a dot, and from then on a delivery */
  | { readonly kind: 'upload'; readonly folder: string }
  | { readonly kind: 'upload-file'; readonly folder: string; readonly file: string }
  | { readonly kind: 'delivery'; readonly folder: string }
  | { readonly kind: 'delivery-file'; readonly folder: string; readonly file: string }
  | { readonly kind: 'outbox'; readonly segments: readonly string[] };

const LONGEST = 1024;
const NAME = /^[A-Za-z0-9._-]{1,128}$/;

/** @returns whether a name can exist in the inbox */
export function isName(name: string): boolean {
  return NAME.test(name);
}

/** @returns the absolute form of a path, as the account sees it; the root has nothing above it */
export function absolute(path: string): string {
  return posix.resolve('/', path.slice(0, LONGEST + 1));
}

/** @returns what the path means, or null where nothing can be there */
export function placeOf(path: string): SftpPlace | null {
  if (path.length > LONGEST || !isPrintable(path)) return null;
  const [room, ...rest] = absolute(path).split('/').filter(Boolean);
  if (room === undefined) return { kind: 'top' };
  if (room === 'outbox') return { kind: 'outbox', segments: rest };
  if (room !== 'inbox' || rest.length > 2 || !rest.every((name) => NAME.test(name))) return null;
  const [folder, file] = rest;
  if (folder === undefined) return { kind: 'inbox' };
  const isUpload = folder.startsWith('.');
  if (file === undefined) return { kind: isUpload ? 'upload' : 'delivery', folder };
  return { kind: isUpload ? 'upload-file' : 'delivery-file', folder, file };
}
