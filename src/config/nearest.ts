import type { Said } from '../format/said.ts';
import { words } from './words.ts';

/** The word that somebody probably meant: for hints alone, never to go on with. */

/**
 * @returns the candidate that few slips of the fingers lead to (letters left out, added, changed or swapped; upper case and
 *   hyphens count for nothing), the first of several; null where none is near
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const meant = plain(word);
  let best: { readonly slips: number; readonly candidate: string } | null = null;
  for (const candidate of candidates) {
    const slips = slipsBetween(meant, plain(candidate));
    if (slips <= mostSlips(meant) && slips < candidate.length && (best === null || slips < best.slips)) {
      best = { slips, candidate };
    }
  }
  return best?.candidate ?? null;
}

/** What follows the error where somebody probably meant another word; null where nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): Said | null {
  const meant = nearest(word, candidates);
  return meant === null ? null : words.meant(meant);
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll('-', '_').slice(0, LONGEST);
}

/** A word longer than this is nobody's key or phase, and the work grows with the square, characters. */
const LONGEST = 64;

/** A short word with two changed letters is another word. */
function mostSlips({ length }: string): number {
  return length <= 3 ? 1 : length <= 6 ? 2 : 3;
}

/** Damerau's and Levenshtein's distance, in which no letter is touched twice ("optimal string alignment"). */
function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1, isSwap ? before[j - 2]! + 1 : Infinity));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
