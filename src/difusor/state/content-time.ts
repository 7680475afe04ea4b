import { LIMITS } from '../../format/limits.ts';
import type { Statement } from '../../format/statement.ts';
import { instantOf } from '../../format/time.ts';

/**
 * The times of modification of the contents that a corte brings (A12). A plain web server derives a file's validator
 * from its time, in whole seconds, and its size: so no two contents of a phase that have one size may have one time, or
 * a reader's browser, answered 304, would keep old figures after two files exchanged their contents.
 *
 * Of the contents of one size that a corte brings, the first in its package has the corte's hour, the next one a second
 * less, and so on, down to the hour of the corte before it. What does not fit between two hours (a drill with a corte
 * every five seconds) gets a second of the years before 2017, where no corte has any. All of it follows from the signed
 * package and the two statements, so that every node, and a restored content, has the same times.
 */
export type ContentTimes = (bytes: number) => number;

/** Where the spare seconds begin, in seconds since the epoch: 2001-01-01. */
const SPARE_FROM = 978_307_200;

/** How many seconds are spare: enough for 5,000 cortes in a row that bring as many files as a corte may have. */
const SPARE = 5000 * LIMITS.files;

/**
 * @param previous the corte before it, null before the first
 * @returns a function to be called once for each content of the package, in its order, with the content's size in
 *   bytes; it gives seconds since the epoch
 */
export function contentTimes(
  { number, taken_at }: Pick<Statement, 'number' | 'taken_at'>,
  previous: Pick<Statement, 'taken_at'> | null,
): ContentTimes {
  const taken = instantOf(taken_at) / 1000;
  const room = previous === null ? Number.POSITIVE_INFINITY : taken - instantOf(previous.taken_at) / 1000;
  const ranks = new Map<number, number>();
  return (bytes) => {
    const rank = ranks.get(bytes) ?? 0;
    ranks.set(bytes, rank + 1);
    return rank < room ? taken - rank : SPARE_FROM + ((number * LIMITS.files + rank) % SPARE);
  };
}
