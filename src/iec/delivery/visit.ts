import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../format/limits.ts';
import { deliveryName } from '../../format/naming.ts';
import { type LinkOptions, openLink, type SftpLink } from '../link/sftp-link.ts';
import { isDistrust, type Told, Trouble, toldOf } from '../link/trouble.ts';
import { type ChainView, corteParcel, trustParcel } from '../record/chain-view.ts';
import { type KeptAcuses, keptAcuses, newestKept } from '../record/kept-acuses.ts';
import { idOf, type NodeTarget } from '../setup/config.ts';
import { type Hint, type Outbox, outboxOf } from './outbox.ts';
import { fetchMissing, lookForReceipts } from './receipts.ts';
import { type Parcel, type Placed, place } from './upload.ts';

/**
 * Brings one node up to date: what it lacks is learnt from what it has signed, and sent, trust documents first, then
 * cortes in their order; then its acuse is waited for, verified and kept.
 */

export interface DeliveryOptions extends LinkOptions {
  readonly panel: string;
  /** how long an answer to what was placed is waited for, ms, from the last sign of progress */
  readonly acuseMs: number;
  readonly now: () => number;
}

export interface Report {
  readonly target: NodeTarget;
  /** `refused`: something is not authentic, or the node refused; `failed`: it may be better at the next try */
  readonly outcome: 'up-to-date' | 'refused' | 'failed';
  /** the newest corte that the node has acknowledged, 0 for none; null where it could not be asked */
  readonly number: number | null;
  /** what went wrong; with `up-to-date`, what was noticed all the same */
  readonly trouble: Told | null;
  /** bytes sent, and seconds from the first to the report */
  readonly bytes: number;
  readonly seconds: number;
}

/** Cortes that may lie in the inbox unacknowledged: the node works while the next one is on its way. */
const AHEAD = 3;
const POLL_MS = { first: 120, most: 500 };
/** A delivery that nobody takes for so long makes us ask whether the node has lost what it once acknowledged. */
const DOUBT_MS = 5000;

/**
 * Never throws for what concerns the node: the report says it.
 * @param viewNow the chain as it stands: a corte that is issued meanwhile is brought on the same visit
 */
export async function bringUpToDate(target: NodeTarget, viewNow: () => ChainView, options: DeliveryOptions): Promise<Report> {
  const start = performance.now();
  const phase = viewNow().phase.name;
  const kept = keptAcuses(options.panel, target, phase);
  const findings: Findings = { asked: false, acknowledged: 0, notice: null, bytes: 0 };
  let told: Told | null = null;
  try {
    const link = await openLink(target, options);
    try {
      const outbox = outboxOf(link, target, phase);
      await deliver({
        target,
        get view() {
          return viewNow();
        },
        options,
        kept,
        findings,
        link,
        outbox,
        placed: new Map(),
        last: 0,
        since: start,
        signedAt: 0,
        doubted: false,
        again: false,
      });
    } finally {
      link.close();
    }
  } catch (error) {
    told = toldOf(error);
  }
  return {
    target,
    outcome: told === null ? 'up-to-date' : isDistrust(told.code) ? 'refused' : 'failed',
    number: findings.asked ? findings.acknowledged : null,
    trouble: told ?? (findings.notice && toldOf(findings.notice)),
    bytes: findings.bytes,
    seconds: Math.round((performance.now() - start) / 10) / 100,
  };
}

/** What a visit leaves behind, however it ends. */
interface Findings {
  /** whether the outbox was read */
  asked: boolean;
  /** by the node's own signature */
  acknowledged: number;
  /** what was noticed that does not keep the node from being served */
  notice: Trouble | null;
  bytes: number;
}

