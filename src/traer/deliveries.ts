import { type DeliveryName, deliveryName } from '../format/naming.ts';
import type { OwnInbox } from './own-inbox.ts';

/**
 * Puts what was fetched into our inbox while the next corte is on its way: a disk takes its time for what has to be
 * durable, and the link must not stand still for it. One at a time, in order: a corte is delivered after the one that it
 * follows.
 */
export interface Deliveries {
  /**
   * Begins a delivery, when the one before it has ended.
   * @param done called when it is in the inbox
   * @throws what the one before it failed with: then this one does not begin
   */
  begin(name: DeliveryName, files: Readonly<Record<string, Uint8Array>>, done: () => void): Promise<void>;
  /** The delivery that is begun and not in the inbox yet. */
  underWay(): readonly string[];
  /** The delivery that failed since the last call, with its error. */
  failed(): { readonly delivery: string; readonly error: unknown } | null;
  /** Waits until none is under way. It never throws. */
  settled(): Promise<void>;
}

export function newDeliveries(inbox: Pick<OwnInbox, 'finish'>): Deliveries {
  let current: string | null = null;
  let failure: { readonly delivery: string; readonly error: unknown } | null = null;
  let working: Promise<void> = Promise.resolve();

  async function finish(...[name, files, done]: Parameters<Deliveries['begin']>): Promise<void> {
    const delivery = deliveryName(name);
    current = delivery;
    try {
      await inbox.finish(name, files);
      done();
    } catch (error) {
      failure = { delivery, error };
    } finally {
      current = null;
    }
  }

  return {
    async begin(name, files, done) {
      await working;
      if (failure) throw failure.error;
      working = finish(name, files, done);
    },
    underWay: () => (current === null ? [] : [current]),
    failed() {
      const last = failure;
      failure = null;
      return last;
    },
    settled: () => working,
  };
}
