import { cortePath } from '../../audit/check/chain-reads.ts';
import type { Hash } from '../../format/hash.ts';
import { POINTER } from '../../format/pointer.ts';
import { NOTHING_PAGE, SITE_NAME, unservedAs } from '../../format/site-names.ts';

/** What an address of a publication means, by the manifest of one corte. */
export type Wanted =
  | { readonly kind: 'file'; readonly path: string; readonly sha256: Hash; readonly status: 200 | 404 }
  /** a folder without its slash: references in it are relative to the address with it */
  | { readonly kind: 'moved'; readonly to: string }
  /** one of the corte's own files, or the pointer to it */
  | { readonly kind: 'own'; readonly what: 'corte.json' | 'corte.json.sig' | 'SHA256SUMS' | 'ultimo.json' }
  | { readonly kind: 'nothing' };

interface Corte {
  readonly phase: string;
  readonly number: number;
  readonly byPath: ReadonlyMap<string, Hash>;
}

const INDEX = 'index.html';

/** @param pathname as in an address, percent-encoded */
export function wantedAt(pathname: string, corte: Corte): Wanted {
  const path = decoded(pathname);
  if (path === null) return nothing(corte);
  if (path === SITE_NAME || path.startsWith(`${SITE_NAME}/`)) return ownAt(path.slice(SITE_NAME.length + 1), corte);
  const name = path === '' || path.endsWith('/') ? `${path}${INDEX}` : path;
  const sha256 = isShown(name) ? corte.byPath.get(name) : undefined;
  if (sha256 !== undefined) return { kind: 'file', path: name, sha256, status: 200 };
  if (name === path && isShown(path) && corte.byPath.has(`${path}/${INDEX}`))
    return { kind: 'moved', to: `/${path.split('/').map(encodeURIComponent).join('/')}/` };
  return nothing(corte);
}

/** Whether a site may show it under this path; a page for what is not there may be the publication's own. */
function isShown(path: string): boolean {
  const why = unservedAs(path);
  return why === null || why === 'kept';
}

/** The publication's own page for what it does not have, where it has one. */
function nothing({ byPath }: Corte): Wanted {
  const sha256 = byPath.get(NOTHING_PAGE);
  return sha256 === undefined ? { kind: 'nothing' } : { kind: 'file', path: NOTHING_PAGE, sha256, status: 404 };
}

function ownAt(rest: string, { phase, number }: Corte): Wanted {
  if (rest === POINTER) return { kind: 'own', what: 'ultimo.json' };
  for (const what of ['corte.json', 'corte.json.sig', 'SHA256SUMS'] as const) {
    if (rest === `chain/${cortePath(phase, number, what)}`) return { kind: 'own', what };
  }
  return { kind: 'nothing' };
}

/** @returns the path without its first slash; null where it is malformed */
function decoded(pathname: string): string | null {
  if (/%2f|%00/i.test(pathname)) return null;
  try {
    return decodeURIComponent(pathname)
      .replace(/\/{2,}/g, '/')
      .slice(1);
  } catch {
    return null;
  }
}
