import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KnownCorte } from '../../chain/chain-folder.ts';
import { breathe } from '../../disk/batches.ts';
import { syncFileSystem } from '../../disk/durable.ts';
import { hashLargeFile } from '../../disk/hash-file.ts';
import type { Hash } from '../../format/hash.ts';
import type { Entry } from '../../format/manifest.ts';
import type { OpenPhase } from '../phase/phase.ts';
import { linkContent, survey } from '../state/tree.ts';
import { dropCopies } from './copies.ts';
import { evidenceFolder, putAway } from './evidence.ts';
import { restoreContent } from './restore.ts';

/**
 * Checks what is public against its manifest and restores what differs: bit rot, a defacement, an extra file. The
 * altered bytes go to `evidence/`; the right ones come from the content or, where that is damaged too (a hard link
 * shares its bytes), from the packages.
 */

/** As `difusor repair --json` prints it. */
export interface Repaired {
  readonly phase: string;
  readonly number: number;
  readonly files: number;
  readonly bytes: number;
  readonly differing: string[];
  readonly restored: string[];
  /** paths whose compressed copy was not of their content, and was taken away; a running daemon makes it anew */
  readonly wrong_copies: string[];
}

/** Re-reads every byte of every phase's newest tree. With the state's lock held. */
export async function repairAll(phases: Iterable<OpenPhase>, progress: (path: string) => void = () => {}): Promise<Repaired[]> {
  const repaired: Repaired[] = [];
  for (const phase of phases) {
    const head = await phase.head?.whole();
    if (head) repaired.push(await repair(phase, head, progress));
  }
  return repaired;
}

async function repair(phase: OpenPhase, corte: KnownCorte, progress: (path: string) => void): Promise<Repaired> {
  // First what is missing and what is not listed: nothing may be read through a link in the place of a folder.
  const first = await restorePublic(phase, corte, []);
  const altered: Entry[] = [];
  const wrong: Entry[] = [];
  let bytes = 0;
  for (const entry of corte.manifest) {
    if (phase.compressed.readRight(corte.statement.number, entry) === null) wrong.push(entry);
    progress(entry.path);
    phase.setting.step('patrol');
    const size = await readRight(phase, corte, entry);
    if (size === null) altered.push(entry);
    else bytes += size;
  }
  const then = await restorePublic(phase, corte, altered);
  const copies = await dropCopies(phase, corte, wrong);
  const all = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])].sort();
  return {
    phase: phase.name,
    number: corte.statement.number,
    files: corte.manifest.length,
    bytes,
    differing: all(first.differing, then.differing),
    restored: all(first.restored, then.restored),
    wrong_copies: [...copies],
  };
}

/**
 * Others have their turn meanwhile.
 * @returns the size in bytes of a public file that has its manifest's hash, or null
 */
export async function readRight(phase: OpenPhase, { statement }: KnownCorte, { path, sha256 }: Entry): Promise<number | null> {
  const file = join(phase.trees.of(statement.number), path);
  const step = () => phase.setting.step('patrol');
  const hashed = await hashLargeFile(file, { most: statement.manifest.content_bytes, step });
  await breathe();
  return hashed?.sha256 === sha256 ? Number(hashed.look.size) : null;
}

/** The differences by path; `.` is the whole tree. A file that differs and is not restored was taken away. */
export interface Differences {
  readonly differing: readonly string[];
  readonly restored: readonly string[];
}

/**
 * Puts a tree right: what no manifest lists is taken out, what is missing or altered is put back. A file that can't be
 * restored is taken away: no file is better than a false one.
 * @param altered entries whose file has other bytes
 */
export async function restorePublic(phase: OpenPhase, corte: KnownCorte, altered: readonly Entry[]): Promise<Differences> {
  const { name, content, setting } = phase;
  const { number } = corte.statement;
  const root = phase.trees.of(number);
  const { strays, missing } = survey(root, corte.manifest);
  const entries = [...new Set([...altered, ...missing])];
  if (strays.length + entries.length === 0) return { differing: [], restored: [] };
  const evidence = await evidenceFolder(phase, number);
  const restored = new Set<string>();
  for (const path of strays) if (await putAway(root, path, evidence)) restored.add(path);
  setting.step('repairing');

  const hashes = new Set(entries.map(({ sha256 }) => sha256));
  const lost = new Set<Hash>();
  for (const hash of hashes) {
    setting.step('patrol');
    const hashed = await hashLargeFile(content.path(hash), { step: () => setting.step('patrol') });
    if (hashed?.sha256 !== hash) lost.add(hash);
    await breathe();
  }
  const sync = () => syncFileSystem(phase.staging, () => setting.step('syncing'));
  const brought = await restoreContent(phase, corte, lost);
  // If a name in the tree reached the disk before its content, readers would see an empty file after a power cut.
  if (brought.size > 0) await sync();
  for (const { path, sha256 } of entries) {
    const isAway = await putAway(root, path, evidence);
    setting.step('repairing');
    if (!isAway || (lost.has(sha256) && !brought.has(sha256))) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
    linkContent(content.path(sha256), join(root, path));
    content.note(sha256);
    restored.add(path);
  }
  await sync();
  await content.save();
  // Where the whole tree was gone, its files are listed one by one only if they could not be restored.
  const told = strays[0] === '.' ? entries.filter(({ path }) => !restored.has(path)) : entries;
  const differing = [...new Set([...strays, ...told.map(({ path }) => path)])].sort();
  for (const path of differing) setting.tell({ event: 'altered', phase: name, number, path, restored: restored.has(path) });
  return { differing, restored: differing.filter((path) => restored.has(path)) };
}
