import { lstatSync } from 'node:fs';
import { basename } from 'node:path';
import { lastNumber } from '../../chain/chain-folder.ts';
import { parseDeliveryName, trustFile, trustSignatureFile } from '../../format/naming.ts';
import { type Code, Refusal } from '../../format/refusal.ts';
import { reconcile } from '../care/reconcile.ts';
import { openCorteDelivery, readTrustDelivery } from '../inbox/delivery.ts';
import { look, type Waiting } from '../inbox/look.ts';
import { discard, type Judged, setAside, showRefused, trimRefused } from '../inbox/refused.ts';
import type { Node } from '../state/node.ts';
import { asOwn } from '../state/own-chain.ts';
import { admitCorte } from './corte.ts';
import { admitTrust } from './trust.ts';

/** One pass over deliveries: each gets its outcome, and none keeps the next from having its own. */

/** As `difusor admit --json` prints it. */
export interface Verdict {
  readonly delivery: string;
  readonly outcome: 'admitted' | 'already-admitted' | 'deferred' | 'refused';
  readonly code: Code | null;
  /** null for a trust document, and where the name announces nothing */
  readonly phase: string | null;
  /** the corte's number, or the trust document's version */
  readonly number: number | null;
  readonly detail: string | null;
}

/**
 * What was seen of deliveries that stay in the inbox: looking at them again costs time and can change nothing, until
 * they or the node's own state change. Also when each was first seen.
 */
export interface Memory {
  readonly seen: Map<string, Seen>;
  /** where the chain stood after the last pass; it differs where another process admitted something meanwhile */
  standing: string | null;
}

interface Seen {
  /** ms */
  readonly since: number;
  /** how the folder looked */
  readonly look: string;
  /** the node's admissions, on which what was deferred depends; null for what no admission can change */
  readonly admissions: number | null;
  /** ms; after it the delivery is tried again all the same */
  readonly until: number;
}

export function newMemory(): Memory {
  return { seen: new Map(), standing: null };
}

/** After a failure of the disk (not a verdict) a delivery is tried again this much later, ms. */
const RETRY_MS = 15_000;

/** A pass ends after so many refusals, and the next one looks first at what has arrived meanwhile. */
const REFUSED_AT_ONCE = 200;

/** @returns the verdicts of this pass; what failed for reasons of the machine is told as an event and tried again */
export async function takeInbox(node: Node, memory: Memory): Promise<Verdict[]> {
  const heads = await headsOf(node);
  if (memory.standing !== null && memory.standing !== standingOf(node, heads)) node.admissions += 1;
  const waiting = await look(node.inbox, node.now(), heads);
  const names = new Set(waiting.map(({ name }) => name));
  for (const name of memory.seen.keys()) if (!names.has(name)) memory.seen.delete(name);
  const verdicts: Verdict[] = [];
  let refused = 0;
  for (const one of waiting) {
    if (refused >= REFUSED_AT_ONCE) break;
    const now = node.now();
    const before = memory.seen.get(one.name);
    const look = lookOf(one);
    const isNews = before?.look !== look;
    const isSettled = before && (before.admissions === null || before.admissions === node.admissions) && now < before.until;
    if (!isNews && isSettled) continue;
    const since = before?.since ?? now;
    try {
      const { verdict, judged } = await judge(node, one, since);
      verdicts.push(verdict);
      if (verdict.outcome === 'refused') refused += 1;
      const admissions = verdict.outcome === 'deferred' ? node.admissions : null;
      if (await settle(node, one, verdict, judged, isNews)) memory.seen.delete(one.name);
      else memory.seen.set(one.name, { since, look: lookOf(one), admissions, until: Infinity });
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      node.tell({ event: 'error', what: `delivery ${one.name}`, detail });
      memory.seen.set(one.name, { since, look: lookOf(one), admissions: null, until: now + RETRY_MS });
    }
  }
  memory.standing = standingOf(node, await headsOf(node));
  if (refused > 0) {
    await trimRefused(node);
    await showRefused(node);
  }
  return verdicts;
}

