import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { corteFolder, type KnownCorte, phasesOf, readHead, writeIndex } from '../disk/chain-folder.ts';
import { syncFileSystem, syncFolder } from '../disk/durable.ts';
import { contentsOf } from '../format/manifest.ts';
import { phaseOf } from '../verdict/trust-chain.ts';
import { acknowledge } from './acuse.ts';
import { openPhase } from './admission.ts';
import { inBatches } from './content.ts';
import type { Node } from './node.ts';
import { prune } from './prune.ts';
import { settlePublic } from './public.ts';
import { restoreContent } from './restore.ts';
import { cutDisowned } from './revoke.ts';
import { openStaging } from './staging.ts';
import { buildTree, isWhole, makePhaseFolder, removeTree, treeFolder, treesOf } from './tree.ts';

/**
 * Brings a node to the state that its chain folder and its trust ask for: at every start, whatever crash came before,
 * and after every trust document. The chain is what was decided (A13); everything else follows from it.
 */
export async function reconcile(node: Node): Promise<void> {
  const { election, version, phases } = node.trust.newest.document;
  for (const { name } of phases) makePhaseFolder(node.rooms, name);
  for (const phase of await phasesOf(node.rooms.chain)) {
    if (!phaseOf(node.trust, phase)) continue;
    if (!node.contents.has(phase)) openPhase(node, phase);
    await reconcilePhase(node, phase);
  }
  await writeIndex(node.rooms.chain, election, version);
}

async function reconcilePhase(node: Node, phase: string): Promise<void> {
  const { rooms } = node;
  await cutDisowned(node, phase);
  const head = await readHead(rooms.chain, phase);
  if (head) await ensureTree(node, head);
  await settlePublic(node, phase, { durably: true });
  const number = head?.statement.number ?? 0;
  for (const stray of treesOf(rooms, phase).filter((tree) => tree > number)) await removeTree(rooms, phase, stray);
  if (!head) return;
  // A crash between the switch and the acuse: it was received when its folder was made.
  const received = (await fs.stat(corteFolder(rooms.chain, phase, number))).mtimeMs;
  await acknowledge(node, head, received);
  await prune(node, phase);
}

/** Sees to it that a corte of the chain has its tree, from the content and, where that is not enough, the packages. */
export async function ensureTree(node: Node, corte: KnownCorte): Promise<void> {
  const { rooms } = node;
  const { phase, number } = corte.statement;
  if (isWhole(treeFolder(rooms, phase, number), corte.manifest)) return;
  const store = node.contents.get(phase) ?? openPhase(node, phase);
  const lost: string[] = [];
  await inBatches(contentsOf(corte.manifest), (hash) => {
    if (store.check(hash) === null) lost.push(hash);
    node.step('checking');
  });
  const restored = await restoreContent(node, phase, corte, lost);
  if (restored.size < lost.length) {
    throw new Error(
      `corte ${number} of ${phase} can't be rebuilt: ${lost.length - restored.size} contents are in no sound package`,
    );
  }
  const staging = openStaging(rooms.staging, `tree-${phase}-${number}`);
  try {
    await buildTree(staging.tree, corte.manifest, store.path);
    await syncFileSystem(rooms.state, () => node.step('syncing'));
    if (treesOf(rooms, phase).includes(number)) await removeTree(rooms, phase, number);
    await fs.rename(staging.tree, treeFolder(rooms, phase, number));
    await syncFolder(join(rooms.trees, phase));
  } finally {
    await staging.remove();
  }
  node.tell({ event: 'healed', what: `tree of ${phase} ${number}` });
}

/** Empties staging: whatever is there was left by a crash. Only with the state's lock held. */
export async function emptyStaging(folder: string): Promise<void> {
  for (const name of await fs.readdir(folder)) await fs.rm(join(folder, name), { recursive: true, force: true });
}
