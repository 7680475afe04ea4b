import { refusingOf } from '../link/most.ts';
import { type CutOff, cutOffOf, isOnTheWay } from '../link/own-way-out.ts';
import type { Told } from '../link/trouble.ts';
import type { Ledger } from './ledger.ts';
import { countedNumber } from './node-record.ts';
import { isMissed, periodAt } from './standing.ts';
import type { Watch } from './watch.ts';
import { words } from './words.ts';

/** The chain as it is seen now, with the hour since which each corte could be brought. */
type Chain = Pick<Watch, 'view' | 'existsSince'>;

/**
 * Counts a period that is over, before a corte of the next one is made: every node has either acknowledged the newest
 * corte by now, or has missed one that could be brought to it in time, or what it lacks came too late in the period to
 * say anything; or after it, as at the end of a pack that lasted over several periods.
 *
 * Where almost no Difusor can be reached, that is the cause of all whose way it may be: the rule counts the period all the
 * same, but nobody is told that it was their server. So it is still at the first count after it, when some have come back
 * and the others are only about to. The same where most of them refuse the hour of our cortes: that is our own clock.
 * @param porLaRed whether a corte counts that is known from the node's own site and receipt there
 * @param ids the nodes
 * @param serves whether a node is still in the configuration: one that is removed while the disk is read is not counted
 * @param before what the last count gave; where several periods are counted at once, the same for each
 * @returns whether almost no Difusor can be reached
 */
export async function countPeriod(
  period: number,
  chain: Chain,
  ledger: Ledger,
  porLaRed: boolean,
  ids: readonly string[],
  serves: (id: string) => boolean,
  before: CutOff | null,
): Promise<CutOff | null> {
  const { phase, head } = chain.view();
  if (head === 0) return null;
  const nodes = ids.map((id) => {
    const { trouble, number } = ledger.node(id);
    return { difusor: id.split('/')[0]!, code: trouble?.code ?? null, number };
  });
  const now = cutOffOf(nodes);
  const everyone = now ?? before;
  const refusing = refusingOf(nodes, head);
  function causeOf(own: Told): Told {
    if (everyone !== null && own.code !== 'iec-failed' && isOnTheWay(own.code))
      return { code: 'cut-off', detail: words.cutOff(everyone.failed, everyone.of) };
    if (refusing !== null && own.code === 'time-future')
      return { code: 'iec-clock', detail: words.hourRefused(refusing.refusing, refusing.of) };
    return own;
  }
  for (const id of ids) {
    const since = await lackingSince(head, chain, () => countedNumber(ledger.node(id), porLaRed));
    if (!serves(id)) continue;
    if (since === null) ledger.succeeded(id, period);
    else if (isMissed(phase, period, since)) {
      const own = ledger.node(id).trouble ?? { code: 'no-acuse', detail: words.onItsWay(head) };
      ledger.failed(id, { period, lacksSince: periodAt(phase, since), cause: causeOf(own) });
    }
  }
  return now;
}

/** As of this moment: an acuse that comes while the disk is read counts. @returns ms; null for a node that lacks nothing */
async function lackingSince(head: number, chain: Chain, numberNow: () => number): Promise<number | null> {
  for (;;) {
    const number = numberNow();
    // The night reports a fault of the chain at its next look; it excuses no node.
    const since = number >= head ? null : await chain.existsSince(number + 1).catch(() => Number.NEGATIVE_INFINITY);
    if (numberNow() === number) return since;
  }
}
