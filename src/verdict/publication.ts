import type { Statement } from '../format/statement.ts';
import { instantOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';

/**
 * What citizens are shown (A14 and the rule of the missed periods): the newest corte; before the hour, a page that says
 * when; when the cortes stop coming, the notice. Decided from the signed hour of the newest corte and a clock, nothing else.
 */
export type Shown = 'corte' | 'aviso' | 'espera';

export type Newest = Pick<Statement, 'taken_at' | 'final'>;

/**
 * @param now milliseconds since the epoch
 * @param isOverdue whether the newest corte is known to be stale whatever this clock says (see `newDeadlines`)
 */
export function whatToShow(phase: Phase, newest: Newest | null, now: number, isOverdue = false): Shown {
  if (now < instantOf(phase.opens_at)) return 'espera';
  const limit = staleAfter(phase, newest);
  if (limit !== null && (isOverdue || now > limit)) return 'aviso';
  if (newest !== null) return 'corte';
  return now > instantOf(phase.closes_at) ? 'aviso' : 'espera';
}

/**
 * The instant (ms) past which the newest corte is stale: `missed_limit` periods and the grace after its hour, or after
 * the opening where that is later. Null where it never is: after a final corte, or where the phase closes first.
 *
 * The close makes nothing fresh again: a corte that was stale before it stays so until a newer one comes.
 */
export function staleAfter(phase: Phase, newest: Newest | null): number | null {
  const allowed = (phase.missed_limit * phase.period_seconds + phase.grace_seconds) * 1000;
  if (newest?.final) return null;
  const since = Math.max(instantOf(phase.opens_at), newest === null ? 0 : instantOf(newest.taken_at));
  const limit = since + allowed;
  return limit >= instantOf(phase.closes_at) ? null : limit;
}

/** How a phase stands towards its end. `open-ended` is one that closed without a final corte: it was never completed. */
export type Ending = 'running' | 'final' | 'open-ended';

/** @param now milliseconds since the epoch */
export function endingOf(phase: Phase, newest: Newest | null, now: number): Ending {
  if (newest?.final) return 'final';
  return now > instantOf(phase.closes_at) ? 'open-ended' : 'running';
}

/** The next instant (ms) after `now` at which {@link whatToShow} or {@link endingOf} may change by the clock alone, or null. */
export function nextChange(phase: Phase, newest: Newest | null, now: number): number | null {
  const instants = [instantOf(phase.opens_at), instantOf(phase.closes_at), staleAfter(phase, newest)];
  const coming = instants.filter((instant) => instant !== null).filter((instant) => instant >= now);
  return coming.length === 0 ? null : Math.min(...coming) + 1;
}

/**
 * Deadlines that do not depend on the hour of the machine being right all the time: when a corte is first seen, the time
 * that it has left is also laid down on a clock that nobody sets. If the hour is moved back later, the corte is stale all
 * the same when that time is over; if it is moved forward and back again, nothing remains of it.
 */
export interface Deadlines {
  /**
   * @param key of the corte, its hash; or of the phase where there is none yet
   * @param limit as {@link staleAfter} gives it; null for one that is never stale
   * @param now the hour, ms since the epoch
   * @param elapsed of a clock that only runs forward, ms
   */
  isOver(key: string, limit: number | null, now: number, elapsed: number): boolean;
}

/** How many cortes are remembered: those of every phase, several times over. */
const REMEMBERED = 64;

export function newDeadlines(): Deadlines {
  const ends = new Map<string, number>();
  return {
    isOver(key, limit, now, elapsed) {
      if (limit === null) return false;
      const known = `${key} ${limit}`;
      // One that is over by the hour when it is first seen may only be so because the hour is wrong: nothing is laid down.
      if (now > limit && !ends.has(known)) return false;
      const end = ends.get(known) ?? elapsed + limit - now;
      ends.delete(known);
      ends.set(known, end); // to the end: the oldest ones are forgotten
      for (const oldest of ends.keys()) {
        if (ends.size <= REMEMBERED) break;
        ends.delete(oldest);
      }
      return elapsed > end;
    },
  };
}
