import { promises as fs, lstatSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Template } from '../../chain/template.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { syncFileSystem, syncFolder } from '../../disk/durable.ts';
import { hashFile } from '../../disk/hash-file.ts';
import { namesIn } from '../../disk/names-in.ts';
import { removeWhole } from '../../disk/remove.ts';
import { isName } from '../../format/document.ts';
import { type Hash, hashOf, isHash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import type { Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { parseTemplateSums, TEMPLATE_SUMS, TEMPLATE_SUMS_BYTES } from '../../format/template.ts';
import { words } from '../words.ts';
import { survey } from './tree.ts';

/**
 * The templates of presentations that are installed at this node, `<name>/<hash>/`: the node's own copies, from which
 * what is public is made and restored. Several of one name may be there, so that the next one can wait for the corte
 * that authorises it.
 */

/** Templates of one name that are kept. */
const VERSIONS = 4;

interface Rooms {
  readonly templates: string;
  readonly staging: string;
}

/** A template by its name and the hash of its `SHA256SUMS`. */
export interface InstalledTemplate {
  readonly name: string;
  readonly sha256: Hash;
}

/**
 * Copies a template into the node's state, durably: it is there whole or not at all. With the state's lock held.
 * @returns false where it was there already, as it should be
 * @throws Refusal `too-large` where the node has as many as it takes; Error where the disk fails
 */
export async function installTemplate({ templates, staging }: Rooms, name: string, template: Template): Promise<boolean> {
  const folder = join(templates, name);
  const place = join(folder, template.sha256);
  if ((await inspectCopy(place, template.sha256))?.differing.length === 0) return false;
  const names = new Set((await installedTemplates(templates)).map((one) => one.name));
  if (!names.has(name) && names.size >= LIMITS.presentations) {
    throw new Refusal('too-large', words.tooManyPresentations(names.size));
  }
  const versions = (await namesIn(folder)).filter((version) => isHash(version) && version !== template.sha256);
  if (versions.length >= VERSIONS) throw new Refusal('too-large', words.tooManyTemplates(versions.length, name));
  const aside = join(staging, `template-${process.hrtime.bigint()}`);
  try {
    await writeCopy(aside, template.files, template.sums);
    await syncFileSystem(staging);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (lstatSync(place, { throwIfNoEntry: false })) await removeWhole(place);
    await fs.rename(aside, place);
    await syncFolder(folder);
    await syncFolder(templates);
  } finally {
    await removeWhole(aside);
  }
  return true;
}

/** What is installed, by name and hash; that its bytes are right is another question ({@link inspectCopy}). */
export async function installedTemplates(templates: string): Promise<InstalledTemplate[]> {
  const found: InstalledTemplate[] = [];
  for (const name of (await namesIn(templates)).filter(isName).sort()) {
    for (const sha256 of (await namesIn(join(templates, name))).filter(isHash).sort()) found.push({ name, sha256 });
  }
  return found;
}

/** Removes every template of a name. With the state's lock held. @returns whether there was one */
export async function removeTemplates({ templates, staging }: Rooms, name: string): Promise<boolean> {
  const folder = join(templates, name);
  if (!lstatSync(folder, { throwIfNoEntry: false })) return false;
  const aside = join(staging, `old-template-${process.hrtime.bigint()}`);
  await fs.rename(folder, aside); // it goes in one step
  await syncFolder(templates);
  await removeWhole(aside);
  return true;
}

/** What a copy of a template lists, and the paths at which it is not that: altered, missing, or more than is listed. */
export interface Inspected {
  readonly manifest: Manifest;
  /** bytes of its files that are right */
  readonly bytes: number;
  readonly differing: readonly string[];
}

/**
 * Reads every byte of a copy.
 * @param step called for each file
 * @returns null where there is none, or its list is not the one with that hash
 * @throws Error where the disk fails
 */
export async function inspectCopy(folder: string, sha256: Hash, step: () => void = () => {}): Promise<Inspected | null> {
  const listed = hashFile(join(folder, TEMPLATE_SUMS), TEMPLATE_SUMS_BYTES);
  if (listed?.sha256 !== sha256) return null;
  const sums = await readBounded(join(folder, TEMPLATE_SUMS), TEMPLATE_SUMS_BYTES);
  if (hashOf(sums) !== sha256) return null;
  const manifest = parseTemplateSums(sums);
  const { missing, strays } = survey(folder, [...manifest, { path: TEMPLATE_SUMS, sha256 }]);
  const differing = new Set([...strays, ...missing.map(({ path }) => path)]);
  let bytes = 0;
  for (const entry of manifest) {
    step();
    if (differing.has(entry.path)) continue;
    const hashed = hashFile(join(folder, entry.path), LIMITS.templateBytes);
    if (hashed?.sha256 === entry.sha256) bytes += Number(hashed.look.size);
    else differing.add(entry.path);
  }
  return { manifest, bytes, differing: [...differing].sort() };
}

/**
 * Makes a copy of an installed template elsewhere; not durable before the file system is synced.
 * @throws Error where the installed one is not what its hash says any more
 */
export async function copyInstalled(from: string, to: string, sha256: Hash, step: () => void): Promise<void> {
  const own = await inspectCopy(from, sha256, step);
  if (own === null || own.differing.length > 0) throw new ToldError(words.templateDamaged(from));
  const files = own.manifest.map((entry) => ({ ...entry, content: null }));
  await writeCopy(to, files, await readBounded(join(from, TEMPLATE_SUMS), TEMPLATE_SUMS_BYTES), from);
}

/**
 * @param files whose content, where it is null, is read from `from`
 */
async function writeCopy(
  to: string,
  files: readonly { readonly path: string; readonly sha256: Hash; readonly content: Uint8Array | null }[],
  sums: Uint8Array,
  from = '',
): Promise<void> {
  mkdirSync(to, { mode: 0o755 });
  const put = (path: string, sha256: Hash, content: Uint8Array) => {
    const file = join(to, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, content, { mode: 0o444, flag: 'wx' });
    utimesSync(file, timeOf(sha256), timeOf(sha256));
  };
  for (const { path, sha256, content } of files) {
    put(path, sha256, content ?? (await readBounded(join(from, path), LIMITS.templateBytes)));
  }
  put(TEMPLATE_SUMS, hashOf(sums), sums);
}

/**
 * A time of modification that differs where the bytes do, and is the same at every node: web servers make their
 * validators of time and size, and a template is replaced by another within a second.
 */
function timeOf(sha256: Hash): number {
  return 1_000_000_000 + Number.parseInt(sha256.slice(0, 7), 16); // seconds; from 2001 to 2010
}
