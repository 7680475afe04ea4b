import { LIMITS } from '../format/limits.ts';
import type { Statement } from '../format/statement.ts';
import { instantOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';

/**
 * What citizens are shown (A14 and the rule of the missed periods): the newest corte; before the hour, a page that says
 * when; when the cortes stop coming, the notice. It depends only on the signed hour of the newest corte and a clock.
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
 * Closing the phase makes nothing fresh again: a corte that was stale before stays stale until a newer one comes.
 */
export function staleAfter(phase: Phase, newest: Newest | null): number | null {
  if (newest?.final) return null;
  const limit = limitOf(phase, newest);
  return limit >= instantOf(phase.closes_at) ? null : limit;
}

/** How long a corte may be shown while another one is due, whatever the end of the phase is: milliseconds since the epoch. */
export function limitOf(phase: Phase, newest: Newest | null): number {
  const allowed = (phase.missed_limit * phase.period_seconds + phase.grace_seconds) * 1000;
  return Math.max(instantOf(phase.opens_at), newest === null ? 0 : instantOf(newest.taken_at)) + allowed;
}

/**
 * Whether a corte after this one may be out: from when one is due by its hour, as early as a clock may be off (A7), until
 * even a corte of the phase's last moment would be stale. It says nothing of whether there is one.
 * @param newest the newest that is known; null where none is
 * @param now milliseconds since the epoch
 */
export function mayBeFollowed(phase: Phase, newest: Newest | null, now: number): boolean {
  if (newest?.final) return false;
  const due = newest === null ? instantOf(phase.opens_at) : instantOf(newest.taken_at) + phase.period_seconds * 1000;
  const last = limitOf(phase, { taken_at: phase.closes_at, final: false });
  return due - LIMITS.clockSkewSeconds * 1000 <= now && now <= last;
}

/** What is public of a phase: its newest corte, not stale; something else in its place; or nothing was ever published of it. */
export type Standing = 'fresh' | 'stale' | 'none';

/**
 * Whether what is public is fresh, all phases together, so that a balancer may send readers there. The official phases that
 * are open decide; where there are none, the drills that are open; where none is open at all, what was published of the
 * official ones, and before the first of them all is as it should be. A drill that is over decides nothing: that it was
 * just stopped, and shows the notice ever since, is no fault of the days that follow.
 * @param now milliseconds since the epoch
 */
export function isAllFresh(phases: readonly { readonly phase: Phase; readonly standing: Standing }[], now: number): boolean {
  const begun = phases.filter(({ phase }) => instantOf(phase.opens_at) <= now);
  const open = begun.filter(({ phase }) => now <= instantOf(phase.closes_at));
  const isOfficial = ({ phase }: { readonly phase: Phase }) => phase.kind === 'oficial';
  if (open.length > 0)
    return (open.some(isOfficial) ? open.filter(isOfficial) : open).every(({ standing }) => standing === 'fresh');
  const official = begun.filter(isOfficial);
  const published = official.filter(({ standing }) => standing !== 'none');
  return published.length > 0 ? published.every(({ standing }) => standing === 'fresh') : official.length === 0;
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
 * Deadlines that hold even if the machine's clock is set wrong for a while. When a corte is first seen, the time that
 * it has left is also noted on a clock that nobody can set. If the clock is moved back later, the corte still becomes
 * stale when that time is over; if it is moved forward and back again, no effect remains.
 */
export interface Deadlines {
  /**
   * @param key the hash of the corte, or the name of the phase where there is no corte yet
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
      // A corte that is already stale when it is first seen may be so only because the clock is wrong: nothing is
      // noted.
      if (now > limit && !ends.has(known)) return false;
      const end = ends.get(known) ?? elapsed + limit - now;
      ends.delete(known);
      ends.set(known, end); // moved to the end: the oldest ones are forgotten
      for (const oldest of ends.keys()) {
        if (ends.size <= REMEMBERED) break;
        ends.delete(oldest);
      }
      return elapsed > end;
    },
  };
}
