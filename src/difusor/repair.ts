import { promises as fs, lstatSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type KnownCorte, phasesOf, readHead } from '../disk/chain-folder.ts';
import { syncFileSystem } from '../disk/durable.ts';
import type { Entry } from '../format/manifest.ts';
import { phaseOf } from '../verdict/trust-chain.ts';
import { hashFile } from './content.ts';
import type { Node } from './node.ts';
import { settlePublic } from './public.ts';
import { contentOf, restoreContent } from './restore.ts';
import { linkContent, survey, treeFolder } from './tree.ts';

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
    const head = phaseOf(node.trust, phase) ? await readHead(node.rooms.chain, phase) : null;
    if (head) phases.push(await repair(node, head, progress));
  }
  return phases;
}

async function repair(node: Node, corte: KnownCorte, progress: (path: string) => void): Promise<Repaired> {
  const { phase, number } = corte.statement;
  const root = treeFolder(node.rooms, phase, number);
  await ensureFolder(node, root);
  const strays = survey(root, corte.manifest).strays;
  const altered: Entry[] = [];
  let bytes = 0;
  for (const entry of corte.manifest) {
    progress(entry.path);
    node.step('patrol');
    const size = readRight(root, entry);
    if (size === null) altered.push(entry);
    else bytes += size;
  }
  const restored = await restorePublic(node, corte, strays, altered);
  const differing = [...strays, ...altered.map(({ path }) => path)].sort();
  return { phase, number, files: corte.manifest.length, bytes, differing, restored };
}

/** @returns the size in bytes of a public file that is what its manifest says, or null */
export function readRight(root: string, { path, sha256 }: Entry): number | null {
  const hashed = hashFile(join(root, path));
  return hashed?.sha256 === sha256 ? Number(hashed.look.size) : null;
}

/**
 * Puts a tree right again.
 * @param strays paths in the tree that no manifest lists
 * @param altered entries whose file is missing or has other bytes
 * @returns the paths that are right now. One that can't be restored is taken away: nothing is better than something false.
 */
export async function restorePublic(
  node: Node,
  corte: KnownCorte,
  strays: readonly string[],
  altered: readonly Entry[],
): Promise<string[]> {
  const { phase, number } = corte.statement;
  const root = treeFolder(node.rooms, phase, number);
  if (strays.length + altered.length === 0) return [];
  const name = `${new Date(node.now()).toISOString().replace(/[:.]/g, '')}-altered-${phase}-${number}`;
  const before = (await fs.readdir(node.rooms.evidence)).filter((other) => other.includes('-altered-')).length;
  const evidence = before < EVIDENCE ? join(node.rooms.evidence, name) : null;
  for (const path of strays) await putAway(root, path, evidence);

  const store = contentOf(node, phase);
  const lost = new Set(altered.filter(({ sha256 }) => hashFile(store.path(sha256))?.sha256 !== sha256).map(({ sha256 }) => sha256));
  const brought = await restoreContent(node, phase, corte, lost);
  const restored: string[] = [...strays];
  for (const { path, sha256 } of altered) {
    await putAway(root, path, evidence);
    if (lost.has(sha256) && !brought.has(sha256)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
    linkContent(store.path(sha256), join(root, path));
    restored.push(path);
  }
  store.relinked(new Set(altered.map(({ sha256 }) => sha256)));
  await store.save();
  await settlePublic(node, phase, {});
  await syncFileSystem(node.rooms.state, () => node.step('syncing'));
  const right = new Set(restored);
  for (const path of [...strays, ...altered.map((entry) => entry.path)]) {
    node.tell({ event: 'altered', phase, number, path, restored: right.has(path) });
  }
  return restored.sort();
}

/** Times of alteration of which the bytes are kept; a defacer could come as often as he likes. */
const EVIDENCE = 100;

/** Takes a file (or whatever is there) out of a tree, into evidence while there is room for it. */
async function putAway(root: string, path: string, evidence: string | null): Promise<void> {
  const from = join(root, path);
  if (!lstatSync(from, { throwIfNoEntry: false })) return;
  if (evidence === null) return fs.rm(from, { recursive: true, force: true });
  const to = join(evidence, path);
  await fs.mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await fs.rename(from, to);
}

/** A tree that is gone, or is something else than a folder, is made anew. */
async function ensureFolder(node: Node, root: string): Promise<void> {
  const seen = lstatSync(root, { throwIfNoEntry: false });
  if (seen && !seen.isDirectory()) await fs.rename(root, join(node.rooms.evidence, `tree-${process.hrtime.bigint()}`));
  if (!seen?.isDirectory()) mkdirSync(root, { recursive: true, mode: 0o755 });
}
