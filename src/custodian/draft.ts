import { didYouMean } from '../config/nearest.ts';
import type { Place } from '../config/read-config.ts';
import { UsageError } from '../config/usage-error.ts';
import { encodeDocument } from '../format/document.ts';
import type { Said } from '../format/said.ts';
import { formatTime, instantOf, offsetOf } from '../format/time.ts';
import { parseTrust, type Trust } from '../format/trust.ts';
import { checkFollows, checkRemembers, type HeldTrust } from '../verdict/trust-chain.ts';
import type { TrustPlan } from './plan.ts';
import { words } from './words.ts';

/** An unsigned trust document out of a plan. Version, `previous` and what is carried over are computed, never typed. */

/**
 * @param before the document that this one follows; null makes version 1
 * @param now milliseconds: the hour of issue, where the plan gives none and the document before has no later one
 * @param place where each part of the plan stands, for messages
 * @throws UsageError where the plan lacks something or asks for more custodians than there are; Refusal for what would not
 *   be accepted: `trust-malformed`, `too-large` (T1, T2), `trust-version` (T3), `trust-rewrites` (T5)
 */
export function draft(plan: TrustPlan, before: HeldTrust | null, now: number, place: Place = () => 'the plan'): Uint8Array {
  const old = before?.document;
  const needed = neededAt(place([]), null);
  const phases = merge('phases', old?.phases ?? [], plan.phases, place, completePhase);
  const expires_at = needed('expires_at', plan.expires_at ?? old?.expires_at);
  // T3: by a clock that was ahead at the ceremony before, or is behind at this one, no document could follow.
  const issued = old ? Math.max(now, instantOf(old.issued_at)) : now;
  const document: Trust = {
    type: 'cotejo/trust',
    format: 1,
    version: (old?.version ?? 0) + 1,
    previous: before?.sha256 ?? null,
    election: needed('election', plan.election ?? old?.election),
    title: needed('title', plan.title ?? old?.title),
    // The offset is the election's own: the one by which the phases' hours are written.
    issued_at: plan.issued_at ?? formatTime(issued, offsetOf(phases.at(-1)?.opens_at ?? expires_at)),
    expires_at,
    threshold: needed('threshold', plan.threshold ?? old?.threshold),
    custodians: merge('custodians', old?.custodians ?? [], plan.custodians, place, completeCustodian),
    signers: merge('signers', old?.signers ?? [], plan.signers, place, completeSigner),
    phases,
  };
  checkThreshold(document, plan, place);
  const bytes = encodeDocument(document);
  parseTrust(bytes);
  if (before) {
    checkFollows(before, document);
    checkRemembers(before.document, document);
  }
  return bytes;
}

/** T1 says so too, but of a document, and a person has to find the line in the plan. */
function checkThreshold({ threshold, custodians }: Trust, plan: TrustPlan, place: Place): void {
  const most = custodians.length;
  if (threshold <= most) return;
  const isTyped = plan.threshold !== undefined;
  throw new UsageError(
    words.threshold(place(isTyped ? ['threshold'] : ['custodians']), threshold, most),
    isTyped ? words.atMost(most) : words.thresholdBefore(threshold, most),
  );
}

type Named = { readonly name: string };
type Change = Named & { readonly remove?: true | undefined };
type Kind = 'custodians' | 'signers' | 'phases';

/** An entry as it stands in a plan, or as a plan changed one of the document before. */
type Entry<K extends Kind> = TrustPlan[K][number] | Trust[K][number];

/** Gives a value on. @throws UsageError where there is none, which says what the plan lacks and where */
type Needed = <T>(what: string | Said, value: T | undefined) => T;

/** The entries of before, each as the plan changes it, then those that the plan adds. */
function merge<T extends Named, C extends Change>(
  kind: Kind,
  old: readonly T[],
  plan: readonly C[],
  place: Place,
  complete: (entry: C | T, needed: Needed) => T,
): T[] {
  const names = old.map(({ name }) => name);
  for (const [i, { name, remove }] of plan.entries()) {
    const first = plan.findIndex((entry) => entry.name === name);
    const at = place([kind, i]);
    if (first !== i) throw new UsageError(words.twice(at, words[kind], name), words.theOther(place([kind, first])));
    if (remove && !names.includes(name)) {
      throw new UsageError(words.noneToRemove(at, words[kind], name), didYouMean(name, names));
    }
  }
  const changed = old.flatMap((entry): T[] => {
    const i = plan.findIndex(({ name }) => name === entry.name);
    const change = plan[i];
    return change?.remove ? [] : [complete({ ...entry, ...change }, neededAt(place([kind, i]), null))];
  });
  const added = plan.flatMap((entry, i): T[] =>
    names.includes(entry.name) ? [] : [complete(entry, neededAt(place([kind, i]), didYouMean(entry.name, names)))],
  );
  return [...changed, ...added];
}

/** @param meant what to say of an entry that may be no new one but a mistyped old one */
function neededAt(place: string, meant: Said | null): Needed {
  return (what, value) => {
    if (value !== undefined) return value;
    throw new UsageError(words.lacks(place, what), meant ?? words.neededAnew);
  };
}

function completeCustodian({ name, key }: Entry<'custodians'>, needed: Needed): Trust['custodians'][number] {
  return { name, key: needed(words.memberOf('key', words.custodians, name), key) };
}

function completeSigner({ name, key, phase, first, last }: Entry<'signers'>, needed: Needed): Trust['signers'][number] {
  return {
    name,
    key: needed(words.memberOf('key', words.signers, name), key),
    phase: needed(words.memberOf('phase', words.signers, name), phase),
    first: first ?? 1,
    last: last ?? null,
  };
}

function completePhase(entry: Entry<'phases'>, needed: Needed): Trust['phases'][number] {
  const of = (member: string) => words.memberOf(member, words.phases, entry.name);
  return {
    name: entry.name,
    kind: needed(of('kind'), entry.kind),
    opens_at: needed(of('opens_at'), entry.opens_at),
    closes_at: needed(of('closes_at'), entry.closes_at),
    period_seconds: needed(of('period_seconds'), entry.period_seconds),
    missed_limit: needed(of('missed_limit'), entry.missed_limit),
    grace_seconds: needed(of('grace_seconds'), entry.grace_seconds),
  };
}
