import { shownNow } from '../public/link.ts';
import type { Node } from '../state/node.ts';
import { removeTree, treesOf } from '../state/tree.ts';
import { contentOf } from './restore.ts';

/**
 * Removes the trees that nobody needs any more, and with them the contents that only they had. Always after the switch:
 * right before an extraction, removing many files makes creating as many an order of magnitude slower on ext4.
 */
export async function prune(node: Node, phase: string): Promise<void> {
  const old = treesOf(node.rooms, phase).slice(0, -1 - node.keepTrees);
  const shown = shownNow(node, phase)?.number;
  for (const number of old.filter((tree) => tree !== shown)) {
    await removeTree(node.rooms, phase, number);
    node.step('pruning');
  }
  await contentOf(node, phase).sweep();
}
