import { UsageError } from '../config/usage-error.ts';
import { encodeDocument } from '../format/document.ts';
import { formatTime, offsetOf } from '../format/time.ts';
import { parseTrust, type Trust } from '../format/trust.ts';
import { checkFollows, checkRemembers, type HeldTrust } from '../verdict/trust-chain.ts';
import type { TrustPlan } from './plan.ts';

/** An unsigned trust document out of a plan. Version, `previous` and what is carried over are computed, never typed. */

/**
 * @param before the document that this one follows; null makes version 1
 * @param now milliseconds: the hour of issue, where the plan gives none
 * @throws UsageError where the plan lacks something; Refusal for what would not be accepted: `trust-malformed`,
 *   `too-large` (T1, T2), `trust-version` (T3), `trust-rewrites` (T5)
 */
export function draft(plan: TrustPlan, before: HeldTrust | null, now: number): Uint8Array {
  const old = before?.document;
  const phases = merge('phase', old?.phases ?? [], plan.phases, completePhase);
  const expires_at = needed('expires_at', plan.expires_at ?? old?.expires_at);
  const document: Trust = {
    type: 'cotejo/trust',
    format: 1,
    version: (old?.version ?? 0) + 1,
    previous: before?.sha256 ?? null,
    election: needed('election', plan.election ?? old?.election),
    title: needed('title', plan.title ?? old?.title),
    // The offset is the election's own: the one by which the phases' hours are written.
    issued_at: plan.issued_at ?? formatTime(now, offsetOf(phases.at(-1)?.opens_at ?? expires_at)),
    expires_at,
    threshold: needed('threshold', plan.threshold ?? old?.threshold),
    custodians: merge('custodian', old?.custodians ?? [], plan.custodians, completeCustodian),
    signers: merge('signer', old?.signers ?? [], plan.signers, completeSigner),
    phases,
  };
  const bytes = encodeDocument(document);
  parseTrust(bytes);
  if (before) {
    checkFollows(before, document);
    checkRemembers(before.document, document);
  }
  return bytes;
}

type Named = { readonly name: string };
type Change = Named & { readonly remove?: true | undefined };

/** An entry as it stands in a plan, or as a plan changed one of the document before. */
type Entry<K extends 'custodians' | 'signers' | 'phases'> = TrustPlan[K][number] | Trust[K][number];

/** The entries of before, each as the plan changes it, then those that the plan adds. */
function merge<T extends Named, C extends Change>(
  what: string,
  old: readonly T[],
  plan: readonly C[],
  complete: (entry: C | T) => T,
): T[] {
  const changes = new Map(plan.map((change) => [change.name, change]));
  for (const { name, remove } of plan) {
    if (remove && !old.some((entry) => entry.name === name)) throw new UsageError(`there is no ${what} ${name} to remove`);
    if (changes.size < plan.length && plan.filter((entry) => entry.name === name).length > 1) {
      throw new UsageError(`the plan has two entries for ${what} ${name}`);
    }
  }
  const kept = old.flatMap((entry) => {
    const change = changes.get(entry.name);
    changes.delete(entry.name);
    return change?.remove ? [] : [complete({ ...entry, ...change })];
  });
  return [...kept, ...[...changes.values()].map(complete)];
}

function completeCustodian({ name, key }: Entry<'custodians'>): Trust['custodians'][number] {
  return { name, key: needed(`key of custodian ${name}`, key) };
}

function completeSigner({ name, key, phase, first, last }: Entry<'signers'>): Trust['signers'][number] {
  return {
    name,
    key: needed(`key of signer ${name}`, key),
    phase: needed(`phase of signer ${name}`, phase),
    first: first ?? 1,
    last: last ?? null,
  };
}

function completePhase(entry: Entry<'phases'>): Trust['phases'][number] {
  const of = `of phase ${entry.name}`;
  return {
    name: entry.name,
    kind: needed(`kind ${of}`, entry.kind),
    opens_at: needed(`opens_at ${of}`, entry.opens_at),
    closes_at: needed(`closes_at ${of}`, entry.closes_at),
    period_seconds: needed(`period_seconds ${of}`, entry.period_seconds),
    missed_limit: needed(`missed_limit ${of}`, entry.missed_limit),
    grace_seconds: needed(`grace_seconds ${of}`, entry.grace_seconds),
  };
}

function needed<T>(what: string, value: T | undefined): T {
  if (value === undefined)
    throw new UsageError(`the plan has no ${what}`, 'a new document needs it; with --after, what is left out is carried over');
  return value;
}
