import type { Said } from '../../format/said.ts';
import { instantOf } from '../../format/time.ts';
import type { SellarEstado } from './estado.ts';

/** How it stands with the tokens, for people: from what the last pass wrote. */

export interface SellarStanding {
  readonly authorities: number;
  /** the newest corte that at least one of them vouched for; 0 where there is none */
  readonly sealed: number;
  /** those that gave no token at several tries in a row */
  readonly silent: readonly Silent[];
  /** those of whose last token the hour does not agree with ours; which clock is wrong is not known */
  readonly clocks: readonly Silent[];
  /** since when no pass was made, where that is too long ago; null where one was */
  readonly idle_since: string | null;
}

interface Silent {
  readonly name: string;
  /** when it began that no token came that counts */
  readonly since: string;
  readonly why: Said;
}

/** One failure may pass by itself. */
const FAILURES = 2;
/** A pass takes four minutes at the most, and the next one begins soon after. */
const IDLE_MS = 10 * 60_000;

/** @param now ms since the epoch */
export function standingOf({ at, autoridades }: SellarEstado, now: number): SellarStanding {
  const troubled = autoridades.flatMap(({ name, failures, silent_since: since, trouble }) =>
    since !== null && trouble !== null
      ? [{ isClocks: trouble.code === 'clocks', failures, one: { name, since, why: trouble.detail } }]
      : [],
  );
  return {
    authorities: autoridades.length,
    sealed: Math.max(0, ...autoridades.map(({ newest }) => newest)),
    silent: troubled.filter(({ isClocks, failures }) => !isClocks && failures >= FAILURES).map(({ one }) => one),
    clocks: troubled.filter(({ isClocks }) => isClocks).map(({ one }) => one),
    idle_since: now - instantOf(at) > IDLE_MS ? at : null,
  };
}
