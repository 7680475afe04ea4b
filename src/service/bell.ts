import { setTimeout as sleepFor } from 'node:timers/promises';

/** Wakes a sleeper when there is something to do. A ring while nobody sleeps ends the next sleep at once. */
export interface Bell {
  readonly ring: () => void;
  /**
   * Sleeps for so many ms, or until it is rung.
   * @returns whether it was rung, now or since the last sleep or {@link forget}
   */
  sleep(ms: number): Promise<boolean>;
  /** Discards the rings so far. */
  forget(): void;
}

/** @param stop rings it once it is aborted */
export function newBell(stop: AbortSignal): Bell {
  let rung = new AbortController();
  const ring = () => rung.abort();
  stop.addEventListener('abort', ring, { once: true });
  if (stop.aborted) ring();
  const forget = () => {
    rung = new AbortController();
  };
  return {
    ring,
    forget,
    async sleep(ms) {
      await sleepFor(ms, undefined, { signal: rung.signal }).catch(() => {}); // rung
      const wasRung = rung.signal.aborted;
      if (wasRung) forget();
      return wasRung;
    },
  };
}