interface Visit {
  readonly target: NodeTarget;
  readonly view: ChainView;
  readonly options: DeliveryOptions;
  readonly kept: KeptAcuses;
  readonly findings: Findings;
  readonly link: SftpLink;
  readonly outbox: Outbox;
  /** what this visit put into the inbox, or found waiting there */
  readonly placed: Map<string, Placed>;
  /** the highest corte that was acknowledged or lies in the inbox */
  last: number;
  /** when the node last showed that it goes on, or got something to go on with; `performance.now()` */
  since: number;
  /** when the node signed the newest acuse that this visit saw, by its clock, ms */
  signedAt: number;
  /** the node has lost what it once acknowledged: its hint bounds what its old acuses say */
  doubted: boolean;
  /** a delivery was sent once more, whole */
  again: boolean;
}

async function deliver(visit: Visit): Promise<void> {
  const { outbox, findings } = visit;
  // Refusals of before are not of this visit: once read, they are not heard again.
  const [hint] = await Promise.all([outbox.hint(), outbox.newRefusals()]);
  findings.acknowledged = visit.last = await whereItStands(visit, hint.number);
  findings.asked = true;
  if (findings.acknowledged < visit.view.head) hasLost(visit, hint);
  const versions = visit.view.trust.filter((version) => version > hint.trust);
  for (const version of versions) await put(visit, await trustParcel(visit.view, version));
  visit.since = performance.now();
  for (;;) {
    await sendAhead(visit);
    if (findings.acknowledged >= visit.view.head && (await isTaken(visit, versions.at(-1)))) break;
    await waitForNews(visit, versions.at(-1));
  }
  await fetchOlderReceipts(visit);
}

/** Where to go on: from what the node has signed; if its outbox lies, from what it signed for us before, or hints at. */
async function whereItStands(visit: Visit, hinted: number | null): Promise<number> {
  const { view, kept, findings } = visit;
  const acknowledged = await readReceipts(visit);
  if (acknowledged > 0 || findings.notice === null) return acknowledged;
  const number = await newestKept(kept, view);
  return Math.min(number, hinted ?? number);
}

async function readReceipts(visit: Visit): Promise<number> {
  const { outbox, view, target, kept, findings, options, doubted } = visit;
  const { acknowledged, lie, signedAt } = await lookForReceipts(outbox, view, target, kept, findings.acknowledged);
  findings.notice ??= lie;
  if (signedAt !== null) visit.signedAt = signedAt;
  // An old acuse has an old hour; only one from the future tells something of a clock.
  if (signedAt !== null && signedAt > options.now()) noticeClock(findings, signedAt - options.now());
  if (!doubted) return acknowledged;
  return Math.max(findings.acknowledged, Math.min(acknowledged, (await outbox.hint()).number ?? acknowledged));
}

async function put(visit: Visit, parcel: Parcel): Promise<void> {
  const { link, target, findings, options } = visit;
  const done = await place(link, target, parcel, (bytes) => {
    findings.bytes += bytes;
  });
  visit.placed.set(parcel.name, done);
  if (done.clock !== null) noticeClock(findings, done.clock * 1000 - options.now());
}

