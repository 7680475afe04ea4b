import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { OpenPhase } from '../phase/phase.ts';

/** However long they are kept: so many trees besides the newest, each some folders and no content of its own. */
const MOST_TREES = 100;

/**
 * Removes the trees that nobody needs any more, and with them the contents that only they had. Always after the switch,
 * not before an extraction: on ext4, creating many files right after removing many is ten times slower.
 */
export async function prune({
  trees,
  pages,
  pointers,
  link,
  content,
  policy,
  setting,
}: Pick<OpenPhase, 'trees' | 'pages' | 'pointers' | 'link' | 'content' | 'policy' | 'setting'>): Promise<void> {
  const shown = link.shown()?.number;
  const numbers = trees.numbers();
  const since = setting.now() - policy.keepTreesMinutes * 60_000;
  for (const [i, number] of numbers.slice(0, -1).entries()) {
    const isOneTooMany = numbers.length - 1 - i > MOST_TREES;
    if (number === shown || !(isOneTooMany || policy.keepTreesMinutes === 0 || madeAt(trees.of(numbers[i + 1]!)) < since)) continue;
    await trees.remove(number);
    setting.step('pruning');
  }
  await content.sweep();
  const page = link.shown()?.folder;
  const kept = new Set(page === undefined ? [] : [basename(page)]);
  await pages.prune(kept);
  await pointers.prune(new Set(trees.numbers()), await pages.names());
}

/** When a tree was made, which is when it took the place of the one before; by the disk's clock, ms. */
function madeAt(tree: string): number {
  return statSync(tree, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
}
