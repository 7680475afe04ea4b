import { nextAsking } from '../marco/pace.ts';
import type { Current } from './estado.ts';

/** When the mirrors are looked at again, and since when nobody answers. All are ms since the epoch, by the reader's clock. */
export interface Waiting {
  isDue(): boolean;
  /** null while one answers, and before anyone was asked */
  offlineSince(): number | null;
  /**
   * A look is over.
   * @param isAnswering whether any mirror answered; null where not all were asked. @param shown what is shown after it
   */
  looked(isAnswering: boolean | null, shown: Current | null): void;
  /** It is due at once. */
  hurry(): void;
}

/** After the final corte only a revocation can come: it is looked at so many times more rarely. */
const AFTER_FINAL = 10;
const AT_ONCE = Object.freeze({ since: Number.NEGATIVE_INFINITY, ms: 0 });

/** @param random gives numbers from 0 to 1 */
export function newWaiting(now: () => number, random: () => number): Waiting {
  let failures = 0;
  let offlineSince: number | null = null;
  let waits: { readonly since: number; readonly ms: number } = AT_ONCE;
  return {
    isDue() {
      // A clock that was set back does not say how long ago it was.
      const age = now() - waits.since;
      return age < 0 || age >= waits.ms;
    },
    offlineSince: () => offlineSince,
    looked(isAnswering, shown) {
      failures = isAnswering === false ? failures + 1 : 0;
      offlineSince = isAnswering === false ? Math.min(offlineSince ?? now(), now()) : null;
      const newest = shown?.head?.corte.statement;
      const takenAt = newest?.taken_at ?? null;
      const ms = nextAsking({ failures, phase: shown?.rules ?? null, takenAt, now: now() }, random());
      waits = { since: now(), ms: ms * (newest?.final ? AFTER_FINAL : 1) };
    },
    hurry: () => void (waits = AT_ONCE),
  };
}
