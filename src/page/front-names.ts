import type { Manifest } from '../format/manifest.ts';

/** What of a front page is compared before the history: the files that it names, as many as a reader can wait for. */

/** How many files are said to be what was signed, beside the front page itself. */
export interface Front {
  readonly compared: number;
  /** of the corte's files; more than `compared` where a page names very many */
  readonly named: number;
}

/** More of them are compared after the history. */
const MOST_OF_FRONT = 24;

/**
 * @param html of the front page
 * @returns the files to compare; null where the page sets another base for its addresses, so that what it names is not
 *   known
 */
export function comparedOf(html: string, manifest: Manifest): { readonly compared: Manifest; readonly named: number } | null {
  if (/<(?:base)[\s/>]/i.test(html)) return null;
  const named = namedBy(html, manifest);
  return { compared: named.slice(0, MOST_OF_FRONT), named: named.length };
}

/**
 * The files of the corte that the page at its top names in its markup.
 * @internal
 * @param html may be anything; no more is read of it than attributes that look like relative addresses
 */
export function namedBy(html: string, manifest: Manifest): Manifest {
  const base = new URL('https://corte.invalid/');
  const paths = new Set<string>();
  for (const [, , address = ''] of html.matchAll(/\s(?:src|href|data)\s*=\s*(["'])([^"'<>]{1,2048})\1/gi)) {
    if (!URL.canParse(address, base.href)) continue;
    const { origin, pathname } = new URL(address, base);
    if (origin === base.origin) paths.add(decoded(pathname.slice(1)));
  }
  return manifest.filter(({ path }) => path !== 'index.html' && paths.has(path));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray percent sign: no file is called like that
  }
}