/** A node that lies is served one corte at a time: what it signs for each shows whether to go on. */
async function sendAhead(visit: Visit): Promise<void> {
  const { findings } = visit;
  const ahead = findings.notice?.code.startsWith('acuse-') ? 1 : AHEAD;
  while (visit.last < visit.view.head && visit.last - findings.acknowledged < ahead) {
    if (await wasTaken(visit, visit.last + 1)) continue;
    await put(visit, await corteParcel(visit.view, visit.last + 1));
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
  const name = deliveryName({ kind: 'corte', phase: view.phase.name, number });
  const [waits, isAcknowledged] = await Promise.all([link.find(`${target.inbox}/${name}`), outbox.hasAcuse(number)]);
  if (waits || !isAcknowledged) return false;
  findings.acknowledged = await readReceipts(visit);
  visit.last = Math.max(visit.last, findings.acknowledged);
  return findings.acknowledged >= number;
}

/** @returns whether the newest trust document that we placed has left the inbox */
async function isTaken({ link, target, placed }: Visit, version: number | undefined): Promise<boolean> {
  if (version === undefined) return true;
  const name = deliveryName({ kind: 'trust', version });
  return !placed.has(name) || (await link.find(`${target.inbox}/${name}`)) === null;
}

/**
 * Returns as soon as something has changed that may let the visit go on.
 * @throws Trouble for a refusal, and when nothing changes for too long
 */
async function waitForNews(visit: Visit, version: number | undefined): Promise<void> {
  const { outbox, findings, options } = visit;
  const { head } = visit.view;
  for (let polls = 1, pause = POLL_MS.first; ; polls++, pause = Math.min(pause * 1.5, POLL_MS.most)) {
    await pauseFor(pause, options.signal);
    const waited = performance.now() - visit.since;
    const isLate = waited > options.acuseMs;
    if (await hearRefusal(visit, isLate)) return;
    if (visit.view.head > head) return; // there is more to send
    if (findings.acknowledged >= head) {
      if (await isTaken(visit, version)) return;
    } else if ((await outbox.hasAcuse(visit.last)) || polls % 4 === 0 || isLate) {
      const before = findings.acknowledged;
      findings.acknowledged = await readReceipts(visit);
      if (findings.acknowledged > before) {
        visit.last = Math.max(visit.last, findings.acknowledged);
        visit.since = performance.now();
        return;
      }
    }
    if (!visit.doubted && (isLate || waited > DOUBT_MS) && hasLost(visit, await outbox.hint())) return;
    if (isLate) throw await whyNot(visit);
  }
}

/** @throws Trouble with the node's code, unless what broke a connection may have spoiled what was refused */
async function hearRefusal(visit: Visit, thoroughly: boolean): Promise<boolean> {
  const { outbox, placed, target, findings } = visit;
  const refused = (await outbox.newRefusals(thoroughly)).find(({ delivery }) => placed.has(delivery));
  if (!refused) return false;
  if (placed.get(refused.delivery)?.resumed && !visit.again) {
    visit.again = true;
    visit.last = findings.acknowledged;
    visit.since = performance.now();
    return true;
  }
  throw new Trouble(refused.code, `${idOf(target)} refused ${refused.delivery}: ${refused.detail}`);
}

/**
 * Whether the node holds less than it once acknowledged (a new disk, an old backup): then it is served from there. A
 * status from before its newest acuse says nothing; an acuse is of a whole second.
 */
function hasLost(visit: Visit, hint: Hint): boolean {
  const { number, at } = hint;
  if (number === null || at === null || number >= visit.findings.acknowledged || at < visit.signedAt + 1000) return false;
  visit.doubted = true;
  visit.since = performance.now();
  visit.findings.acknowledged = visit.last = number;
  return true;
}

async function whyNot({ link, target, view, last, findings }: Visit): Promise<Trouble> {
  if (findings.notice?.code.startsWith('acuse-')) return findings.notice;
  const name = deliveryName({ kind: 'corte', phase: view.phase.name, number: Math.max(findings.acknowledged + 1, 1) });
  if (await link.find(`${target.inbox}/${name}`)) {
    return new Trouble('not-taken', `${name} lies in ${target.inbox} on ${target.host} and nobody takes it`);
  }
  return new Trouble('no-acuse', `no acuse of corte ${last} has come from ${idOf(target)}`);
}

/** A hole in the record for our own reasons is filled; one for the node's is noticed. */
async function fetchOlderReceipts({ outbox, view, target, kept, findings }: Visit): Promise<void> {
  try {
    await fetchMissing(outbox, view, target, kept, findings.acknowledged);
  } catch (error) {
    if (!(error instanceof Trouble) || !error.code.startsWith('acuse-')) throw error;
    findings.notice ??= error;
  }
}

/** A Difusor refuses what is over 300 s ahead of its clock; half of that is worth a word. */
function noticeClock(findings: Findings, aheadMs: number): void {
  const seconds = Math.round(aheadMs / 1000);
  if (Math.abs(seconds) < LIMITS.clockSkewSeconds / 2) return;
  const way = seconds > 0 ? 'ahead of' : 'behind';
  findings.notice ??= new Trouble('clock-skew', `its clock is ${Math.abs(seconds)} s ${way} the IEC's`);
}

async function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    throw new Trouble('connection-lost', 'given up by the IEC', { cause });
  }
}
