import { setImmediate } from 'node:timers/promises';

/** Long synchronous work, in which timers and signals have their turn: a watchdog that is not served ends the process. */

/** How many small synchronous steps are taken before the event loop may do something else. */
const BATCH = 256;
/** And how long at most, where a step may be a large file, ms. */
const BATCH_MS = 50;

let had = 0;

/** Lets others have their turn, unless they had it a moment ago: to be called between two steps, as often as one likes. */
export async function breathe(): Promise<void> {
  if (performance.now() - had < BATCH_MS) return;
  await setImmediate();
  had = performance.now();
}

/** Runs a synchronous step for each item, letting timers and signals in now and then. */
export async function inBatches<T>(items: Iterable<T>, each: (item: T) => void): Promise<void> {
  let n = 0;
  for (const item of items) {
    each(item);
    if (++n % BATCH === 0) await setImmediate();
    else await breathe();
  }
}
