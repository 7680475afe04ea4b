import { lstatSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parseDeliveryName } from '../../format/naming.ts';
import type { Said } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { Interrupted } from '../../service/steps.ts';
import { settlePresentations } from '../care/presentations.ts';
import { isOfTraer, lookInto, lookIntoTraer, type Waiting } from '../inbox/look.ts';
import { showRefused } from '../inbox/reasons.ts';
import { discard, type Judged, setAside, trimRefused } from '../inbox/refused.ts';
import { countRefused } from '../inbox/refused-count.ts';
import { headsOf, type Node } from '../phase/node.ts';
import { words } from '../words.ts';
import { judge, type Verdict } from './judge.ts';
import { isGivenUp, type Memory, newMemory } from './memory.ts';

/** One pass over deliveries. Each gets its own outcome, and none can keep the next from getting one. */

/** After a failure of the disk (not a verdict) a delivery is tried again this much later, ms. */
const RETRY_MS = 15_000;

/** A pass ends after this many refusals, so that the next one looks first at what has arrived meanwhile. */
const REFUSED_AT_ONCE = 200;

/**
 * Each inbox by itself: what fills the one, or keeps us from looking into it, does not keep us from the other. That of
 * `cotejo traer` belongs to an account that a stranger may come to have, so what is wrong with it is told and nothing more.
 * @param node with its phases just opened
 * @returns the verdicts of this pass; what failed for reasons of the machine is told as an event and tried again
 * @throws Error where the IEC's inbox can't be looked into, after the other one was taken
 */
export async function takeInbox(node: Node, memory: Memory): Promise<Verdict[]> {
  if (memory.standing !== null && memory.standing !== standingOf(node)) node.admissions += 1;
  const verdicts: Verdict[] = [];
  const take = async (isOf: (delivery: string) => boolean, look: () => Promise<Waiting[]>) => {
    const waiting = await look();
    const names = new Set(waiting.map(({ name }) => name));
    for (const name of memory.seen.keys()) if (isOf(name) && !names.has(name)) memory.seen.delete(name);
    verdicts.push(...(await takeAll(node, memory, waiting)));
  };
  const failure = await failureOf(() =>
    take(
      (name) => !isOfTraer(name),
      () => lookInto(node.inbox, node.now(), headsOf(node), node.taken),
    ),
  );
  const { inboxOfTraer } = node;
  const detail =
    inboxOfTraer &&
    (await failureOf(() => take(isOfTraer, () => lookIntoTraer(inboxOfTraer, node.now(), headsOf(node), node.taken))));
  if (detail && detail.said.en !== memory.troubleOfTraer)
    node.tell({ event: 'error', what: words.inboxOfTraer, detail: detail.said });
  memory.troubleOfTraer = detail ? detail.said.en : null;
  memory.standing = standingOf(node);
  await afterVerdicts(node, verdicts);
  if (failure) throw failure.error;
  return verdicts;
}

async function failureOf(work: () => Promise<void>): Promise<{ readonly error: unknown; readonly said: Said } | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return { error, said: saidBy(error) };
  }
}

/** What follows from the verdicts of a pass, once for all of them. */
async function afterVerdicts(node: Node, verdicts: readonly Verdict[]): Promise<void> {
  const refused = verdicts.filter(({ outcome }) => outcome === 'refused');
  if (refused.length > 0) {
    const ofTheIec = refused.filter(({ delivery }) => !isOfTraer(delivery)).length;
    if (ofTheIec > 0) await countRefused(node.rooms.refusedCount, ofTheIec, node.now());
    await trimRefused(node);
    await showRefused(node);
  }
  if (verdicts.some(({ outcome }) => outcome === 'admitted')) await settlePresentations(node);
}

async function takeAll(node: Node, memory: Memory, waiting: readonly Waiting[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let refused = 0;
  for (const one of waiting) {
    if (refused >= REFUSED_AT_ONCE) break;
    const now = node.now();
    const before = memory.seen.get(one.name);
    const look = lookOf(one);
    const isNews = before?.look !== look;
    const isSettled =
      before && (before.admissions === null || before.admissions === node.admissions) && node.elapsed() < before.until;
    const isOver = isGivenUp(before, node.elapsed());
    if (!isNews && isSettled && !isOver) continue;
    const since = before?.since ?? now;
    try {
      const { verdict, judged } = await judge(node, one, since, isOver);
      verdicts.push(verdict);
      if (verdict.outcome === 'refused') refused += 1;
      const isDeferred = verdict.outcome === 'deferred';
      const admissions = isDeferred ? node.admissions : null;
      const isLacking = isDeferred && verdict.code === 'delivery-incomplete';
      const lacksSince = isLacking ? (before?.lacksSince ?? node.elapsed()) : null;
      if (await settle(node, one, verdict, judged, isNews || isOver)) memory.seen.delete(one.name);
      else memory.seen.set(one.name, { since, lacksSince, look: lookOf(one), admissions, until: Infinity });
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      node.tell({ event: 'error', what: words.delivery(one.name), detail: saidBy(error) });
      const lacksSince = before?.lacksSince ?? null;
      memory.seen.set(one.name, { since, lacksSince, look: lookOf(one), admissions: null, until: node.elapsed() + RETRY_MS });
    }
  }
  return verdicts;
}

/** Passes in a row that admit nothing: whoever fills the inbox with junk as fast as it is emptied can't keep us at it. */
const IDLE_PASSES = 10;

/**
 * Looks at the inbox until nothing more can be done: one look takes no more than its bounds, and what lies there may be
 * many times that.
 * @param told hears each verdict as it is made; what is deferred until the end, at the end
 */
export async function takeWholeInbox(node: Node, told: (verdict: Verdict) => void): Promise<void> {
  const memory = newMemory();
  const deferred = new Map<string, Verdict>();
  for (let idle = 0; idle < IDLE_PASSES; idle++) {
    const verdicts = await takeInbox(node, memory);
    for (const verdict of verdicts) {
      deferred.delete(verdict.delivery);
      if (verdict.outcome === 'deferred') deferred.set(verdict.delivery, verdict);
      else told(verdict);
    }
    if (verdicts.every(({ outcome }) => outcome === 'deferred')) break;
    if (verdicts.some(({ outcome }) => outcome === 'admitted')) idle = -1;
  }
  for (const verdict of deferred.values()) told(verdict);
}

function standingOf(node: Node): string {
  return JSON.stringify([node.trust.newest.document.version, ...headsOf(node)]);
}

/** Judges folders that an administrator names; they are left where they are. */
export async function takeNamed(node: Node, folder: string): Promise<Verdict> {
  const name = basename(folder);
  const waiting = { name, inbox: dirname(folder), path: folder, announces: parseDeliveryName(name) };
  return (await judge(node, waiting, node.now(), false)).verdict;
}

/** Does with a delivery what its verdict asks for. @returns whether it has left the inbox */
async function settle(node: Node, waiting: Waiting, verdict: Verdict, judged: Judged, isNews: boolean): Promise<boolean> {
  const { outcome, code, detail, delivery } = verdict;
  if (outcome === 'admitted' || outcome === 'already-admitted') return discard(node, waiting);
  if (code === null || detail === null) return false;
  if (isNews) node.tell({ event: outcome, delivery, code, detail });
  return outcome === 'refused' ? setAside(node, waiting, code, detail, judged) : false;
}

/**
 * How a folder looks from outside. While this stays the same the folder has not changed, unless its owner took pains to
 * hide a change.
 */
function lookOf({ path }: Waiting): string {
  const seen = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return seen ? `${seen.ino} ${seen.mtimeNs} ${seen.ctimeNs}` : 'gone';
}
