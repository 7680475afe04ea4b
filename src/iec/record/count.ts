import type { Ledger } from './ledger.ts';
import { isMissed, periodAt } from './standing.ts';
import type { Watch } from './watch.ts';
import { words } from './words.ts';

/** The chain as it is seen now, with the hour since which each corte could be brought. */
type Chain = Pick<Watch, 'view' | 'existsSince'>;

/**
 * Counts a period that is over, before a corte of the next one is made: every node has either acknowledged the newest
 * corte by now, or has missed one that could be brought to it in time, or what it lacks came too late in the period to
 * say anything; or after it, as at the end of a pack that lasted over several periods.
 * @param ids the nodes
 * @param serves whether a node is still in the configuration: one that is removed while the disk is read is not counted
 */
export async function countPeriod(
  period: number,
  chain: Chain,
  ledger: Ledger,
  ids: readonly string[],
  serves: (id: string) => boolean,
): Promise<void> {
  const { phase, head } = chain.view();
  if (head === 0) return;
  for (const id of ids) {
    const since = await lackingSince(id, head, chain, ledger);
    if (!serves(id)) continue;
    if (since === null) ledger.succeeded(id, period);
    else if (isMissed(phase, period, since)) {
      const cause = ledger.node(id).trouble ?? { code: 'no-acuse', detail: words.onItsWay(head) };
      ledger.failed(id, { period, lacksSince: periodAt(phase, since), cause });
    }
  }
}

/** As of this moment: an acuse that comes while the disk is read counts. @returns ms; null for a node that lacks nothing */
async function lackingSince(id: string, head: number, chain: Chain, ledger: Ledger): Promise<number | null> {
  for (;;) {
    const { number } = ledger.node(id);
    // The night reports a fault of the chain at its next look; it excuses no node.
    const since = number >= head ? null : await chain.existsSince(number + 1).catch(() => Number.NEGATIVE_INFINITY);
    if (ledger.node(id).number === number) return since;
  }
}
