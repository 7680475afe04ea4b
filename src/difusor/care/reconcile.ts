import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { KnownCorte } from '../../chain/chain-folder.ts';
import { inBatches } from '../../disk/batches.ts';
import { syncFileSystem } from '../../disk/durable.ts';
import { removeFilled } from '../../disk/remove.ts';
import type { Hash } from '../../format/hash.ts';
import { contentsOf } from '../../format/manifest.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { folderOf, isShown, makeFolders, type OpenPhase } from '../phase/phase.ts';
import { settlePublic } from '../phase/settle.ts';
import { openStaging } from '../state/staging.ts';
import { buildTree, survey } from '../state/tree.ts';
import { words } from '../words.ts';
import { prune } from './prune.ts';
import { restorePublic } from './repair.ts';
import { restoreContent } from './restore.ts';
import { cutDisowned } from './revoke.ts';

/**
 * Brings a phase to the state that its chain folder and the trust ask for: at every start, whatever crash came before,
 * and after every trust document. The chain records what was decided (A13); everything else follows from it.
 * @throws Error where something can't be read or written
 */
export async function reconcile(phase: OpenPhase, trust: TrustChain): Promise<void> {
  makeFolders(phase);
  await cutDisowned(phase, trust);
  const head = await phase.head?.whole();
  if (head) await ensureTree(phase, head);
  await settlePublic(phase);
  const number = head?.statement.number ?? 0;
  for (const stray of phase.trees.numbers().filter((tree) => tree > number)) await phase.trees.remove(stray);
  if (!head) return;
  // After a crash between the switch and the acuse, the time of its folder stands for the hour of its arrival.
  const received = (await fs.stat(folderOf(phase, number))).mtimeMs;
  await phase.acuses.acknowledge(head, received, isShown(phase, number));
  await prune(phase);
}

/**
 * Makes sure that a corte of the chain has its tree. A crash can't leave a tree with files missing or added, since it
 * comes and goes by one rename; such a tree was altered, so it is repaired and reported as by the patrol.
 */
async function ensureTree(phase: OpenPhase, corte: KnownCorte): Promise<void> {
  const { number } = corte.statement;
  const { strays, missing } = survey(phase.trees.of(number), corte.manifest);
  if (strays.length + missing.length === 0) return;
  // A damaged tree, or a missing one that the link shows, is an alteration that readers may have seen.
  if (strays[0] !== '.' || phase.link.shown()?.number === number) await restorePublic(phase, corte, []);
  else await buildAnew(phase, corte);
}

/**
 * Builds a missing tree from the content and, where that is not enough, from the packages. Contents that neither has
 * are left out.
 */
async function buildAnew(phase: OpenPhase, corte: KnownCorte): Promise<void> {
  const { name, content, trees, setting } = phase;
  const { number } = corte.statement;
  const lost = new Set<Hash>();
  await inBatches(contentsOf(corte.manifest), (hash) => {
    if (content.check(hash) === null) lost.add(hash);
    setting.step('checking');
  });
  for (const hash of await restoreContent(phase, corte, lost)) lost.delete(hash);
  const there = corte.manifest.filter(({ sha256 }) => !lost.has(sha256));
  const staging = openStaging(phase.staging, `tree-${name}-${number}`);
  try {
    await buildTree(staging.tree, there, content.path);
    await syncFileSystem(phase.staging, () => setting.step('syncing'));
    await trees.put(number, staging.tree);
  } finally {
    await staging.remove();
  }
  const what = words.treeOf(name, number);
  if (lost.size === 0) setting.tell({ event: 'healed', what });
  else setting.tell({ event: 'error', what, detail: words.contentsLost(lost.size, number) });
}

/**
 * Empties staging: whatever is there was left by a crash. Only with the state's lock held.
 * @param waiting called every second while it is being removed
 * @returns whether all of it is gone; what another account put there stays and does no harm
 */
export async function emptyStaging(folder: string, waiting: () => void): Promise<boolean> {
  const left = (await fs.readdir(folder)).map((name) => join(folder, name));
  return removeFilled(left, waiting);
}
