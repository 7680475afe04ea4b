import { UsageError } from '../config/usage-error.ts';
import { instantOf } from '../format/time.ts';
import type { NightEvent } from './record/bitacora.ts';
import type { ChainView } from './record/chain-view.ts';
import { words } from './record/words.ts';

/**
 * A night that is begun after its phase has closed: it makes no corte any more. While nodes lack what exists it is still
 * needed, as after a crash at the close; days later it is a configuration that nobody changed since the drill.
 */

/** A night that is begun this long after the close is a mistake, whatever nodes lack, ms. */
const DELIVERS_MS = 12 * 3_600_000;

/**
 * @param lacking how many nodes have not acknowledged the newest corte
 * @param now ms since the epoch
 * @returns what to tell where the phase has closed and there is still something to bring; null where it has not closed
 * @throws UsageError where the phase has closed and nothing is left to do
 */
export function checkClose({ phase, head, isFinal }: ChainView, lacking: number, now: number): NightEvent | null {
  const { name, closes_at } = phase;
  const closed = instantOf(closes_at);
  if (now <= closed) return null;
  if (lacking > 0 && now <= closed + DELIVERS_MS)
    return { event: 'closed', phase: name, closed_at: closes_at, head, final: isFinal, lacking };
  const none = head === 0 ? words.closedWithNone(name, closes_at) : null;
  const end = isFinal ? words.closedFinal : words.closedWith;
  throw new UsageError(none ?? end(name, closes_at, head), lacking === 0 ? words.otherPhase : words.otherPhaseOrPush(lacking));
}
