import type { Equation } from '../format/ed25519.ts';
import { type Hash, hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { type Manifest, parseManifest } from '../format/manifest.ts';
import { Refusal } from '../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../format/sshsig.ts';
import { parseStatement, type Statement } from '../format/statement.ts';
import { instantOf } from '../format/time.ts';
import type { Signer } from '../format/trust.ts';
import { words as placeWords } from './place-words.ts';
import { isExpired, signerOf, type TrustChain } from './trust-chain.ts';
import { words } from './words.ts';

/** What makes a corte believable, step by step (A3–A9). The steps are called in this order and in no other. */

/** The corte that the next one must follow. */
export interface Head {
  readonly statement: Statement;
  /** of its `corte.json` */
  readonly sha256: Hash;
}

export interface SignedStatement {
  readonly statement: Statement;
  /** of `corte.json` */
  readonly sha256: Hash;
  readonly signer: Signer;
}

/**
 * A3 and A4: checks who signed and that the signature is good; only then reads the statement and checks that this
 * signer may sign it.
 * @param place what the folder's name announces
 * @throws Refusal `too-large`, `signature-malformed`, `signer-unknown`, `signature-invalid`, `statement-malformed`,
 *   `wrong-election`, `wrong-phase`, `signer-out-of-range`
 */
export function checkSigned(
  corteJson: Uint8Array,
  signatureFile: Uint8Array,
  trust: TrustChain,
  place: { readonly phase: string; readonly number: number },
  equation?: Equation,
): SignedStatement {
  // A3
  const signature = parseSignature(signatureFile, 'corte@cotejo');
  const signer = signerOf(trust, signature.key);
  if (!signer) throw new Refusal('signer-unknown', words.noSuchSigner(trust.newest.document.version));
  if (!isSignatureOver(signature, corteJson, equation)) {
    throw new Refusal('signature-invalid', words.notTheirs(signer.name));
  }
  // A4
  const statement = parseStatement(corteJson);
  checkMaySign(statement, signer, trust);
  if (statement.phase !== place.phase) throw new Refusal('wrong-phase', words.phaseOfFolder(statement.phase, place.phase));
  if (statement.number !== place.number) {
    throw new Refusal('statement-malformed', words.corteOfFolder(statement.number, place.number));
  }
  return { statement, sha256: hashOf(corteJson), signer };
}

/**
 * The part of A4 that a packer checks too before it signs: whether this signer may sign this statement.
 * @throws Refusal `wrong-election`, `wrong-phase`, `signer-out-of-range`
 */
export function checkMaySign(statement: Statement, signer: Signer, trust: TrustChain): void {
  const { election } = trust.newest.document;
  if (statement.election !== election) throw new Refusal('wrong-election', words.otherElection(statement.election, election));
  if (statement.phase !== signer.phase) {
    throw new Refusal('wrong-phase', words.signsPhase(signer.name, signer.phase, statement.phase));
  }
  if (!isInRange(statement.number, signer)) {
    const { name, first, last } = signer;
    const { number } = statement;
    const range = last === null ? words.signsFrom(name, first, number) : words.signsFromTo(name, first, last, number);
    throw new Refusal('signer-out-of-range', range);
  }
}

/** Whether the signer may sign this corte: from its first to its last, both included. */
export function isInRange(number: number, signer: Signer): boolean {
  return number >= signer.first && (signer.last === null || number <= signer.last);
}

/**
 * A5: checks the trust document that the statement names.
 * @param now milliseconds; null when history is read: expiry no longer matters then
 * @throws Refusal `trust-expired`, `trust-missing` (deferred), `trust-mismatch`
 */
export function checkTrustNamed(statement: Statement, trust: TrustChain, head: Head | null, now: number | null): void {
  const { version, sha256 } = statement.trust;
  const newest = trust.newest.document;
  if (now !== null && isExpired(trust, now)) {
    throw new Refusal('trust-expired', words.trustExpired(newest.version, newest.expires_at));
  }
  if (version > newest.version) throw new Refusal('trust-missing', words.trustAhead(version, newest.version));
  if (trust.held.get(version)?.sha256 !== sha256) {
    throw new Refusal('trust-mismatch', words.otherTrust(version));
  }
  if (head && statement.number === head.statement.number + 1 && version < head.statement.trust.version) {
    throw new Refusal('trust-mismatch', words.trustBack(version, head.statement.trust.version));
  }
}

/**
 * A6: checks its place in the chain.
 * @returns `next`, or `past`: the number is taken, and the caller compares its bytes with those admitted
 * @throws Refusal `after-final`, `gap` (deferred), `fork`
 */
export function checkPlace(statement: Statement, head: Head | null): 'next' | 'past' {
  const at = head?.statement.number ?? 0;
  if (statement.number <= at) return 'past';
  if (head?.statement.final) throw new Refusal('after-final', placeWords.wasLast(at, statement.phase));
  if (statement.number > at + 1) throw new Refusal('gap', placeWords.missing(at + 1));
  if (statement.previous !== (head?.sha256 ?? null)) throw new Refusal('fork', placeWords.notFollowing(at));
  return 'next';
}

/**
 * A7: checks its time.
 * @param now milliseconds; null when history is read
 * @throws Refusal `time-order`, `time-future`, `phase-closed`
 */
export function checkTime(statement: Statement, trust: TrustChain, head: Head | null, now: number | null): void {
  const taken = instantOf(statement.taken_at);
  if (head && taken <= instantOf(head.statement.taken_at)) {
    throw new Refusal('time-order', placeWords.notAfter(statement.taken_at, head.statement.taken_at));
  }
  if (now !== null && taken > now + LIMITS.clockSkewSeconds * 1000) {
    throw new Refusal('time-future', placeWords.ahead(statement.taken_at, LIMITS.clockSkewSeconds));
  }
  const closes = closingOf(statement, trust, now === null);
  if (taken > instantOf(closes)) throw new Refusal('phase-closed', placeWords.closed(statement.phase, closes));
}

/**
 * When the phase closes, by the newest trust document. A reader of history can't know which document was the newest
 * when a corte was admitted, only that it was not older than the one that the corte names. Any of them may have allowed
 * it: an hour moved forward later must not condemn what was right in its time.
 */
function closingOf(statement: Statement, trust: TrustChain, isHistory: boolean): string {
  const documents = isHistory ? [...trust.held.values()] : [trust.newest];
  const hours = documents
    .filter(({ document }) => !isHistory || document.version >= statement.trust.version)
    .flatMap(({ document }) => document.phases.filter(({ name }) => name === statement.phase))
    .map(({ closes_at }) => closes_at)
    .sort((a, b) => instantOf(b) - instantOf(a));
  if (hours[0] === undefined) throw new Refusal('wrong-phase', words.noPhase(statement.phase));
  return hours[0];
}

/**
 * A8: checks that the manifest has the length and hash that the statement gives, and its form.
 * @param sha256 of the bytes
 * @throws Refusal `manifest-mismatch`, `manifest-malformed`, `path-forbidden`, `too-large`
 */
export function checkManifest(bytes: Uint8Array, sha256: Hash, statement: Statement): Manifest {
  const stated = statement.manifest;
  if (bytes.length !== stated.bytes || sha256 !== stated.sha256) {
    throw new Refusal('manifest-mismatch', words.notMeasured);
  }
  const manifest = parseManifest(bytes);
  if (manifest.length !== stated.files) {
    throw new Refusal('manifest-mismatch', words.otherCount(manifest.length, stated.files));
  }
  return manifest;
}

/**
 * A9: checks that the package has the length and hash that the statement gives.
 * @throws Refusal `package-mismatch`
 */
export function checkPackage(measured: { readonly bytes: number; readonly sha256: Hash }, statement: Statement): void {
  const stated = statement.package;
  if (measured.bytes !== stated.bytes) {
    throw new Refusal('package-mismatch', placeWords.otherLength(measured.bytes, stated.bytes));
  }
  if (measured.sha256 !== stated.sha256) throw new Refusal('package-mismatch', placeWords.otherPackage);
}
