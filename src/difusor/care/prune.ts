import { basename } from 'node:path';
import type { OpenPhase } from '../phase/phase.ts';

/**
 * Removes the trees that nobody needs any more, and with them the contents that only they had. Always after the switch,
 * not before an extraction: on ext4, creating many files right after removing many is ten times slower.
 */
export async function prune({
  trees,
  pages,
  link,
  content,
  policy,
  setting,
}: Pick<OpenPhase, 'trees' | 'pages' | 'link' | 'content' | 'policy' | 'setting'>): Promise<void> {
  const shown = link.shown()?.number;
  for (const number of trees.numbers().slice(0, -1 - policy.keepTrees)) {
    if (number === shown) continue;
    await trees.remove(number);
    setting.step('pruning');
  }
  await content.sweep();
  const page = link.shown()?.folder;
  await pages.prune(new Set(page === undefined ? [] : [basename(page)]));
}
