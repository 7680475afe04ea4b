import { LIMITS } from './limits.ts';
import { Refusal } from './refusal.ts';
import type { Said } from './said.ts';
import { isPrintable, utf8Length } from './text.ts';
import { words } from './words.ts';

/**
 * Which paths a corte may have: those that mean one and the same file to a shell, a tar, a web server and a browser,
 * and can't be taken for an option or another folder. What is not allowed is refused, never cleaned.
 * @throws Refusal `path-forbidden`, or `too-large` past a limit of length
 */
export function checkPath(path: string): void {
  if (!isPrintable(path)) throw forbidden(path, words.controlInPath);
  if (path.includes('\\')) throw forbidden(path, words.backslash);
  if (path !== path.normalize('NFC')) throw forbidden(path, words.notNfc);
  if (utf8Length(path) > LIMITS.pathBytes) throw new Refusal('too-large', words.pathTooLong(LIMITS.pathBytes));
  const segments = path.split('/');
  if (segments.length > LIMITS.pathSegments) throw new Refusal('too-large', words.overSegments(LIMITS.pathSegments));
  for (const segment of segments) {
    if (segment === '') throw forbidden(path, path.startsWith('/') ? words.absolute : words.emptySegment);
    if (segment === '.' || segment === '..') throw forbidden(path, words.dots(segment));
    if (/^[- ]/.test(segment)) throw forbidden(path, words.segmentBegins);
    if (/[ .]$/.test(segment)) throw forbidden(path, words.segmentEnds);
    if (utf8Length(segment) > LIMITS.segmentBytes) {
      throw new Refusal('too-large', words.segmentTooLong(LIMITS.segmentBytes));
    }
  }
}

/** The folders above a path, nearest last: `a/b/c` gives `a`, `a/b`. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}

/**
 * The rules that hold between the paths of one corte: no path is another's folder, none equals another by case alone.
 * @throws Refusal `path-forbidden`
 */
export function checkTogether(paths: readonly string[]): void {
  const all = new Set(paths);
  const lowered = new Set<string>();
  for (const path of paths) {
    const folder = foldersAbove(path).find((above) => all.has(above));
    if (folder !== undefined) throw forbidden(path, words.isAFile(shown(folder)));
    const low = path.toLowerCase();
    if (lowered.has(low)) throw forbidden(path, words.sameButCase);
    lowered.add(low);
  }
}

function forbidden(path: string, why: Said): Refusal {
  return new Refusal('path-forbidden', words.pathForbidden(shown(path), why));
}

function shown(path: string): string {
  return JSON.stringify(path.length > 120 ? `${path.slice(0, 120)}…` : path);
}
