import { instantOf } from '../../format/time.ts';
import { median } from '../median.ts';
import { cutTo, type Span } from './shown.ts';

/** The cortes as readers had them at one node: when, how late, for how long. */

export interface Published {
  readonly number: number;
  /** the signed hour, as it was written */
  readonly taken_at: string;
  /** when readers first had it here, ms; null where they never did, or only after the span that is told */
  readonly from: number | null;
  /** how long they had it within that span, ms, in all */
  readonly shown: number;
  /** from its hour, or from the opening where that is later, until readers had it, ms; null where that was not in the span */
  readonly delay: number | null;
}

export interface Pace {
  readonly cortes: number;
  /** how many of them readers first had within the span */
  readonly published: number;
  /** ms; null where none was published */
  readonly median: number | null;
  readonly longest: number | null;
}

/**
 * @param cortes of the chain, from number 1 on
 * @param spans all that is known, not cut to the span that is told
 * @param opens the hour of the opening, ms: before it nothing is shown
 * @param told the span that is told, ms
 */
export function publishedOf(
  cortes: readonly { readonly taken_at: string }[],
  spans: readonly Span[],
  opens: number,
  told: { readonly from: number; readonly to: number },
): Published[] {
  const byNumber = new Map<number, Span[]>();
  for (const span of spans) {
    if (span.shows !== 'corte' || span.number === null) continue;
    const list = byNumber.get(span.number);
    if (list) list.push(span);
    else byNumber.set(span.number, [span]);
  }
  return cortes.map(({ taken_at }, i) => {
    const own = byNumber.get(i + 1) ?? [];
    const first = own[0]?.from ?? null;
    const from = first === null || first >= told.to ? null : first;
    const shown = cutTo(own, told.from, told.to).reduce((sum, span) => sum + span.to - span.from, 0);
    const delay = from === null || from < told.from ? null : Math.max(0, from - Math.max(instantOf(taken_at), opens));
    return { number: i + 1, taken_at, from, shown, delay };
  });
}

export function paceOf(published: readonly Published[]): Pace {
  const delays = published.flatMap(({ delay }) => (delay === null ? [] : [delay]));
  return {
    cortes: published.length,
    published: delays.length,
    median: delays.length === 0 ? null : median(delays),
    longest: delays.length === 0 ? null : delays.reduce((most, delay) => Math.max(most, delay)),
  };
}
