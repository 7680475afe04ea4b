import { parseDeliveryName } from '../../format/naming.ts';
import { Trouble } from '../link/trouble.ts';
import { idOf } from '../setup/config.ts';
import { trustParcel } from './parcels.ts';
import { put } from './send.ts';
import type { Visit } from './visit.ts';
import { words } from './words.ts';

/**
 * What a node refused: ours, or what had the same name. Whoever may write to the inbox can put anything under the name
 * of a delivery; a node is never said to have refused what we did not give it.
 */

/**
 * @param thoroughly reads the refusals even if they look as before
 * @returns whether the visit goes on: what was refused is sent once more, since a broken connection may have damaged it
 *   or it may be what was there before this visit; or it is a trust document, and is told when the cortes are brought
 * @throws Trouble with the node's code for any other refusal of what this visit placed; `not-taken` where what lies in
 *   the way was refused a second time
 */
export async function hearRefusal(visit: Visit, thoroughly: boolean): Promise<boolean> {
  const { outbox, placed, again, target, link } = visit;
  const known = (await outbox.newRefusals(thoroughly)).filter(({ delivery }) => placed.has(delivery));
  // The trust document goes first: what was refused beside it may only have lacked it.
  const refused = known.find(({ delivery }) => isTrust(delivery)) ?? known[0];
  if (!refused) return false;
  const { delivery, at, code, detail } = refused;
  const { how, resumed, named } = placed.get(delivery)!;
  // The node may say only now why it refused what had this name while ours was on its way. Its clock was read in whole seconds.
  const isOlder = at !== null && named !== null && at < (named + 1) * 1000;
  // What is refused has left the inbox by the time the node says so.
  if (isOlder && (await link.find(`${target.inbox}/${delivery}`)) !== null) return false;
  const isOurs = how === 'placed';
  if ((resumed || !isOurs || isOlder) && !again.has(delivery)) {
    await sendOnceMore(visit, delivery);
    return true;
  }
  const trouble = isOurs
    ? new Trouble(code, words.refused(idOf(target), delivery, detail))
    : new Trouble('not-taken', words.putAside(delivery, detail));
  if (!isTrust(delivery)) throw trouble;
  if (visit.untaken) return false;
  visit.untaken = trouble;
  return true;
}

/** Places a trust document again, and lets the cortes be sent again from the first that is not acknowledged. */
async function sendOnceMore(visit: Visit, delivery: string): Promise<void> {
  visit.again.add(delivery);
  visit.placed.delete(delivery); // what has this name from now on is not what we placed
  const announces = parseDeliveryName(delivery);
  if (announces?.kind === 'trust') await put(visit, await trustParcel(visit.view(), announces.version));
  visit.last = visit.findings.acknowledged;
  visit.since = performance.now();
}

function isTrust(delivery: string): boolean {
  return parseDeliveryName(delivery)?.kind === 'trust';
}
