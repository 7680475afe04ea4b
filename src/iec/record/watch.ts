import { hashOfCorte, readStatement } from '../../chain/chain-folder.ts';
import type { Hash } from '../../format/hash.ts';
import { instantOf } from '../../format/time.ts';
import { toldOf } from '../link/trouble.ts';
import type { Tell } from './bitacora.ts';
import { type ChainView, writtenAt } from './chain-view.ts';

/**
 * What a look found: `new`, a corte or a trust document that was not there before; `cut`, the corte that was the newest is no
 * more in the chain, or is no more sent: the custodians disowned it, and its number is another's or will be.
 */
type Sighting = 'same' | 'new' | 'cut';

/** The chain as it was last seen: cortes and trust documents may come from elsewhere (`iec pack --final`, the custodians). */
export interface Watch {
  /** as of the last look that succeeded */
  readonly view: () => ChainView;
  /**
   * Looks again. A chain that can't be used is reported once, and the view stays as it was.
   */
  look(): Promise<Sighting>;
  /**
   * Since when a corte of the view could be brought to a node, ms. Its hour says when its source began to be read, which
   * may have taken periods: what counts is when its last file was written, and never a time after it was seen here, or
   * after this process began where it was there before: a file system's clock may be ahead, and a copy has the hour of
   * copying.
   * @throws Refusal, Error where that corte can't be read
   */
  existsSince(number: number): Promise<number>;
}

/**
 * @param look gives the chain as it stands; throws where it can't be used
 * @param now ms since the epoch
 */
export function newWatch(seen: ChainView, look: () => Promise<ChainView>, tell: Tell, now: () => number): Watch {
  const beganAt = now();
  /** when each corte that came since was first seen, ms */
  const seenAt = new Map<number, number>();
  let view = seen;
  let trouble = '';

  function mark(before: ChainView, isCut: boolean): void {
    // What was disowned is gone, and its number will be another corte's, or is already.
    const last = isCut ? Math.min(before.head - 1, view.head) : before.head;
    for (const number of seenAt.keys()) if (number > last) seenAt.delete(number);
    for (let number = last + 1; number <= view.head; number++) seenAt.set(number, now());
  }

  return {
    view: () => view,
    async look() {
      try {
        const before = view;
        const seen = await look();
        const isShorter = seen.head < before.head;
        const isCut = isShorter || (await hashOfHead(before, seen)) !== before.headCorte;
        view = seen;
        mark(before, isCut);
        trouble = '';
        if (isCut) tell({ event: 'chain-cut', from: before.head, head: view.head });
        if (isCut) return 'cut';
        return view.head !== before.head || view.trust.length !== before.trust.length ? 'new' : 'same';
      } catch (error) {
        const { detail } = toldOf(error);
        if (detail.en !== trouble) tell({ event: 'chain-trouble', detail });
        trouble = detail.en;
        return 'same';
      }
    },
    async existsSince(number) {
      const { statement } = await readStatement(view.chain, view.phase.name, number);
      const latest = seenAt.get(number) ?? beganAt;
      return Math.max(instantOf(statement.taken_at), Math.min(latest, await writtenAt(view, number)));
    },
  };
}

/** What the chain has now under the number that was the newest. */
function hashOfHead({ head }: ChainView, { chain, phase, head: last, headCorte }: ChainView): Promise<Hash | null> | Hash | null {
  if (head === 0) return null;
  return head === last ? headCorte : hashOfCorte(chain, phase.name, head);
}
