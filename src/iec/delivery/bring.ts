import { openLink } from '../link/open-link.ts';
import { isDistrust, type Told, Trouble, toldOf } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import { keptAcuses, newestKept } from '../record/kept-acuses.ts';
import type { Report } from '../record/report.ts';
import type { NodeTarget } from '../setup/config.ts';
import { isSettled, waitForNews } from './answer.ts';
import { hasLost } from './doubts.ts';
import { type Hint, outboxOf } from './outbox.ts';
import { trustParcel } from './parcels.ts';
import { fetchMissing, isLie } from './receipts.ts';
import { put, sendAhead } from './send.ts';
import { isDoubtful, silenceAfter } from './sign.ts';
import { type DeliveryOptions, type Findings, readReceipts, type Visit } from './visit.ts';

/**
 * Brings one node up to date. What it lacks follows from what it has signed; trust documents are sent first, then
 * cortes in their order. Then its acuse is awaited, verified and kept. Never throws for a trouble with the node: the
 * report says it.
 * @param view the chain as it stands when it is called: a corte that is issued meanwhile is brought on the same visit
 */
export async function bringUpToDate(target: NodeTarget, view: () => ChainView, options: DeliveryOptions): Promise<Report> {
  const start = performance.now();
  const findings: Findings = { asked: false, acknowledged: 0, notice: null, silentSince: undefined, bytes: 0 };
  let told: Told | null = null;
  try {
    await visitNode(target, view, options, findings);
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
    silentSince: findings.silentSince,
  };
}

/** @throws Trouble, Error for whatever ends the visit before the node has everything; the findings stay */
async function visitNode(target: NodeTarget, view: () => ChainView, options: DeliveryOptions, findings: Findings): Promise<void> {
  const phase = view().phase.name; // an IEC serves one phase
  const link = await openLink(target, options);
  try {
    await deliver({
      target,
      view,
      options,
      kept: keptAcuses(options.panel, target, phase, options.kept),
      findings,
      link,
      outbox: outboxOf(link, target, phase),
      placed: new Map(),
      last: 0,
      since: performance.now(),
      signedAt: 0,
      doubted: false,
      again: new Set(),
      untaken: null,
    });
  } finally {
    link.close();
  }
}

async function deliver(visit: Visit): Promise<void> {
  const { outbox, findings, options } = visit;
  // Refusals from before this visit do not concern it: reading them now means that only later ones are new.
  const [hint] = await Promise.all([outbox.hint(), outbox.newRefusals()]);
  const began = performance.now();
  findings.acknowledged = visit.last = await whereItStands(visit, hint.number);
  findings.asked = true;
  if (hint.at !== null && !isDoubtful(hint, options.now())) findings.silentSince = null;
  const before = findings.acknowledged;
  try {
    await bring(visit, hint);
    if (findings.acknowledged > before) findings.silentSince = null;
  } catch (error) {
    const isUnanswered = error instanceof Trouble && (error.code === 'not-taken' || error.code === 'no-acuse');
    if (isUnanswered) findings.silentSince = await silenceAfter(outbox, hint, performance.now() - began).catch(() => undefined);
    throw error;
  }
}

/** Sends what the node lacks and waits for its answers. @param hint its status as the visit began */
async function bring(visit: Visit, hint: Hint): Promise<void> {
  const { findings } = visit;
  const atStart = visit.view();
  if (findings.acknowledged < atStart.head) hasLost(visit, hint);
  // A trust document that is issued during this visit is sent on the next one.
  const versions = atStart.trust.filter((version) => version > hint.trust);
  for (const version of versions) await put(visit, await trustParcel(atStart, version));
  visit.since = performance.now();
  for (;;) {
    await sendAhead(visit);
    if (findings.acknowledged >= visit.view().head && (await isSettled(visit, versions.at(-1)))) break;
    await waitForNews(visit, versions.at(-1));
  }
  await fetchOlderReceipts(visit);
  if (visit.untaken) throw visit.untaken;
}

/**
 * Where to continue: after what the node has signed; if its outbox lies, after what it signed for us earlier, or what
 * it hints at.
 */
async function whereItStands(visit: Visit, hinted: number | null): Promise<number> {
  const { view, kept, findings } = visit;
  const acknowledged = await readReceipts(visit);
  if (acknowledged > 0 || findings.notice === null) return acknowledged;
  const number = await newestKept(kept, view());
  return Math.min(number, hinted ?? number);
}

/** Fetches the acuses that the record lacks for our own reasons, and notices those that the node lacks. */
async function fetchOlderReceipts({ outbox, view, target, kept, findings, link, options }: Visit): Promise<void> {
  try {
    await fetchMissing(outbox, view(), target, kept, findings.acknowledged, () => link.extend(options.acuseMs / 30));
  } catch (error) {
    if (!isLie(error)) throw error;
    findings.notice ??= error;
  }
}
