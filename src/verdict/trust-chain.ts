import type { Equation } from '../format/ed25519.ts';
import { type Hash, hashOf } from '../format/hash.ts';
import type { PublicKey } from '../format/key.ts';
import { Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { isSignatureOver, parseSignature } from '../format/sshsig.ts';
import { instantOf } from '../format/time.ts';
import { type Phase, parseTrust, type Signer, type Trust } from '../format/trust.ts';
import { sameBytes } from '../format/wire.ts';
import { words } from './words.ts';

/**
 * Which trust document follows which (T1–T7). Everything here is a function of bytes: the caller keeps the documents
 * and makes each durable before it looks at the next (T6).
 */

export interface SignedTrust {
  readonly bytes: Uint8Array;
  /** The signature files that came with it, in any order; bad and unknown ones are ignored. */
  readonly signatures: readonly Uint8Array[];
}

export interface HeldTrust {
  readonly document: Trust;
  readonly bytes: Uint8Array;
  readonly sha256: Hash;
}

/** The documents that one holder has accepted, without a gap. Never changed: a step gives a new one. */
export interface TrustChain {
  readonly held: ReadonlyMap<number, HeldTrust>;
  readonly anchor: HeldTrust;
  readonly newest: HeldTrust;
}

/**
 * Accepts the document that the administrator pinned, if enough of its own custodians signed it.
 * @throws Refusal `trust-malformed`, `too-large`, `trust-threshold`
 */
export function startFrom(anchor: SignedTrust, equation?: Equation): TrustChain {
  const held = heldTrustOf(anchor.bytes);
  requireThreshold(held.document, custodiansWhoSigned(anchor, [held.document], equation), words.itsCustodians);
  return { held: new Map([[held.document.version, held]]), anchor: held, newest: held };
}

/**
 * Accepts N + 1 over the newest document held (T1–T5).
 * @returns the longer chain, or the same one where the bytes are those already held
 * @throws Refusal `trust-malformed`, `too-large`, `trust-version`, `trust-threshold`, `trust-rewrites`, `trust-fork`
 */
export function succeed(chain: TrustChain, next: SignedTrust, equation?: Equation): TrustChain {
  const held = heldTrustOf(next.bytes);
  const { version } = held.document;
  const same = chain.held.get(version);
  if (same) {
    if (sameBytes(same.bytes, next.bytes)) return chain;
    throw otherThanHeld(chain, same.document, held, next, equation);
  }
  if (version < chain.newest.document.version) return precede(chain, held);
  checkStep(chain.newest, held, next, equation);
  return { ...chain, held: new Map([...chain.held, [version, held]]), newest: held };
}

/** Whether the newest document has expired (T6): then no new corte is admitted, and what is public stays. */
export function isExpired(chain: TrustChain, now: number): boolean {
  return now > instantOf(chain.newest.document.expires_at);
}

/** The signer with this key in the newest trust document. */
export function signerOf(chain: TrustChain, key: PublicKey): Signer | undefined {
  return chain.newest.document.signers.find((signer) => signer.key === key);
}

/** The phase of this name in the newest trust document. */
export function phaseOf(chain: TrustChain, phase: string): Phase | undefined {
  return chain.newest.document.phases.find((p) => p.name === phase);
}

/** The names of a document's custodians whose good signature is among those given. */
export function signedBy(document: Trust, signed: SignedTrust, equation?: Equation): string[] {
  const keys = custodiansWhoSigned(signed, [document], equation);
  return document.custodians.filter(({ key }) => keys.has(key)).map(({ name }) => name);
}

/**
 * A document with its hash, its form checked (T1, T2) and nothing else.
 * @throws Refusal `trust-malformed`, `too-large`
 */
export function heldTrustOf(bytes: Uint8Array): HeldTrust {
  return { document: parseTrust(bytes), bytes, sha256: hashOf(bytes) };
}

function checkStep(from: HeldTrust, to: HeldTrust, signed: SignedTrust, equation?: Equation): void {
  const [n, next] = [from.document, to.document];
  checkFollows(from, next);
  // T4: counted by key, each side by itself
  const signers = custodiansWhoSigned(signed, [n, next], equation);
  requireThreshold(n, signers, words.custodiansOf(n.version));
  requireThreshold(next, signers, words.custodiansOf(next.version));
  checkRemembers(n, next);
}

/**
 * T3, which a draft can be checked against before anybody signs it.
 * @throws Refusal `trust-version`
 */
export function checkFollows(from: HeldTrust, next: Trust): void {
  const n = from.document;
  if (next.version !== n.version + 1) throw new Refusal('trust-version', words.versionJumps(next.version, n.version));
  if (next.previous !== from.sha256) throw new Refusal('trust-version', words.notOverHeld(n.version));
  if (next.election !== n.election) throw new Refusal('trust-version', words.otherElection(next.election, n.election));
  if (instantOf(next.issued_at) < instantOf(n.issued_at)) throw new Refusal('trust-version', words.issuedBefore(n.version));
}

/**
 * T5: checks that the next document keeps everything that must be kept.
 * @throws Refusal `trust-rewrites`
 */
export function checkRemembers(n: Trust, next: Trust): void {
  for (const signer of n.signers) checkRemembered(signer, next);
  for (const { name, kind } of n.phases) {
    if (next.phases.find((p) => p.name === name)?.kind !== kind) throw rewrites(words.phaseGone(name));
  }
}

/** T5 for one signer: nothing changes but its end, which may be set or moved down. */
function checkRemembered(before: Signer, next: Trust): void {
  const after = next.signers.find(({ name }) => name === before.name);
  if (!after) throw rewrites(words.signerGone(before.name));
  if (after.key !== before.key || after.phase !== before.phase || after.first !== before.first) {
    throw rewrites(words.signerChanged(before.name));
  }
  if (before.last !== null && (after.last === null || after.last > before.last)) {
    throw rewrites(words.signerBack(before.name, before.last));
  }
}

function requireThreshold(document: Trust, signers: ReadonlySet<PublicKey>, whose: Said): void {
  const count = document.custodians.filter(({ key }) => signers.has(key)).length;
  if (count < document.threshold) throw new Refusal('trust-threshold', words.threshold(count, whose, document.threshold));
}

/** The keys, among the custodians of these documents, with a good signature over the bytes. */
function custodiansWhoSigned(signed: SignedTrust, documents: readonly Trust[], equation?: Equation): Set<PublicKey> {
  const known = new Set(documents.flatMap((document) => document.custodians.map(({ key }) => key)));
  const found = new Set<PublicKey>();
  for (const file of signed.signatures) {
    const signature = readOrPassOver(file);
    if (!signature || !known.has(signature.key) || found.has(signature.key)) continue;
    if (isSignatureOver(signature, signed.bytes, equation)) found.add(signature.key);
  }
  return found;
}

function readOrPassOver(file: Uint8Array) {
  try {
    return parseSignature(file, 'trust@cotejo');
  } catch (error) {
    if (error instanceof Refusal) return null; // T4: a bad signature neither counts nor refuses
    throw error;
  }
}

/**
 * T7: another document of a version already held is an alarm if it, too, could have been accepted in its time. The
 * document before the anchor is not held; for another anchor, the anchor's own custodians must have signed both, or any
 * stranger could raise the alarm with custodians of his own.
 */
function otherThanHeld(chain: TrustChain, ours: Trust, other: HeldTrust, signed: SignedTrust, equation?: Equation): Refusal {
  const { version, election } = other.document;
  const before = chain.held.get(version - 1);
  try {
    if (before) checkStep(before, other, signed, equation);
    else {
      if (election !== ours.election) throw new Refusal('trust-version', words.otherElection(election, ours.election));
      const signers = custodiansWhoSigned(signed, [ours, other.document], equation);
      requireThreshold(ours, signers, words.custodiansOfHeld(version));
      requireThreshold(other.document, signers, words.itsCustodians);
    }
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return new Refusal('trust-fork', words.twoDocuments(version));
}

/** A document from before the anchor is proven by the hash that its successor carries, link by link. */
function precede(chain: TrustChain, held: HeldTrust): TrustChain {
  const { version } = held.document;
  if (chain.held.get(version + 1)?.document.previous !== held.sha256) {
    throw new Refusal('trust-version', words.notBeforeAnchor(version, version + 1));
  }
  return { ...chain, held: new Map([[version, held], ...chain.held]) };
}

function rewrites(detail: Said): Refusal {
  return new Refusal('trust-rewrites', detail);
}
