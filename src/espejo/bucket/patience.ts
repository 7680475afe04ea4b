import { setTimeout as sleep } from 'node:timers/promises';
import { Trouble } from '../trouble.ts';

/** How long the store is waited for, and how it is left in peace when it says that it is busy. */

export interface Patience {
  /** milliseconds without a byte in either direction, after which a request is given up */
  readonly stall: number;
  /** bytes a second below which a request as a whole is given up, once `stall` has passed */
  readonly slowest: number;
  /** how often a request is tried */
  readonly tries: number;
  /** milliseconds before the second try; doubled before each further one, up to `longest` */
  readonly pause: number;
  readonly longest: number;
}

export const PATIENCE: Patience = { stall: 20_000, slowest: 4096, tries: 7, pause: 250, longest: 15_000 };

/** What may be tried again at once. */
export class Passing extends Trouble {
  /** milliseconds that the store asked for, 0 where it asked for none */
  readonly after: number;

  constructor(code: 'busy' | 'connection-lost', why: Trouble['said'], after = 0) {
    super(code, why);
    this.after = after;
  }
}

/** Tries again what failed in passing. When the store says that it is busy, nobody asks it for anything for a while. */
export interface Tries {
  <T>(request: () => Promise<T>, stop: AbortSignal): Promise<T>;
}

/** @param random from 0 to 1: where fifty wait for one store, they do not all come back at once */
export function newTries({ tries, pause, longest }: Patience, random: () => number = Math.random): Tries {
  let quietUntil = 0;
  return async (request, stop) => {
    for (let attempt = 1; ; attempt++) {
      const quiet = quietUntil - performance.now();
      if (quiet > 0) await sleep(quiet * (1 + random() / 4), undefined, { signal: stop });
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof Passing) || attempt >= tries) throw error;
        const wait = Math.max(Math.min(pause * 2 ** (attempt - 1), longest) * (0.5 + random() / 2), Math.min(error.after, longest));
        if (error.code === 'busy') quietUntil = Math.max(quietUntil, performance.now() + wait);
        else await sleep(wait, undefined, { signal: stop });
      }
    }
  };
}
