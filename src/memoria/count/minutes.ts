import type { Apart, Seen } from '../figures.ts';
import type { Span } from './plan.ts';

/** What came, added up by some index: a minute of the period, or a corte. */
export interface Sums {
  readonly hits: Float64Array;
  readonly pages: Float64Array;
  readonly bytes: Float64Array;
}

/** The three of which every counted line is in one. */
export type Traffic = Readonly<Record<'seen' | 'robots' | 'unseen', Sums>>;

export function newTraffic(length: number): Traffic {
  const sums = () => ({ hits: new Float64Array(length), pages: new Float64Array(length), bytes: new Float64Array(length) });
  return { seen: sums(), robots: sums(), unseen: sums() };
}

/** @param page 1 where it is of the kind of a page, otherwise 0 */
export function addTo(sums: Sums, index: number, page: number, size: number): void {
  sums.hits[index]! += 1;
  sums.pages[index]! += page;
  sums.bytes[index]! += size;
}

/** @param to not included */
export function seenIn({ hits, pages, bytes }: Sums, from: number, to: number): Seen {
  return { pages: sum(pages, from, to), hits: sum(hits, from, to), bytes: sum(bytes, from, to) };
}

export function apartIn({ hits, pages, bytes }: Sums, from: number, to: number): Apart {
  return { requests: sum(hits, from, to), pages: sum(pages, from, to), bytes: sum(bytes, from, to) };
}

function sum(values: Float64Array, from: number, to: number): number {
  let all = 0;
  for (let i = from; i < to; i++) all += values[i]!;
  return all;
}

/** @returns the index with the most, the first of several; null where all are 0 */
export function peakOf(values: readonly Float64Array[]): { readonly index: number; readonly value: number } | null {
  let [index, value] = [-1, 0];
  const length = values[0]?.length ?? 0;
  for (let i = 0; i < length; i++) {
    const here = values.reduce((all, one) => all + one[i]!, 0);
    if (here > value) [index, value] = [i, here];
  }
  return index < 0 ? null : { index, value };
}

/** Minutes of a span of whole minutes. */
export function minutesOf({ from, to }: Span): readonly [number, number] {
  return [from / 60, to / 60];
}
