import { basename } from 'node:path';
import { typeOf } from '../format/content-type.ts';
import { PINNED, POINTER } from '../format/pointer.ts';
import { SITE_NAME } from '../format/site-names.ts';
import type { ObjectHeaders } from './bucket/bucket.ts';

/** What the objects in the bucket are called, and what their readers are sent with them: the same as a node's site has. */

export interface Names {
  /** of all that lies below it, with a slash at the end */
  readonly chain: string;
  readonly aviso: string;
  readonly espera: string;
  readonly pointer: string;
  /** of the cortes' folders */
  readonly cortes: string;
  corte(number: number): string;
  /** of what every corte's files are found by, in the layout by content */
  readonly contents: string;
}

/** @param prefix as configured: empty, or with a slash at its end */
export function namesBelow(prefix: string): Names {
  const site = `${prefix}${SITE_NAME}/`;
  return {
    chain: `${site}chain/`,
    aviso: `${site}aviso/`,
    espera: `${site}espera/`,
    pointer: `${site}${POINTER}`,
    cortes: `${site}${PINNED}/`,
    corte: (number) => `${site}${PINNED}/${number}/`,
    contents: `${site}contenido/`,
  };
}

/**
 * A number may be used again, where a stolen key's cortes were disowned: what is at its address is asked for again, as on a
 * node's own site.
 */
export function corteHeaders(path: string): ObjectHeaders {
  return { 'content-type': typeOf(basename(path)), 'cache-control': 'public, max-age=15, must-revalidate' };
}

/** Under a hash there is never another content. */
export function contentHeaders(name: string): ObjectHeaders {
  return { 'content-type': typeOf(name), 'cache-control': 'public, max-age=31536000, immutable' };
}

export function chainHeaders(path: string): ObjectHeaders {
  return { 'content-type': typeOfChain(path), 'cache-control': 'no-cache' };
}

export const POINTER_HEADERS: ObjectHeaders = { 'content-type': 'application/json', 'cache-control': 'public, max-age=5' };

/** Of the notice and the wait: whoever keeps them shows them too long. */
export function pageHeaders(path: string): ObjectHeaders {
  return { 'content-type': typeOf(basename(path)), 'cache-control': 'no-cache' };
}

function typeOfChain(path: string): string {
  return typeOf(basename(path), 'text/plain; charset=utf-8');
}

/** @returns the number whose folder of a corte a prefix names, or null */
export function numberOf(names: Names, prefix: string): number | null {
  const found = prefix.startsWith(names.cortes) ? /^([1-9]\d{0,5})\/$/.exec(prefix.slice(names.cortes.length)) : null;
  return found ? Number(found[1]) : null;
}
