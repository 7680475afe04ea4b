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
   * @throws NotBegun where the one before it failed: then this one does not begin, and is kept as it was fetched
   */
  begin(name: DeliveryName, files: Readonly<Record<string, Uint8Array>>, done: () => void): Promise<void>;
  /** The delivery that is begun and not in the inbox yet. */
  underWay(): readonly string[];
  /** What is to be left where it was made: what is under way, and the one that did not begin, until it does. */
  unfinished(): readonly string[];
  /** The delivery that failed since the last call, with its error. */
  failed(): { readonly delivery: string; readonly error: unknown } | null;
  /** Waits until none is under way. It never throws. */
  settled(): Promise<void>;
}

/** Nothing is wrong with this delivery; the one before it failed, and is told by {@link Deliveries.failed}. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';
}

export function newDeliveries(inbox: Pick<OwnInbox, 'finish'>): Deliveries {
  let current: string | null = null;
  let notBegun: { readonly delivery: string; readonly after: string } | null = null;
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
      const delivery = deliveryName(name);
      if (failure) {
        notBegun = { delivery, after: failure.delivery };
        throw new NotBegun(`${failure.delivery} failed`);
      }
      if (notBegun?.after !== delivery) notBegun = null; // it begins now, or came another way
      working = finish(name, files, done);
    },
    underWay: () => (current === null ? [] : [current]),
    unfinished: () => [current, notBegun?.delivery ?? null].filter((one) => one !== null),
    failed() {
      const last = failure;
      failure = null;
      return last;
    },
    settled: () => working,
  };
}
