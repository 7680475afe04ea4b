import type { Said } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import { differs } from './behind.ts';
import type { ChainAudit, PhaseAudit } from './chain.ts';
import { type LiveAudit, shownPhase } from './check/live-check.ts';

/**
 * A site that is compared with a chain that goes on. A corte that was published meanwhile makes a site look altered, so
 * what differs is looked at again with the chain as it is then; and what was found once is not lost because something can't
 * be had any more.
 */

/** A site, as it was compared with a chain at one moment. */
interface Pass {
  readonly audit: ChainAudit;
  readonly shown: PhaseAudit | undefined;
  readonly live: LiveAudit;
}

export interface Passes extends Pass {
  /** the chain that was found broken when it was read again; null where it was not */
  readonly broken: ChainAudit | null;
  /** why the chain could not be read again: it may have gone on meanwhile */
  readonly chainLost: Said | null;
  /** whether the chain has gone on even since the last look, so that what was found may be a newer corte's */
  readonly wentOn: boolean;
  /** What ended the look at the site with the chain that has gone on: what was found may be the newer corte's. */
  readonly lookLost: Error | null;
}

/** A chain that goes on faster than a site can be looked at is none that anybody publishes. */
const PASSES = 3;

/**
 * @param first the chain, in order
 * @param look compares the site with the newest corte of the phase that it shows
 * @param anew checks a phase of the chain again
 * @throws whatever the first look throws
 */
export async function lookInPasses(
  first: ChainAudit,
  look: (shown: PhaseAudit | undefined, audit: ChainAudit) => Promise<LiveAudit>,
  anew: (phase: string) => Promise<ChainAudit>,
): Promise<Passes> {
  const passOf = async (audit: ChainAudit): Promise<Pass> => {
    const shown = shownPhase(audit.phases);
    return { audit, shown, live: await look(shown, audit) };
  };
  let pass = await passOf(first);
  const ended = (how: Partial<Passes> = {}) => ({ ...pass, broken: null, chainLost: null, wentOn: false, lookLost: null, ...how });
  for (let passes = 1; ; passes++) {
    const { live } = pass;
    if (live.shows !== 'corte' || !differs(live)) return ended();
    const next = await orError(anew(live.phase));
    if (next.error) return ended({ chainLost: saidBy(next.error) });
    if (next.done.refused) return ended({ broken: next.done });
    if ((next.done.phases[0]?.cortes.length ?? 0) <= live.number) return ended();
    if (passes === PASSES) return ended({ wentOn: true });
    const later = await orError(passOf(next.done));
    if (later.error) return ended({ lookLost: later.error });
    pass = later.done;
  }
}

type Ended<T> = { readonly done: T; readonly error?: undefined } | { readonly error: Error; readonly done?: undefined };

/** What came of some work, or what ended it: for who has something to tell in both cases. */
export async function orError<T>(work: Promise<T>): Promise<Ended<T>> {
  try {
    return { done: await work };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}
