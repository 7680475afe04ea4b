import type { Statement } from '../format/statement.ts';
import { instantOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';

/**
 * What citizens are shown (A14 and the rule of the missed periods): the newest corte; before the hour, a page that says
 * when; when the cortes stop coming, the notice. Decided from the signed hour of the newest corte and a clock, nothing else.
 */
export type Shown = 'corte' | 'aviso' | 'espera';

export type Newest = Pick<Statement, 'taken_at' | 'final'>;

/** @param now milliseconds since the epoch */
export function whatToShow(phase: Phase, newest: Newest | null, now: number): Shown {
  if (now < instantOf(phase.opens_at)) return 'espera';
  const limit = staleAfter(phase, newest);
  const closed = now > instantOf(phase.closes_at);
  if (limit !== null && now > limit && !(closed && newest)) return 'aviso';
  return newest === null ? 'espera' : 'corte';
}

/**
 * The instant (ms) past which the newest corte is stale: `missed_limit` periods and the grace after its hour, or after
 * the opening where that is later. Null where it never is: after a final corte, or where the phase closes first. Once
 * the phase is closed the last corte stays.
 * @internal
 */
export function staleAfter(phase: Phase, newest: Newest | null): number | null {
  const allowed = (phase.missed_limit * phase.period_seconds + phase.grace_seconds) * 1000;
  if (newest?.final) return null;
  const since = Math.max(instantOf(phase.opens_at), newest === null ? 0 : instantOf(newest.taken_at));
  const limit = since + allowed;
  return limit >= instantOf(phase.closes_at) ? null : limit;
}

/** The next instant (ms) after `now` at which {@link whatToShow} may change by the clock alone, or null. */
export function nextChange(phase: Phase, newest: Newest | null, now: number): number | null {
  const instants = [instantOf(phase.opens_at), instantOf(phase.closes_at), staleAfter(phase, newest)];
  const coming = instants.filter((instant) => instant !== null && instant >= now) as number[];
  return coming.length === 0 ? null : Math.min(...coming) + 1;
}
