import { setTimeout as sleep } from 'node:timers/promises';
import { readStatement } from '../../chain/chain-folder.ts';
import { deliveryName } from '../../format/naming.ts';
import { givenUp } from '../link/trouble.ts';
import { hasLost, whyNot } from './doubts.ts';
import { hearRefusal } from './refused.ts';
import { gotOn, readReceipts, type Visit } from './visit.ts';

/** Waits for a node's answer to what was placed: an acuse, a refusal, or nothing for too long. */

const POLL_MS = { first: 120, most: 500 };
/** If nobody takes a delivery for this long, we check whether the node has lost what it once acknowledged. */
const DOUBT_MS = 5000;

/**
 * @param version the newest trust document that this visit placed, if it placed one
 * @returns whether it need not be waited for: the node has it (a refused one leaves the inbox, too), or has said why not
 */
export async function isSettled(visit: Visit, version: number | undefined): Promise<boolean> {
  const { link, target, outbox, view, findings, untaken } = visit;
  if (version === undefined || untaken) return true;
  const name = deliveryName({ kind: 'trust', version });
  if ((await link.find(`${target.inbox}/${name}`)) !== null) return false;
  if ((await outbox.hint()).trust >= version) return true;
  // Nobody admits a corte without the trust document that it names; without a daemon, its acuse alone tells.
  const { chain, phase } = view();
  const { acknowledged } = findings;
  return acknowledged > 0 && (await readStatement(chain, phase.name, acknowledged)).statement.trust.version >= version;
}

/**
 * Waits until something has changed that may let the visit continue.
 * @param version as in {@link isSettled}
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
      if (await isSettled(visit, version)) return;
    } else if ((await outbox.hasAcuse(visit.last)) || polls % 4 === 0 || isLate) {
      if (await hasCome(visit)) return;
    }
    if (!visit.doubted && (isLate || waited > DOUBT_MS) && hasLost(visit, await outbox.hint())) return;
    if (isLate) throw visit.untaken ?? (await whyNot(visit));
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

async function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    throw givenUp(cause);
  }
}
