import { lstatSync } from 'node:fs';
import { basename } from 'node:path';
import { parseDeliveryName } from '../format/naming.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import { admitCorte } from './admission.ts';
import { openCorteDelivery, readTrustDelivery } from './delivery.ts';
import { look, type Waiting } from './inbox.ts';
import type { Node } from './node.ts';
import { reconcile } from './reconcile.ts';
import { discard, setAside } from './refused.ts';
import { admitTrust } from './trust-admission.ts';

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
  readonly seen: Map<string, { readonly since: number; readonly look: string; readonly until: number }>;
}

export function newMemory(): Memory {
  return { seen: new Map() };
}

/** After a failure of the disk (not a verdict) a delivery is tried again this much later, ms. */
const RETRY_MS = 15_000;

/** @returns the verdicts of this pass; what failed for reasons of the machine is told as an event and tried again */
export async function takeInbox(node: Node, memory: Memory): Promise<Verdict[]> {
  const waiting = await look(node.inbox, node.now());
  const names = new Set(waiting.map(({ name }) => name));
  for (const name of memory.seen.keys()) if (!names.has(name)) memory.seen.delete(name);
  const verdicts: Verdict[] = [];
  for (const one of waiting) {
    const now = node.now();
    const before = memory.seen.get(one.name);
    const looks = lookOf(node, one);
    if (before && before.look === looks && now < before.until) continue;
    const since = before?.since ?? now;
    try {
      const verdict = await judge(node, one, since);
      verdicts.push(verdict);
      if (await settle(node, one, verdict, before === undefined || before.look !== looks)) memory.seen.delete(one.name);
      else memory.seen.set(one.name, { since, look: lookOf(node, one), until: Infinity });
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      node.tell({ event: 'error', what: `delivery ${one.name}`, detail });
      memory.seen.set(one.name, { since, look: lookOf(node, one), until: now + RETRY_MS });
    }
  }
  return verdicts;
}

/** Thrown through a pass to stop it: see {@link Node.step}. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Judges folders that an administrator names; they are left where they are. */
export async function takeNamed(node: Node, folder: string): Promise<Verdict> {
  const name = basename(folder);
  return judge(node, { name, path: folder, announces: parseDeliveryName(name) }, node.now());
}

/** @throws Error for a failure that is no verdict */
async function judge(node: Node, waiting: Waiting, since: number): Promise<Verdict> {
  const { name, path, announces } = waiting;
  const base = {
    delivery: name,
    phase: announces?.kind === 'corte' ? announces.phase : null,
    number: announces?.kind === 'corte' ? announces.number : (announces?.version ?? null),
  };
  try {
    if (!announces) throw new Refusal('delivery-malformed', `${JSON.stringify(name)} is no delivery's name`);
    const outcome =
      announces.kind === 'trust'
        ? await takeTrust(node, String(path), announces.version)
        : await takeCorte(node, String(path), announces, since);
    return { ...base, outcome, code: null, detail: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...base, outcome: error.deferred ? 'deferred' : 'refused', code: error.code, detail: error.detail };
  }
}

async function takeTrust(node: Node, folder: string, version: number): Promise<'admitted' | 'already-admitted'> {
  const outcome = await admitTrust(node, version, await readTrustDelivery(folder, version));
  if (outcome === 'admitted') await reconcile(node); // it may disown cortes, or move hours
  return outcome;
}

async function takeCorte(
  node: Node,
  folder: string,
  place: { readonly phase: string; readonly number: number },
  since: number,
): Promise<'admitted' | 'already-admitted'> {
  const delivery = await openCorteDelivery(folder);
  try {
    return await admitCorte(node, delivery, place, since);
  } finally {
    await delivery.close();
  }
}

/** Does with a delivery what its verdict asks for. @returns whether it has left the inbox */
async function settle(node: Node, waiting: Waiting, verdict: Verdict, isNews: boolean): Promise<boolean> {
  const { outcome, code, detail, delivery } = verdict;
  if (outcome === 'admitted' || outcome === 'already-admitted') return discard(node, waiting);
  if (code === null || detail === null) return false;
  if (isNews) node.tell({ event: outcome, delivery, code, detail });
  return outcome === 'refused' ? setAside(node, waiting, code, detail) : false;
}

/** All that a verdict may depend on while the bytes stay: how the folder looks, and where the node stands. */
function lookOf(node: Node, { path }: Waiting): string {
  const seen = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return seen ? `${seen.ino} ${seen.mtimeNs} ${seen.ctimeNs} ${node.admissions}` : 'gone';
}
