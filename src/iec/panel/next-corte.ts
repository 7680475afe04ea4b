import { instantOf } from '../../format/time.ts';
import { type ChainView, isOfFuture } from '../record/chain-view.ts';
import { periodAt, startOfPeriod } from '../record/standing.ts';

/** When the next corte is due: for the panel's countdown. */

export type NextCorte =
  | {
      readonly kind: 'due';
      /** the beginning of its period, ms */
      readonly at: number;
      /** from then on it may take so long to be made until it counts as late, ms */
      readonly grace: number;
    }
  | { readonly kind: 'none'; readonly why: 'final' | 'closed' };

/** A corte is made in seconds, a large one in tens of them. */
const GRACE_MS = 60_000;

/** @param now ms since the epoch */
export function nextCorte({ phase, isFinal, headTakenAt }: ChainView, now: number): NextCorte {
  if (isFinal) return { kind: 'none', why: 'final' };
  const grace = Math.min(GRACE_MS, phase.period_seconds * 200);
  const [opens, closes] = [instantOf(phase.opens_at), instantOf(phase.closes_at)];
  if (now < opens) return { kind: 'due', at: opens, grace };
  const current = periodAt(phase, now);
  const start = startOfPeriod(phase, current);
  // One whose hour has not come yet is no corte of this period: none is made, and that is late.
  const isMade = headTakenAt !== null && headTakenAt >= start && !isOfFuture(headTakenAt, now);
  const at = isMade ? startOfPeriod(phase, current + 1) : start;
  return now > closes || at > closes ? { kind: 'none', why: 'closed' } : { kind: 'due', at, grace };
}
