import type { Said } from '../../format/said.ts';
import { words } from './words.ts';

/**
 * How slow the servers of one audit may be, all answers together. An answer alone may be slow, since others share the line;
 * a server that is slow on the whole would keep an auditor for days, and nothing of what he waits for is promised to him.
 */
export interface Total {
  /** ms that are waited for in any case */
  readonly visit: number;
  /** ms more for each answer: its way there and back */
  readonly answer: number;
  /** bytes a second: what comes gives as much time more */
  readonly slowest: number;
}

/** 32 KiB/s are a line of 256 kbit/s. A manifest of the largest size takes nine minutes by it, a usual one a second. */
export const TOTAL: Total = { visit: 120_000, answer: 2000, slowest: 32 * 1024 };

export interface Pace {
  /**
   * A server owes us something from now on. Time in which several owe counts once, and that in which we are at work not.
   * @returns what ends the waiting; it gives the ms that it was, and 0 if it is called again
   */
  wait(): () => number;
  /** An answer has begun. */
  answered(): void;
  came(bytes: number): void;
  /** @returns what is wrong, in words, or null while all is well */
  exceeded(): Said | null;
}

/** @param elapsed a clock that only runs forward, ms */
export function newPace(total: Total, elapsed: () => number): Pace {
  let [owing, began, waited] = [0, 0, 0];
  let allowed = total.visit;
  return {
    wait() {
      const start = elapsed();
      if (owing === 0) began = start;
      owing += 1;
      let isOver = false;
      return () => {
        if (isOver) return 0;
        isOver = true;
        const now = elapsed();
        owing -= 1;
        if (owing === 0) waited += now - began;
        return now - start;
      };
    },
    answered() {
      allowed += total.answer;
    },
    came(bytes) {
      allowed += (bytes / total.slowest) * 1000;
    },
    exceeded() {
      const ms = waited + (owing > 0 ? elapsed() - began : 0);
      return ms > allowed ? words.tooSlow(Math.round(ms / 1000)) : null;
    },
  };
}
