import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../../disk/durable.ts';
import { type HashedFile, hashLargeFile } from '../../disk/hash-file.ts';
import { type Entry, encodeManifest, type Manifest } from '../../format/manifest.ts';
import { ToldError } from '../../format/said.ts';
import { compareBytes } from '../../format/text.ts';
import type { SigningKey } from '../../keys/signing-key.ts';
import { words } from '../words.ts';

/**
 * What makes a folder a memoria: `SHA256SUMS` over every other file in it, as `sha256sum` reads it, and a detached
 * signature over that list by the node's key, as `ssh-keygen -Y` makes and verifies it.
 */

export const NAMESPACE = 'memoria@cotejo';
export const SUMS = 'SHA256SUMS';
export const SIGNATURE = `${SUMS}.sig`;

/** Only for whoever made it: it may hold addresses of readers. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

/** Files and folders of a memoria, and how deep they lie; no report has a tenth of it. */
const MOST_FILES = 10_000;
const DEPTH = 4;

/** Something in the folder that is neither a file nor a folder with files, or too many of them. */
export class NotOfAMemoria extends ToldError {
  override readonly name = 'NotOfAMemoria';
}

/**
 * Every file below a folder but the list and its signature, by its path, sorted by bytes.
 * @throws NotOfAMemoria for a link, a device, an empty folder, or more than a memoria has; Error where a folder can't be read
 */
export async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  await listed(folder, '', DEPTH, found);
  const paths = found.filter((path) => path !== SUMS && path !== SIGNATURE);
  return paths.sort((a, b) => compareBytes(Buffer.from(a), Buffer.from(b)));
}

async function listed(folder: string, under: string, depth: number, found: string[]): Promise<void> {
  const entries = await fs.readdir(join(folder, under), { withFileTypes: true });
  for (const entry of entries) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) {
      if (depth <= 1) throw new NotOfAMemoria(words.tooDeep(path));
      const before = found.length;
      await listed(folder, path, depth - 1, found);
      if (found.length === before) throw new NotOfAMemoria(words.emptyFolder(path));
    } else if (entry.isFile()) found.push(path);
    else throw new NotOfAMemoria(words.noFile(path));
    if (found.length > MOST_FILES) throw new NotOfAMemoria(words.tooMany(MOST_FILES));
  }
}

/**
 * Writes the list and its signature, durably, last of all.
 * @param hashing is told each file before it is read; may make the sealing wait, and what it throws ends it
 * @param known the hashes of files that nobody changed since they were read; the others are read here
 * @throws Error where a file can't be read or written, or the key does not sign
 */
export async function sealFolder(
  folder: string,
  key: SigningKey,
  hashing: (path: string) => void | Promise<void>,
  known: Manifest = [],
): Promise<Manifest> {
  const hashes = new Map(known.map(({ path, sha256 }) => [path, sha256]));
  const manifest: Entry[] = [];
  for (const path of await filesIn(folder)) {
    let sha256 = hashes.get(path);
    if (sha256 === undefined) {
      await hashing(path);
      ({ sha256 } = await hashed(folder, path));
    }
    manifest.push({ path, sha256 });
  }
  const sums = encodeManifest(manifest);
  await writeDurably(join(folder, SUMS), sums, FILE_MODE);
  await writeDurably(join(folder, SIGNATURE), await key.sign(sums, NAMESPACE), FILE_MODE);
  return manifest;
}

/** @throws Error where it is no file that can be read; AbortError where the signal came meanwhile */
export async function hashed(folder: string, path: string, signal?: AbortSignal): Promise<HashedFile> {
  const seen = await hashLargeFile(join(folder, path), { step: () => signal?.throwIfAborted() });
  if (seen === null) throw new ToldError(words.unreadable(join(folder, path)));
  return seen;
}
