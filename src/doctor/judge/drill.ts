import { type Check, checkOf, fails, meets, notKnown } from '../check.ts';
import type { Known, Told } from '../known.ts';
import { words } from './words.ts';

/** What a drill has not undone, by kind; while one is under way, what it does now. */
export type LeftByDrill = Known<readonly string[]>;

/** @param remedy of what is left, instead of the rule's, which is a node's */
export function judgeDrill(left: LeftByDrill, remedy?: Told): Check {
  if ('unknown' in left) return checkOf('simulacro', notKnown(left.unknown, words.asRoot));
  const kinds = left.known;
  return checkOf('simulacro', kinds.length === 0 ? meets(words.nothingLeft) : fails(words.leftByDrill(kinds.join(', ')), remedy));
}
