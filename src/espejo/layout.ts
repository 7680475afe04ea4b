import { basename, join } from 'node:path';
import type { Entry, Manifest } from '../format/manifest.ts';
import type { ObjectHeaders } from './bucket/bucket.ts';
import type { EspejoConfig } from './config.ts';
import { contentHeaders, corteHeaders, type Names } from './objects.ts';

/**
 * Where the files of a corte lie in the bucket. By `corte`, each at its address, `c/<n>/`: a bucket alone serves it, and a
 * store has no name for another name, so each file of each corte costs a request. By `contenido`, each content once for all
 * cortes, under its hash: only what is new costs anything, and whoever stands before the bucket finds at `c/<n>/` what the
 * corte's SHA256SUMS says.
 */
export interface Layout {
  /** what is to be in the folder, by the names in it */
  readonly manifest: Manifest;
  /** in the bucket, with a slash at the end */
  readonly folder: string;
  /** whether other cortes' files lie there too */
  readonly isShared: boolean;
  /** this machine's file of what has that name */
  fileOf(entry: Entry): string;
  headersOf(name: string): ObjectHeaders;
}

/**
 * @param number of the corte
 * @param listed its files, as far as a site shows them
 * @param tree the folder of its files
 */
export function layOut(
  layout: EspejoConfig['layout'],
  names: Names,
  { number, listed, tree }: { readonly number: number; readonly listed: Manifest; readonly tree: string },
): Layout {
  if (layout === 'corte') {
    const fileOf = ({ path }: Entry) => join(tree, path);
    return { manifest: listed, folder: names.corte(number), isShared: false, fileOf, headersOf: corteHeaders };
  }
  const paths = new Map<string, Entry>();
  for (const entry of listed) {
    const name = contentName(entry);
    if (!paths.has(name)) paths.set(name, entry);
  }
  return {
    manifest: [...paths].map(([name, { sha256 }]) => ({ path: name, sha256 })),
    folder: names.contents,
    isShared: true,
    fileOf: ({ path }) => join(tree, paths.get(path)?.path ?? ''),
    headersOf: contentHeaders,
  };
}

/** A content's name in the bucket: its hash, with the ending that says its type. systemd/espejo/worker.js makes the same. */
function contentName({ path, sha256 }: Entry): string {
  const ending = /.\.([A-Za-z0-9]{1,16})$/.exec(basename(path))?.[1];
  return ending === undefined ? sha256 : `${sha256}.${ending.toLowerCase()}`;
}
