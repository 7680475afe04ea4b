import type { Manifest } from '../format/manifest.ts';

/**
 * The files of the corte that the page at its top names in its markup.
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
