import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { corteFolder, type KnownCorte, phasesOf, readHead, writeIndex } from '../../chain/chain-folder.ts';
import { syncFileSystem, syncFolder } from '../../disk/durable.ts';
import { removeWhole } from '../../disk/remove.ts';
import type { Hash } from '../../format/hash.ts';
import { contentsOf } from '../../format/manifest.ts';
import { phaseOf } from '../../verdict/trust-chain.ts';
import { openPhase } from '../admission/corte.ts';
import { acknowledge } from '../public/acuse.ts';
import { settlePublic, shownNow } from '../public/link.ts';
import { inBatches } from '../state/content.ts';
import type { Node } from '../state/node.ts';
import { openStaging } from '../state/staging.ts';
import { buildTree, makePhaseFolder, removeTree, survey, treeFolder, treesOf } from '../state/tree.ts';
import { prune } from './prune.ts';
import { restorePublic } from './repair.ts';
import { restoreContent } from './restore.ts';
import { cutDisowned } from './revoke.ts';

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
  await settlePublic(node, phase);
  const number = head?.statement.number ?? 0;
  for (const stray of treesOf(rooms, phase).filter((tree) => tree > number)) await removeTree(rooms, phase, stray);
  if (!head) return;
  // A crash between the switch and the acuse: it was received when its folder was made.
  const received = (await fs.stat(corteFolder(rooms.chain, phase, number))).mtimeMs;
  await acknowledge(node, head, received);
  await prune(node, phase);
}

/**
 * Sees to it that a corte of the chain has its tree. One that is there but has lost or gained something was not left so
 * by a crash (a tree comes and goes by one rename): it is put right, and told, as by the patrol.
 */
async function ensureTree(node: Node, corte: KnownCorte): Promise<void> {
  const { phase, number } = corte.statement;
  const { strays, missing } = survey(treeFolder(node.rooms, phase, number), corte.manifest);
  if (strays.length + missing.length === 0) return;
  const shown = shownNow(node, phase);
  // Readers had nothing, or something else, where the link points; or only we did, before the link is moved here.
  if (strays[0] !== '.' || shown?.number === number) await restorePublic(node, corte, []);
  else await buildAnew(node, corte);
}

/** Builds a missing tree from the content and, where that is not enough, the packages; without what is in neither. */
async function buildAnew(node: Node, corte: KnownCorte): Promise<void> {
  const { rooms } = node;
  const { phase, number } = corte.statement;
  const store = node.contents.get(phase) ?? openPhase(node, phase);
  const lost = new Set<Hash>();
  await inBatches(contentsOf(corte.manifest), (hash) => {
    if (store.check(hash) === null) lost.add(hash);
    node.step('checking');
  });
  for (const hash of await restoreContent(node, phase, corte, lost)) lost.delete(hash);
  const there = corte.manifest.filter(({ sha256 }) => !lost.has(sha256));
  const staging = openStaging(rooms.staging, `tree-${phase}-${number}`);
  try {
    await buildTree(staging.tree, there, store.path);
    await syncFileSystem(rooms.state, () => node.step('syncing'));
    await fs.rename(staging.tree, treeFolder(rooms, phase, number));
    await syncFolder(join(rooms.trees, phase));
  } finally {
    await staging.remove();
  }
  const detail = `${lost.size} contents of corte ${number} are in no sound package`;
  if (lost.size > 0) node.tell({ event: 'error', what: `tree of ${phase} ${number}`, detail });
  else node.tell({ event: 'healed', what: `tree of ${phase} ${number}` });
}

/** Empties staging: whatever is there was left by a crash. Only with the state's lock held. */
export async function emptyStaging(folder: string): Promise<void> {
  await removeWhole(...(await fs.readdir(folder)).map((name) => join(folder, name)));
}
