/**
 * What a request target means, by the rules of nginx, so that an address means the same on every Difusor's site:
 * `http://host` before the path is allowed and ignored, escapes are decoded once, `//` and `/./` are one slash, `/../`
 * goes up and never above the root, what follows `?` or `#` is not part of the name.
 */

/** Segments of a decoded path, none of them empty but the last one of a folder's address. */
export type Segments = readonly string[];

/** A request line longer than this is refused, as by nginx: no path of the format comes near it. */
export const TARGET_BYTES = 8_190;

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]+/i;

/**
 * @param target as it stands in the request line; each character is one byte, as Node gives it
 * @returns null where it is malformed; bytes that are not UTF-8 become U+FFFD, which is in no file's name
 */
export function segmentsOf(target: string): Segments | null {
  const path = pathOf(target);
  const bytes = path === null ? null : unescaped(path);
  if (bytes === null) return null;
  const segments: string[] = [];
  const parts = bytes.toString('latin1').split('/').slice(1);
  for (const part of parts) {
    if (part === '..' && segments.pop() === undefined) return null;
    if (part !== '' && part !== '.' && part !== '..') segments.push(part);
  }
  if (['', '.', '..'].includes(parts.at(-1) ?? '')) segments.push('');
  return segments.map((segment) => Buffer.from(segment, 'latin1').toString('utf8'));
}

/** The query with its question mark, or an empty text. */
export function queryOf(target: string): string {
  return /^[^?#]*(\?[^#]*)/.exec(target)?.[1] ?? '';
}

/** The path as it is written in a Location header: absolute on this site, so that no `//` can lead to another one. */
export function addressOf(segments: Segments): string {
  return `/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`;
}

function pathOf(target: string): string | null {
  const rest = target.replace(ABSOLUTE, '');
  const path = rest.replace(/[?#].*$/s, '');
  if (path === '' && rest !== target) return '/';
  return path.startsWith('/') ? path : null;
}

/** @returns null for a malformed escape, or for a NUL, at which the system would end the name */
function unescaped(path: string): Buffer | null {
  if (/%(?![0-9a-f]{2})/i.test(path)) return null;
  const text = path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return text.includes('\0') ? null : Buffer.from(text, 'latin1');
}
