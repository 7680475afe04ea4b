import { setTimeout as sleep } from 'node:timers/promises';
import { formatTime } from '../format/time.ts';

/**
 * The clock of the demo's night. It moves only when it is told to, by whole periods, and the demo waits between two of
 * them as long as it was asked to: not at all with `--once`.
 */
export interface Night {
  /** ms since the epoch */
  readonly now: () => number;
  /** as the formats write it */
  readonly hour: () => string;
  /** ends the night from outside */
  readonly stop: AbortSignal;
  /** Lets periods go by, one after the other. @throws AbortError when the demo is ended meanwhile */
  pass(periods?: number): Promise<void>;
}

export const PERIOD_SECONDS = 600;
const OFFSET = -300;
/** Ten minutes before the publication opens. */
const BEGINS = Date.parse('2018-07-01T17:50:00-05:00');

/** @param speed how many times faster than the clock on the wall; Infinity for no waiting at all */
export function newNight(speed: number, stop: AbortSignal): Night {
  let now = BEGINS;
  return {
    stop,
    now: () => now,
    hour: () => formatTime(now, OFFSET),
    async pass(periods = 1) {
      for (let i = 0; i < periods; i++) {
        const ms = (PERIOD_SECONDS * 1000) / speed;
        if (ms > 0) await sleep(ms, undefined, { signal: stop });
        stop.throwIfAborted();
        now += PERIOD_SECONDS * 1000;
      }
    },
  };
}
