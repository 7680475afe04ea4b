import { type Hash, hashOf } from './hash.ts';
import { LIMITS } from './limits.ts';
import { encodeManifest, type Manifest, parseManifest } from './manifest.ts';
import { checkPath } from './path.ts';
import { words as presentationWords } from './presentation-words.ts';
import { Refusal } from './refusal.ts';
import type { Said } from './said.ts';
import { unservedAs } from './site-names.ts';
import { words } from './words.ts';

/**
 * The template of a presentation: a folder of static files that reads the corte's own files by relative address, below
 * `corte/`. What it consists of is its `SHA256SUMS`, whose hash the IEC authorises.
 */

/** The list of a template's files, itself one of them and not listed. */
export const TEMPLATE_SUMS = 'SHA256SUMS';
/** The name in a template under which the corte's files are found, which no file of its own may have. */
export const CORTE_IN_TEMPLATE = 'corte';

/** Bytes of a template's `SHA256SUMS`, at most. */
export const TEMPLATE_SUMS_BYTES = LIMITS.templateFiles * (LIMITS.pathBytes + 67);

/**
 * Whether a path may be one of a template's.
 * @throws Refusal `path-forbidden`, `too-large`: what no corte may have, what no site shows, and names with a meaning here
 */
export function checkTemplatePath(path: string): void {
  checkPath(path);
  if (unservedAs(path) !== null) throw forbidden(path, presentationWords.unserved);
  const [first = ''] = path.split('/');
  if (first.toLowerCase() === CORTE_IN_TEMPLATE) throw forbidden(path, presentationWords.corteIsThere);
  if (path.toLowerCase() === TEMPLATE_SUMS.toLowerCase()) throw forbidden(path, presentationWords.listOfFiles);
}

/**
 * The form of a template's `SHA256SUMS`.
 * @throws Refusal `manifest-malformed`, `path-forbidden`, `too-large`
 */
export function parseTemplateSums(bytes: Uint8Array): Manifest {
  const manifest = parseManifest(bytes);
  if (manifest.length > LIMITS.templateFiles) throw new Refusal('too-large', words.overFiles(LIMITS.templateFiles));
  for (const { path } of manifest) checkTemplatePath(path);
  if (!manifest.some(({ path }) => path === 'index.html')) throw new Refusal('manifest-malformed', presentationWords.noIndex);
  return manifest;
}

/** The `SHA256SUMS` of a template that consists of these files, which are in the manifest's order. @throws as {@link parseTemplateSums} */
export function templateSums(files: readonly { readonly path: string; readonly sha256: Hash }[]): Uint8Array {
  const sums = encodeManifest(files);
  parseTemplateSums(sums);
  return sums;
}

/** What an authorisation says of a template. */
export function measureTemplate(sums: Uint8Array, bytes: number): { sha256: Hash; bytes: number; files: number } {
  return { sha256: hashOf(sums), bytes, files: parseTemplateSums(sums).length };
}

function forbidden(path: string, why: Said): Refusal {
  return new Refusal('path-forbidden', words.pathForbidden(JSON.stringify(path), why));
}
