/**
 * What a name means on the sites that show a publication. There is one list: `iec pack` refuses or warns by it, both web
 * servers answer by it (a test holds nginx's configuration to it), and the audits accuse nobody of not showing what no
 * site shows. It is no rule of the format: a corte with such a name is admitted as ever.
 */

/** The top-level name under which everything lies that is a site's and not the publication's. */
export const SITE_NAME = 'cotejo';

/** Where the page that checks was before it had that name; it leads there. */
export const OLD_PAGE = 'cotejo.html';

/** What a publication shows in place of what it does not have. Some servers never show it under its own address. */
export const NOTHING_PAGE = '404.html';

/** For what certificates are had by; the one name with a leading dot under which files are shown. */
const WELL_KNOWN = '.well-known';

/** The folder in there whose files prove who holds the name: a site's own, since they are worth a certificate for it. */
const CHALLENGES = 'acme-challenge';

/**
 * Why a file of a publication is not to be had from a site under its own path: `reserved`, the name is the site's;
 * `hidden`, a segment has a leading dot, or what lies there is worth a certificate; `moved`, the address leads elsewhere; `kept`, a server may keep it for itself.
 */
export type Unserved = 'reserved' | 'hidden' | 'moved' | 'kept';

/** @returns null for a path that every site shows */
export function unservedAs(path: string): Unserved | null {
  const segments = path.split('/');
  if (segments[0] === SITE_NAME) return 'reserved';
  if (isHidden(segments)) return 'hidden';
  if (path === OLD_PAGE) return 'moved';
  return path === NOTHING_PAGE ? 'kept' : null;
}

/** @param segments of a decoded path; the last one may be empty, as in a folder's address */
export function isHidden(segments: readonly string[]): boolean {
  if (segments[0] === WELL_KNOWN && segments[1] === CHALLENGES && segments.length > 2) return true;
  return segments.some((segment, i) => segment.startsWith('.') && !(segment === WELL_KNOWN && i < segments.length - 1));
}
