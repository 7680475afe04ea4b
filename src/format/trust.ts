import * as v from 'valibot';
import { hash, key, name, number, parseDocument, positive, text, time } from './document.ts';
import { LIMITS } from './limits.ts';
import { Refusal } from './refusal.ts';
import type { Said } from './said.ts';
import { instantOf } from './time.ts';
import { words } from './words.ts';

/**
 * The trust document, `trust/N.json`: who may sign what. Here is its form (T1, T2); verdict/ decides which may follow
 * which.
 */

const custodian = v.strictObject({ name, key });

const signer = v.strictObject({ name, key, phase: name, first: positive, last: v.nullable(number) });

const phase = v.strictObject({
  name,
  kind: v.picklist(['oficial', 'simulacro']),
  opens_at: time,
  closes_at: time,
  period_seconds: positive,
  missed_limit: positive,
  grace_seconds: number,
});

const trust = v.strictObject({
  type: v.literal('cotejo/trust'),
  format: v.literal(1),
  version: positive,
  previous: v.nullable(hash),
  election: name,
  title: text,
  issued_at: time,
  expires_at: time,
  threshold: positive,
  custodians: v.array(custodian),
  signers: v.array(signer),
  phases: v.array(phase),
});

export type Trust = v.InferOutput<typeof trust>;
export type Custodian = v.InferOutput<typeof custodian>;
export type Signer = v.InferOutput<typeof signer>;
export type Phase = v.InferOutput<typeof phase>;

/**
 * T1 and T2: whether the document is well formed by itself. Says nothing about who signed it.
 * @throws Refusal `trust-malformed`, `too-large`
 */
export function parseTrust(bytes: Uint8Array): Trust {
  const document = parseDocument(bytes, trust, 'trust-malformed');
  checkTrust(document);
  return document;
}

/**
 * The rules of T1 and T2 that go beyond each member's own form.
 * @internal
 * @throws Refusal `trust-malformed`, `too-large`
 */
export function checkTrust(document: Trust): void {
  const { custodians, signers, phases, threshold } = document;
  if (document.version > LIMITS.trustDocuments) throw new Refusal('too-large', words.overDocuments(LIMITS.trustDocuments));
  if (custodians.length > LIMITS.custodians) throw new Refusal('too-large', words.overCustodians(LIMITS.custodians));
  if (signers.length > LIMITS.signers) throw new Refusal('too-large', words.overSigners(LIMITS.signers));
  if (phases.length > LIMITS.phases) throw new Refusal('too-large', words.overPhases(LIMITS.phases));

  // T1
  if ((document.version === 1) !== (document.previous === null)) throw malformed(words.previousOfTrust);
  if (threshold > custodians.length) throw malformed(words.threshold(threshold, custodians.length));
  if (instantOf(document.issued_at) >= instantOf(document.expires_at)) throw malformed(words.issuedLate);
  for (const { name, opens_at, closes_at } of phases) {
    if (instantOf(opens_at) >= instantOf(closes_at)) throw malformed(words.opensLate(name));
    // The chain folder keeps the documents under trust/, beside a folder per phase.
    if (name === 'trust') throw malformed(words.phaseTrust);
  }
  for (const { name, first, last } of signers) {
    if (last !== null && last < first - 1) throw malformed(words.endsEarly(name, last, first));
  }

  // T2
  unique(words.kindCustodian, custodians);
  unique(words.kindSigner, signers);
  unique(words.kindPhase, phases);
  const names = new Set(phases.map((p) => p.name));
  const stray = signers.find((s) => !names.has(s.phase));
  if (stray) throw malformed(words.phaseNotListed(stray.name, stray.phase));
  const holders = new Map<string, string>();
  for (const { name, key } of [...custodians, ...signers]) {
    const other = holders.get(key);
    if (other !== undefined) throw malformed(words.oneKey(other, name));
    holders.set(key, name);
  }
}

function unique(kind: Said, entries: readonly { name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) throw malformed(words.twoEntries(kind, name));
    seen.add(name);
  }
}

function malformed(detail: Said): Refusal {
  return new Refusal('trust-malformed', detail);
}
