import { deliveryName } from '../../format/naming.ts';
import { corteParcel, type Parcel } from './parcels.ts';
import { place } from './upload.ts';
import { gotOn, isLying, noticeClock, readReceipts, type Visit } from './visit.ts';

/** Decides what is sent in a visit, and how far ahead of the node's acuses. */

/** Cortes that may lie in the inbox unacknowledged: the node works while the next one is on its way. */
const AHEAD = 3;

/** Puts one delivery into the inbox and records what was seen meanwhile. @throws as {@link place} */
export async function put(visit: Visit, parcel: Parcel): Promise<void> {
  const { link, target, findings, options, again } = visit;
  const sent = (bytes: number) => {
    findings.bytes += bytes;
  };
  // What is sent a second time is all ours: of what lies there, something may be why the first was refused.
  const done = await place(link, target, parcel, sent, again.has(parcel.name));
  // What this visit placed and nobody has taken yet stays ours when it is found waiting.
  const isOwn = done.how === 'waiting' && visit.placed.get(parcel.name)?.how === 'placed';
  if (!isOwn) visit.placed.set(parcel.name, done);
  if (done.clock !== null) noticeClock(findings, done.clock * 1000 - options.now());
}

/**
 * Sends the cortes that the node lacks, up to the newest there is by now or as far ahead as may be. A node with false
 * acuses is served one corte at a time: its acuse for each shows whether to continue.
 */
export async function sendAhead(visit: Visit): Promise<void> {
  const { findings } = visit;
  const ahead = isLying(visit) ? 1 : AHEAD;
  while (visit.last < visit.view().head && visit.last - findings.acknowledged < ahead) {
    if (await wasTaken(visit, visit.last + 1)) continue;
    await put(visit, await corteParcel(visit.view(), visit.last + 1));
    if (visit.last === findings.acknowledged) visit.since = performance.now();
    visit.last += 1;
  }
}

/**
 * Whether a corte that an earlier visit placed has been admitted since this one looked: a delivery leaves the inbox only
 * once its acuse is out, and a node answers in the order in which it is asked.
 */
async function wasTaken(visit: Visit, number: number): Promise<boolean> {
  const { link, outbox, target, view, findings } = visit;
  const name = deliveryName({ kind: 'corte', phase: view().phase.name, number });
  const [waits, isAcknowledged] = await Promise.all([link.find(`${target.inbox}/${name}`), outbox.hasAcuse(number)]);
  if (waits || !isAcknowledged) return false;
  const before = findings.acknowledged;
  findings.acknowledged = await readReceipts(visit);
  gotOn(visit, findings.acknowledged - before);
  visit.last = Math.max(visit.last, findings.acknowledged);
  return findings.acknowledged >= number;
}
