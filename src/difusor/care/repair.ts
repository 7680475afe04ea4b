import { promises as fs, lstatSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type KnownCorte, phasesOf, readHead } from '../../chain/chain-folder.ts';
import { syncFileSystem } from '../../disk/durable.ts';
import { removeWhole } from '../../disk/remove.ts';
import type { Hash } from '../../format/hash.ts';
import type { Entry } from '../../format/manifest.ts';
import { phaseOf } from '../../verdict/trust-chain.ts';
import { hashFile, inBatches } from '../state/content.ts';
import type { Node } from '../state/node.ts';
import { asOwn } from '../state/own-chain.ts';
import { linkContent, survey, treeFolder } from '../state/tree.ts';
import { contentOf, restoreContent } from './restore.ts';

/**
 * Reading what is public against its manifest and restoring what differs: bit rot, a defacement, a file too many. The
 * altered bytes go to `evidence/`; the right ones come from the content or, if the rot is there too (it is: a hard link
 * is the same bytes), from the packages.
 */

/** As `difusor repair --json` prints it. */
export interface Repaired {
  readonly phase: string;
  readonly number: number;
  readonly files: number;
  readonly bytes: number;
  readonly differing: string[];
  readonly restored: string[];
}

/** Re-reads every byte of every phase's newest tree. With the state's lock held. */
export async function repairAll(node: Node, progress: (path: string) => void = () => {}): Promise<Repaired[]> {
  const phases: Repaired[] = [];
  for (const phase of await phasesOf(node.rooms.chain)) {
    const head = phaseOf(node.trust, phase) ? await asOwn(readHead(node.rooms.chain, phase)) : null;
    if (head) phases.push(await repair(node, head, progress));
  }
  return phases;
}

async function repair(node: Node, corte: KnownCorte, progress: (path: string) => void): Promise<Repaired> {
  const { phase, number } = corte.statement;
  // First what is there and what is not: nothing may be read through a link in the place of a folder.
  const first = await restorePublic(node, corte, []);
  const altered: Entry[] = [];
  let bytes = 0;
  for (const entry of corte.manifest) {
    progress(entry.path);
    node.step('patrol');
    const size = readRight(node, corte, entry);
    if (size === null) altered.push(entry);
    else bytes += size;
  }
  const then = await restorePublic(node, corte, altered);
  const all = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])].sort();
  return {
    phase,
    number,
    files: corte.manifest.length,
    bytes,
    differing: all(first.differing, then.differing),
    restored: all(first.restored, then.restored),
  };
}

/** @returns the size in bytes of a public file that is what its manifest says, or null */
export function readRight(node: Node, { statement }: KnownCorte, { path, sha256 }: Entry): number | null {
  const file = join(treeFolder(node.rooms, statement.phase, statement.number), path);
  const hashed = hashFile(file, statement.manifest.content_bytes);
  return hashed?.sha256 === sha256 ? Number(hashed.look.size) : null;
}

/** By their paths; `.` is the whole tree. One that differs and is not restored was taken away. */
export interface Differences {
  readonly differing: readonly string[];
  readonly restored: readonly string[];
}

/**
 * Puts a tree right: what no manifest lists is taken out, what is missing or altered is put back. One that can't be
 * restored is taken away: nothing is better than something false.
 * @param altered entries whose file has other bytes
 */
export async function restorePublic(node: Node, corte: KnownCorte, altered: readonly Entry[]): Promise<Differences> {
  const { phase, number } = corte.statement;
  const root = treeFolder(node.rooms, phase, number);
  const { strays, missing } = survey(root, corte.manifest);
  const entries = [...new Set([...altered, ...missing])];
  if (strays.length + entries.length === 0) return { differing: [], restored: [] };
  const evidence = await evidenceFolder(node, phase, number);
  for (const path of strays) await putAway(root, path, evidence);
  node.step('repairing');

  const store = contentOf(node, phase);
  const hashes = new Set(entries.map(({ sha256 }) => sha256));
  const lost = new Set<Hash>();
  await inBatches(hashes, (hash) => {
    node.step('patrol');
    if (hashFile(store.path(hash))?.sha256 !== hash) lost.add(hash);
  });
  const brought = await restoreContent(node, phase, corte, lost);
  const restored = new Set(strays);
  for (const { path, sha256 } of entries) {
    await putAway(root, path, evidence);
    node.step('repairing');
    if (lost.has(sha256) && !brought.has(sha256)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
    linkContent(store.path(sha256), join(root, path));
    store.note(sha256);
    restored.add(path);
  }
  await store.save();
  await syncFileSystem(node.rooms.state, () => node.step('syncing'));
  // Where the whole tree was gone, its files are told one by one only if they stay away.
  const told = strays[0] === '.' ? entries.filter(({ path }) => !restored.has(path)) : entries;
  const differing = [...new Set([...strays, ...told.map(({ path }) => path)])].sort();
  for (const path of differing) node.tell({ event: 'altered', phase, number, path, restored: restored.has(path) });
  return { differing, restored: differing.filter((path) => restored.has(path)) };
}

/** Where altered bytes go, or null where enough of them are kept. */
async function evidenceFolder(node: Node, phase: string, number: number): Promise<string | null> {
  const kept = (await fs.readdir(node.rooms.evidence)).filter((name) => name.includes('-altered-'));
  if (kept.length >= EVIDENCE) return null;
  const at = new Date(node.now()).toISOString().replace(/[:.]/g, '');
  return join(node.rooms.evidence, `${at}-altered-${phase}-${number}-${process.hrtime.bigint()}`);
}

/** Times of alteration of which the bytes are kept; a defacer could come as often as he likes. */
const EVIDENCE = 100;

/** Takes a file (or whatever is there) out of a tree, into evidence while there is room for it. */
async function putAway(root: string, path: string, evidence: string | null): Promise<void> {
  const from = join(root, path);
  if (!lstatSync(from, { throwIfNoEntry: false })) return;
  if (evidence === null) {
    await removeWhole(from);
    return;
  }
  const to = join(evidence, path);
  await fs.mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await fs.rename(from, to);
  } catch (error) {
    // A folder that was closed can't leave its parent; its owner, who we are, can open it.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    await fs.chmod(from, 0o700);
    await fs.rename(from, to);
  }
}
