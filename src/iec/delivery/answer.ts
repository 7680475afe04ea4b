import { setTimeout as sleep } from 'node:timers/promises';
import { deliveryName, parseDeliveryName } from '../../format/naming.ts';
import { Trouble } from '../link/trouble.ts';
import { idOf } from '../setup/config.ts';
import { hasLost, whyNot } from './doubts.ts';
import { gotOn, readReceipts, type Visit } from './visit.ts';

/** Waits for a node's answer to what was placed: an acuse, a refusal, or nothing for too long. */

const POLL_MS = { first: 120, most: 500 };
/** If nobody takes a delivery for this long, we check whether the node has lost what it once acknowledged. */
const DOUBT_MS = 5000;

/**
 * @param version the newest trust document that this visit placed, if it placed one
 * @returns whether it has left the inbox
 */
export async function isTaken({ link, target, placed }: Visit, version: number | undefined): Promise<boolean> {
  if (version === undefined) return true;
  const name = deliveryName({ kind: 'trust', version });
  return !placed.has(name) || (await link.find(`${target.inbox}/${name}`)) === null;
}

/**
 * Waits until something has changed that may let the visit continue.
 * @param version as in {@link isTaken}
 * @throws Trouble for a refusal, and when nothing changes for too long
 */
export async function waitForNews(visit: Visit, version: number | undefined): Promise<void> {
  const { outbox, findings, options } = visit;
  const { head } = visit.view(); // as this wait began: a newer corte ends it
  for (let polls = 1, pause = POLL_MS.first; ; polls++, pause = Math.min(pause * 1.5, POLL_MS.most)) {
    await pauseFor(pause, options.signal);
    const waited = performance.now() - visit.since;
    const isLate = waited > options.acuseMs;
    if (await hearRefusal(visit, isLate)) return;
    if (visit.view().head > head) return; // there is more to send
    if (findings.acknowledged >= head) {
      if (await isTaken(visit, version)) return;
    } else if ((await outbox.hasAcuse(visit.last)) || polls % 4 === 0 || isLate) {
      if (await hasCome(visit)) return;
    }
    if (!visit.doubted && (isLate || waited > DOUBT_MS) && hasLost(visit, await outbox.hint())) return;
    if (isLate) throw await whyNot(visit);
  }
}

/** Whether the node has acknowledged more than before. */
async function hasCome(visit: Visit): Promise<boolean> {
  const { findings } = visit;
  const before = findings.acknowledged;
  findings.acknowledged = await readReceipts(visit);
  if (findings.acknowledged <= before) return false;
  visit.last = Math.max(visit.last, findings.acknowledged);
  visit.since = performance.now();
  gotOn(visit, findings.acknowledged - before);
  return true;
}

/**
 * @param thoroughly reads the refusals even if they look as before
 * @returns whether the refused delivery is to be sent once more: a broken connection may have damaged it, or what was
 *   refused may be what was there before this visit
 * @throws Trouble with the node's code for any other refusal of what this visit placed
 */
async function hearRefusal(visit: Visit, thoroughly: boolean): Promise<boolean> {
  const { outbox, placed, target, findings } = visit;
  const refused = (await outbox.newRefusals(thoroughly)).find(({ delivery }) => placed.has(delivery));
  if (!refused) return false;
  const { how, resumed, clock } = placed.get(refused.delivery)!;
  // What lay there before we came may be somebody else's, whatever its name.
  const isOurs = how === 'placed';
  if (!isOurs && parseDeliveryName(refused.delivery)?.kind === 'trust') {
    throw new Trouble('not-taken', `what lay in the way of ${refused.delivery} was put aside: ${refused.detail}`);
  }
  // The node may have written only now why it refused what had this name before. Its clock was read in whole seconds.
  const isOlder = refused.at !== null && clock !== null && refused.at < (clock + 1) * 1000;
  if ((resumed || !isOurs || isOlder) && !visit.again) {
    visit.again = true;
    visit.last = findings.acknowledged;
    visit.since = performance.now();
    return true;
  }
  throw new Trouble(refused.code, `${idOf(target)} refused ${refused.delivery}: ${refused.detail}`);
}

async function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    throw new Trouble('connection-lost', 'given up by the IEC', { cause });
  }
}
