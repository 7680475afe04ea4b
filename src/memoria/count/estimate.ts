import type { Count } from '../figures.ts';
import type { Visits } from './visits.ts';

/** What the addresses that are kept say of all: of a sample it is an estimate, with its error. */

/** A sum over addresses that are each in a sample, or not, by chance. */
interface Sum {
  sum: number;
  squares: number;
}

export interface VisitCounts {
  readonly visits: Count;
  readonly visitors: Count;
  readonly addresses: Count;
  /** of each list of spans that was asked for, of each span, the visits that began in it */
  readonly begun: readonly (readonly Count[])[];
}

/** @param spans lists of spans in order, none over another, in seconds of the period; `to` is not in one */
export function countVisits(
  visits: Visits,
  spans: readonly (readonly { readonly from: number; readonly to: number }[])[],
): VisitCounts {
  const [all, visitors, addresses] = [newSum(), newSum(), newSum()];
  const begun = spans.map((list) => list.map(newSum));
  visits.each((begins) => {
    add(addresses, 1);
    if (begins.length === 0) return;
    add(visitors, 1);
    add(all, begins.length);
    for (const [i, list] of spans.entries()) {
      let [at, count] = [-1, 0];
      for (const second of begins) {
        const next = spanAt(list, second);
        if (next !== at) {
          if (at >= 0) add(begun[i]![at]!, count);
          [at, count] = [next, 0];
        }
        count++;
      }
      if (at >= 0) add(begun[i]![at]!, count);
    }
  });
  const of = (sum: Sum) => countOf(sum, visits.share);
  return { visits: of(all), visitors: of(visitors), addresses: of(addresses), begun: begun.map((list) => list.map(of)) };
}

/** @returns index of the span that holds this second, -1 for none */
export function spanAt(list: readonly { readonly from: number; readonly to: number }[], second: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.to <= second) low = middle + 1;
    else high = middle;
  }
  return low < list.length && list[low]!.from <= second ? low : -1;
}

function newSum(): Sum {
  return { sum: 0, squares: 0 };
}

function add(to: Sum, count: number): void {
  to.sum += count;
  to.squares += count * count;
}

/** For 95 % of all samples the error is at most so many standard errors. */
const NORMAL_95 = 1.96;

/**
 * An address is in the sample with the probability 1/share; the sum over the sample, times share, is on average the sum
 * over all (Horvitz and Thompson), and its variance is as here.
 */
function countOf({ sum, squares }: Sum, share: number): Count {
  if (share === 1) return { value: sum, isExact: true, error: 0 };
  const standardError = share * Math.sqrt(squares * (1 - 1 / share));
  return { value: sum * share, isExact: false, error: Math.ceil(NORMAL_95 * standardError) };
}
