import { readdirSync, unlinkSync } from 'node:fs';
import { isHash } from '../format/hash.ts';
import { contentsOf } from '../format/manifest.ts';
import { inBatches } from './content.ts';
import type { Node } from './node.ts';
import { ownCorte } from './own-chain.ts';
import { shownNow } from './public.ts';
import { contentOf } from './restore.ts';
import { removeTree, treesOf } from './tree.ts';

/**
 * Removes the trees and contents that nobody needs any more. Always after the switch: right before an extraction,
 * removing many files makes creating as many an order of magnitude slower on ext4.
 */
export async function prune(node: Node, phase: string): Promise<void> {
  const { rooms } = node;
  const store = contentOf(node, phase);
  const trees = treesOf(rooms, phase);
  const shown = shownNow(node, phase)?.number ?? null;
  const kept = new Set([...trees.slice(-1 - node.keepTrees), ...(shown === null ? [] : [shown])]);
  const old = trees.filter((number) => !kept.has(number));
  const held = new Set<string>();
  for (const number of kept) for (const hash of contentsOf((await ownCorte(node, phase, number)).manifest)) held.add(hash);
  await store.relinking(await store.unaltered(held), async () => {
    for (const number of old) {
      await removeTree(rooms, phase, number);
      node.step('pruning');
    }
  });
  if (old.length > 0) {
    const orphans = readdirSync(store.folder).filter((name) => isHash(name) && !held.has(name));
    await inBatches(orphans, (hash) => {
      unlinkSync(store.path(hash));
      store.forget(hash);
    });
  }
  await store.save();
}
