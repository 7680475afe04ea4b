import { setTimeout as sleep } from 'node:timers/promises';

/** The time of a drill. Tests give their own. */
export interface Clock {
  /** the hour, ms since the epoch */
  readonly now: () => number;
  /** of a clock that only runs forward, s */
  readonly elapsed: () => number;
  /** @throws AbortError where the drill is to end */
  readonly pause: (ms: number) => Promise<void>;
}

export function clockOf(now: () => number, stop: AbortSignal): Clock {
  return {
    now,
    elapsed: () => performance.now() / 1000,
    pause: async (ms) => {
      await sleep(ms, undefined, { signal: stop });
    },
  };
}

/** How often is looked, ms: a reader would not press his key more often. */
const LOOK_MS = 250;

/**
 * Looks until something is there.
 * @param begun by {@link Clock.elapsed}: from then on the time counts
 * @param seconds after which it is given up
 * @returns what was seen and after how many seconds; null where it was given up
 */
export async function until<T>(
  clock: Clock,
  begun: number,
  seconds: number,
  look: () => Promise<T | null>,
): Promise<{ readonly seen: T; readonly after: number } | null> {
  for (;;) {
    const seen = await look();
    const after = clock.elapsed() - begun;
    if (seen !== null) return { seen, after };
    if (after >= seconds) return null;
    await clock.pause(LOOK_MS);
  }
}
