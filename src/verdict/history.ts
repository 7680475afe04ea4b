import { type Acuse, parseAcuse } from '../format/acuse.ts';
import type { Equation } from '../format/ed25519.ts';
import type { Hash } from '../format/hash.ts';
import type { PublicKey } from '../format/key.ts';
import { Refusal } from '../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../format/sshsig.ts';
import { instantOf } from '../format/time.ts';
import { words as acuseWords } from './acuse-words.ts';
import { checkPlace, checkSigned, checkTime, checkTrustNamed, type Head, type SignedStatement } from './corte.ts';
import { phaseOf, type TrustChain } from './trust-chain.ts';
import { words } from './words.ts';

/**
 * A phase's history as a later reader checks it: the steps of admission without the clock. Whether something had
 * expired, or was ahead of its time, was for the Difusores to decide that night; the chain shows what they admitted.
 */

/** One corte of a phase with its checked signature, in its place. */
export type Corte = SignedStatement;

/**
 * A3–A7 for the corte after `head`, by the newest trust document held: a signer that was revoked since does not count.
 * @param head null before corte 1
 * @throws Refusal with the code of the first step that fails
 */
export function checkNext(
  trust: TrustChain,
  phase: string,
  head: Head | null,
  corteJson: Uint8Array,
  signature: Uint8Array,
  equation?: Equation,
): Corte {
  const number = (head?.statement.number ?? 0) + 1;
  const corte = checkSigned(corteJson, signature, trust, { phase, number }, equation);
  checkTrustNamed(corte.statement, trust, head, null);
  checkPlace(corte.statement, head);
  checkTime(corte.statement, trust, head, null);
  return corte;
}

/**
 * What can be said of a corte before the history behind it was read: A3–A5 and the close of A7. Its place in the chain
 * and its order in time are not looked at, so it is no verdict, and {@link checkNext} has still to come.
 * @throws Refusal with the code of the first step that fails
 */
export function checkAlone(
  trust: TrustChain,
  place: { readonly phase: string; readonly number: number },
  corteJson: Uint8Array,
  signature: Uint8Array,
  equation?: Equation,
): Corte {
  const corte = checkSigned(corteJson, signature, trust, place, equation);
  checkTrustNamed(corte.statement, trust, null, null);
  checkTime(corte.statement, trust, null, null);
  return corte;
}

/** What can be said of a phase at a glance. Times are as they were written, gaps in seconds. */
export interface Summary {
  readonly phase: string;
  readonly kind: 'oficial' | 'simulacro';
  readonly cortes: number;
  readonly first_taken_at: string | null;
  readonly last_taken_at: string | null;
  /** of the newest `corte.json` */
  readonly head: Hash | null;
  readonly final: boolean;
  readonly median_gap_seconds: number | null;
  readonly longest_gap_seconds: number | null;
  /** by name, in the order in which they first signed */
  readonly signers: readonly string[];
}

/** @param cortes of one phase that the trust knows, from 1 on, each checked by {@link checkNext} */
export function summaryOf(trust: TrustChain, phase: string, cortes: readonly Corte[]): Summary {
  const known = phaseOf(trust, phase);
  if (!known) throw new Refusal('wrong-phase', words.noPhase(phase));
  const gaps = gapsOf(cortes).sort((a, b) => a - b);
  const head = cortes.at(-1);
  return {
    phase,
    kind: known.kind,
    cortes: cortes.length,
    first_taken_at: cortes[0]?.statement.taken_at ?? null,
    last_taken_at: head?.statement.taken_at ?? null,
    head: head?.sha256 ?? null,
    final: head?.statement.final ?? false,
    median_gap_seconds: median(gaps),
    longest_gap_seconds: gaps.at(-1) ?? null,
    signers: [...new Set(cortes.map(({ signer }) => signer.name))],
  };
}

/** Seconds from each corte to the next. */
function gapsOf(cortes: readonly Corte[]): number[] {
  const times = cortes.map(({ statement }) => instantOf(statement.taken_at) / 1000);
  return times.slice(1).map((time, i) => time - times[i]!);
}

function median(sorted: readonly number[]): number | null {
  const half = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[half]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

export interface SignedAcuse {
  readonly acuse: Acuse;
  readonly key: PublicKey;
}

/**
 * Checks that an acuse is a receipt, by a known key, of a corte of this history.
 * @param nodes the keys of the known nodes; null where none is known: then the acuse proves nothing about who made it
 * @param corteAt the hash of a phase's corte in the chain that was checked, undefined past its end
 * @throws Refusal `signature-malformed`, `signer-unknown`, `signature-invalid`, `statement-malformed`,
 *   `wrong-election`; `fork` where it acknowledges another corte of that number; `gap` (deferred) where the chain does
 *   not reach that far
 */
export function checkAcuse(
  bytes: Uint8Array,
  signatureFile: Uint8Array,
  election: string,
  nodes: ReadonlySet<PublicKey> | null,
  corteAt: (phase: string, number: number) => Hash | undefined,
  equation?: Equation,
): SignedAcuse {
  const signature = parseSignature(signatureFile, 'acuse@cotejo');
  if (nodes && !nodes.has(signature.key)) throw new Refusal('signer-unknown', acuseWords.noKnownNode);
  if (!isSignatureOver(signature, bytes, equation)) throw new Refusal('signature-invalid', acuseWords.notOverAcuse);
  const acuse = parseAcuse(bytes);
  const { phase, number, corte, difusor, node } = acuse;
  if (acuse.election !== election) throw new Refusal('wrong-election', words.otherElection(acuse.election, election));
  const held = corteAt(phase, number);
  if (held === undefined) {
    throw new Refusal('gap', acuseWords.pastEnd(`${difusor}/${node}`, number, phase));
  }
  if (held !== corte) throw new Refusal('fork', acuseWords.otherCorte(`${difusor}/${node}`, number, phase));
  return { acuse, key: signature.key };
}
