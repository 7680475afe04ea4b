import { readTrustByNames } from '../audit/check/trust-by-names.ts';
import { LIMITS } from '../format/limits.ts';
import { sixDigits, trustFile } from '../format/naming.ts';
import type { Pointer } from '../format/pointer.ts';
import { Refusal } from '../format/refusal.ts';
import { checkSigned } from '../verdict/corte.ts';
import { heldTrustOf, succeed, type TrustChain } from '../verdict/trust-chain.ts';
import type { Bucket } from './bucket/bucket.ts';
import type { Names } from './objects.ts';
import type { Standing } from './pointer.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/** What is in the bucket already, put there by another process or by a stranger: how far it is to be believed. */

type Reads = Pick<Bucket, 'get'>;

/**
 * Whether the bucket's chain has a later trust document, which follows from ours: then who writes there knows more than we
 * do, and what seems disowned to us need not be.
 * @throws Trouble `other-election`
 */
export async function isTrustAhead(bucket: Reads, names: Names, trust: TrustChain): Promise<boolean> {
  const { version, election } = trust.newest.document;
  const own = `trust/${trustFile(version)}`;
  const there = await bounded(bucket, `${names.chain}${own}`, LIMITS.documentBytes);
  if (there && !Buffer.from(trust.newest.bytes).equals(there) && electionOf(there) !== election && electionOf(there) !== null) {
    throw new Trouble('other-election', words.otherElection(own));
  }
  const read = (path: string, limit: number) => bounded(bucket, `${names.chain}${path}`, limit);
  const next = await readTrustByNames(read, version + 1, trust);
  if (next === null) return false;
  try {
    return succeed(trust, next).newest.document.version > version;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** Whether a signer is ended before this number: by an ordinary handover, or because its later cortes are disowned. */
export function isSignerEnded(trust: TrustChain, phase: string, number: number): boolean {
  const { signers } = trust.newest.document;
  return signers.some((signer) => signer.phase === phase && signer.last !== null && signer.last < number);
}

/** How the corte stands that a pointer names. The trust document is known to be as new as the bucket's. */
export async function standingOf(
  bucket: Reads,
  names: Names,
  { phase, number, corte }: Pointer,
  trust: TrustChain,
): Promise<Standing> {
  if (number === null || corte === null) return 'unproved';
  return standingOfCorte(bucket, names, phase, number, trust, corte);
}

/** As {@link standingOf}, of the corte of a number. @param corte the hash that it must have, null for any */
export async function standingOfCorte(
  bucket: Reads,
  names: Names,
  phase: string,
  number: number,
  trust: TrustChain,
  corte: string | null = null,
): Promise<Standing> {
  const folder = `${names.chain}${phase}/${sixDigits(number)}/`;
  const json = await bounded(bucket, `${folder}corte.json`, LIMITS.documentBytes);
  const signature = json && (await bounded(bucket, `${folder}corte.json.sig`, LIMITS.signatureBytes));
  if (!json || !signature) return 'unproved';
  try {
    const { sha256 } = checkSigned(json, signature, trust, { phase, number });
    return corte === null || sha256 === corte ? 'good' : 'unproved';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code === 'signer-out-of-range' || error.code === 'signer-unknown' ? 'disowned' : 'unproved';
  }
}

/**
 * What is too large is as good as not there. Any other answer of the store tells nothing of the object, and is thrown.
 * @throws Trouble
 */
export async function bounded(bucket: Reads, key: string, limit: number): Promise<Buffer | null> {
  try {
    return await bucket.get(key, limit);
  } catch (error) {
    if (error instanceof Trouble && error.code === 'too-long') return null;
    throw error;
  }
}

function electionOf(bytes: Uint8Array): string | null {
  try {
    return heldTrustOf(bytes).document.election;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
