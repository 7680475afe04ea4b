import { UsageError } from '../config/usage-error.ts';
import { instantOf } from '../format/time.ts';
import type { NightEvent } from './record/bitacora.ts';
import type { ChainView } from './record/chain-view.ts';

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
  const end = head === 0 ? 'no corte' : `corte ${head}${isFinal ? ', final' : ', which is not a final one'}`;
  const behind = lacking === 0 ? '' : `; ${lacking} of the nodes lack it: cotejo iec push brings it`;
  throw new UsageError(
    `phase ${name} closed at ${closes_at}, with ${end}: no corte can be made any more`,
    `for another phase change phase in the configuration; longer hours need a new trust document${behind}`,
  );
}