/** The number of the newest corte of each phase of the newest trust document. */
async function headsOf(node: Node): Promise<Map<string, number>> {
  const heads = new Map<string, number>();
  for (const { name } of node.trust.newest.document.phases) heads.set(name, await lastNumber(node.rooms.chain, name));
  return heads;
}

function standingOf(node: Node, heads: ReadonlyMap<string, number>): string {
  return JSON.stringify([node.trust.newest.document.version, ...heads]);
}

/** Thrown through a pass to stop it: see {@link Node.step}. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Judges folders that an administrator names; they are left where they are. */
export async function takeNamed(node: Node, folder: string): Promise<Verdict> {
  const name = basename(folder);
  return (await judge(node, { name, path: folder, announces: parseDeliveryName(name) }, node.now())).verdict;
}

/**
 * @returns the verdict, and the bytes that it is about as far as they were read
 * @throws Error for a failure that is no verdict
 */
async function judge(node: Node, waiting: Waiting, since: number): Promise<{ verdict: Verdict; judged: Judged }> {
  const { name, path, announces } = waiting;
  const base = {
    delivery: name,
    phase: announces?.kind === 'corte' ? announces.phase : null,
    number: announces?.kind === 'corte' ? announces.number : (announces?.version ?? null),
  };
  let judged: Judged = {};
  const reads = (files: Judged) => {
    judged = files;
  };
  try {
    if (!announces) throw new Refusal('delivery-malformed', `${JSON.stringify(name)} is no delivery's name`);
    const outcome =
      announces.kind === 'trust'
        ? await takeTrust(node, String(path), announces.version, reads)
        : await takeCorte(node, String(path), announces, since, reads);
    return { verdict: { ...base, outcome, code: null, detail: null }, judged };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const outcome = error.deferred ? 'deferred' : 'refused';
    return { verdict: { ...base, outcome, code: error.code, detail: error.detail }, judged };
  }
}

async function takeTrust(
  node: Node,
  folder: string,
  version: number,
  reads: (files: Judged) => void,
): Promise<'admitted' | 'already-admitted'> {
  const delivered = await readTrustDelivery(folder, version);
  const signatures = delivered.signatures.map((file, i) => [trustSignatureFile(version, delivered.names[i] as string), file]);
  reads({ [trustFile(version)]: delivered.bytes, ...Object.fromEntries(signatures) });
  const outcome = await admitTrust(node, version, delivered);
  if (outcome === 'admitted') await asOwn(reconcile(node)); // it may disown cortes, or move hours
  return outcome;
}

async function takeCorte(
  node: Node,
  folder: string,
  place: { readonly phase: string; readonly number: number },
  since: number,
  reads: (files: Judged) => void,
): Promise<'admitted' | 'already-admitted'> {
  const delivery = await openCorteDelivery(folder);
  reads({ 'corte.json': delivery.corteJson, 'corte.json.sig': delivery.signature });
  try {
    return await admitCorte(node, delivery, place, since);
  } finally {
    await delivery.close();
  }
}

/** Does with a delivery what its verdict asks for. @returns whether it has left the inbox */
async function settle(node: Node, waiting: Waiting, verdict: Verdict, judged: Judged, isNews: boolean): Promise<boolean> {
  const { outcome, code, detail, delivery } = verdict;
  if (outcome === 'admitted' || outcome === 'already-admitted') return discard(node, waiting);
  if (code === null || detail === null) return false;
  if (isNews) node.tell({ event: outcome, delivery, code, detail });
  return outcome === 'refused' ? setAside(node, waiting, code, detail, judged) : false;
}

/** How a folder looks from outside: while it looks the same, its bytes are the same or its owner means to deceive himself. */
function lookOf({ path }: Waiting): string {
  const seen = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return seen ? `${seen.ino} ${seen.mtimeNs} ${seen.ctimeNs}` : 'gone';
}
