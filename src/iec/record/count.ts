import { type ChainView, lacksSince } from './chain-view.ts';
import type { Ledger } from './ledger.ts';
import { isMissed, periodAt } from './standing.ts';

/**
 * Counts a period that is over, before a corte of the next one is made: every node has either acknowledged the newest
 * corte by now, or has missed it, or it was made too late in the period to say anything.
 * @param view the chain as it stood while the period lasted
 * @param ids the nodes
 * @param serves whether a node is still in the configuration: one that is removed while the disk is read is not counted
 */
export async function countPeriod(
  period: number,
  view: ChainView,
  ledger: Ledger,
  ids: readonly string[],
  serves: (id: string) => boolean,
): Promise<void> {
  if (view.head === 0) return;
  for (const id of ids) {
    const since = await lackingSince(id, view, ledger);
    if (!serves(id)) continue;
    if (since === null) ledger.succeeded(id, period);
    else if (isMissed(view.phase, period, since)) {
      const cause = ledger.node(id).trouble ?? { code: 'no-acuse', detail: `corte ${view.head} was still on its way` };
      ledger.failed(id, { period, lacksSince: periodAt(view.phase, since), cause });
    }
  }
}

/** As of this moment: an acuse that comes while the disk is read counts. @returns ms; null for a node that lacks nothing */
async function lackingSince(id: string, view: ChainView, ledger: Ledger): Promise<number | null> {
  for (;;) {
    const { number } = ledger.node(id);
    // The night reports a fault of the chain at its next look; it excuses no node.
    const since = await lacksSince(view, number).catch(() => Number.NEGATIVE_INFINITY);
    if (ledger.node(id).number === number) return since;
  }
}
