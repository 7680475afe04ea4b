import { setImmediate as breathe } from 'node:timers/promises';

/** How many small synchronous steps are taken before the event loop may do something else. */
const BATCH = 256;

/** Runs a synchronous step for each item, letting timers and signals in now and then. */
export async function inBatches<T>(items: Iterable<T>, each: (item: T) => void): Promise<void> {
  let n = 0;
  for (const item of items) {
    each(item);
    if (++n % BATCH === 0) await breathe();
  }
}
