import { type Hash, isHash } from './hash.ts';
import { LIMITS } from './limits.ts';
import { checkPath, checkTogether } from './path.ts';
import { Refusal } from './refusal.ts';
import type { Said } from './said.ts';
import { compareBytes, decodeUtf8, encodeUtf8 } from './text.ts';
import { words } from './words.ts';

/** `SHA256SUMS`: the hash manifest of a whole publication, as `sha256sum -c` reads it. */

export interface Entry {
  readonly path: string;
  readonly sha256: Hash;
}

/** In the order of the bytes of the path, which is also the order of the members of a package. */
export type Manifest = readonly Entry[];

const NEWLINE = 0x0a;
/** 64 digits and two spaces stand before the path. */
const PATH_AT = 66;

/**
 * The form of the manifest (A8).
 * @throws Refusal `too-large`, `manifest-malformed`, `path-forbidden`
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > LIMITS.manifestBytes) throw new Refusal('too-large', words.manifestTooLarge);
  if (bytes.length === 0) throw malformed(words.listsNothing);
  if (bytes.at(-1) !== NEWLINE) throw malformed(words.lastLineOpen);
  const decoded = decodeUtf8(bytes);
  if (decoded === null) throw malformed(words.manifestNotUtf8);
  const entries: Entry[] = [];
  let previous: Uint8Array | null = null;
  let start = 0;
  // One line over the limit is enough to see that there are too many.
  for (const text of decoded.slice(0, -1).split('\n', LIMITS.files + 1)) {
    const end = bytes.indexOf(NEWLINE, start);
    const line = entries.length + 1;
    if (line > LIMITS.files) throw new Refusal('too-large', words.overFiles(LIMITS.files));
    const raw = bytes.subarray(start + PATH_AT, end);
    const sha256 = text.slice(0, 64);
    if (!isHash(sha256) || text.slice(64, PATH_AT) !== '  ' || text.length === PATH_AT) {
      throw malformed(words.notEntry(line));
    }
    const path = text.slice(PATH_AT);
    checkPath(path);
    if (previous !== null && compareBytes(previous, raw) >= 0) throw malformed(words.outOfOrder(line));
    entries.push({ path, sha256 });
    previous = raw;
    start = end + 1;
  }
  checkTogether(entries.map((entry) => entry.path));
  return entries;
}

/** The bytes of `SHA256SUMS`: one line per entry, in the order that is given. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return encodeUtf8(manifest.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join(''));
}

/** The distinct hashes of a manifest. */
export function contentsOf(manifest: Manifest): Set<Hash> {
  return new Set(manifest.map((entry) => entry.sha256));
}

/**
 * What the package of a corte must hold: one entry per content that the previous corte does not have, under the first
 * path that has it, in the manifest's order.
 */
export function newEntries(manifest: Manifest, previous: Manifest): Entry[] {
  const seen = contentsOf(previous);
  return manifest.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
}

function malformed(why: Said): Refusal {
  return new Refusal('manifest-malformed', words.manifestMalformed(why));
}
