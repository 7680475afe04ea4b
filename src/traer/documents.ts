import { hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { type CorteFile, signatureNames, trustFile, trustSignatureFile } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { parseSignature } from '../format/sshsig.ts';
import { parseStatement } from '../format/statement.ts';
import { sameBytes } from '../format/wire.ts';
import {
  checkManifest,
  checkPlace,
  checkSigned,
  checkTime,
  checkTrustNamed,
  type Head,
  isInRange,
  type SignedStatement,
} from '../verdict/corte.ts';
import { type SignedTrust, signerOf, succeed, type TrustChain } from '../verdict/trust-chain.ts';
import { Lied } from './blame.ts';
import type { Claim, SiteReads } from './site.ts';

/**
 * The small files of what is fetched, checked as the node will check them (A3 to A8, T1 to T7): so what a liar gives enters
 * no inbox. The node believes none of this and checks all of it again.
 */

/** A corte without its package. */
export interface Fetched extends Head {
  readonly files: Readonly<Record<Exclude<CorteFile, 'corte.tar.gz'>, Uint8Array>>;
}

/** Something that the IEC's key signed and that can't follow what we hold; the bytes prove it. */
export class SignedOtherwise extends Error {
  override readonly name = 'SignedOtherwise';
  readonly refusal: Refusal;
  readonly files: Readonly<Record<string, Uint8Array>>;

  constructor(refusal: Refusal, files: Readonly<Record<string, Uint8Array>>) {
    super(refusal.message);
    this.refusal = refusal;
    this.files = files;
  }
}

/**
 * @param head what it has to follow
 * @param now the hour, ms
 * @throws Refusal; Lied; SignedOtherwise; what the site's reads throw
 */
export async function fetchDocuments(
  site: SiteReads,
  trust: TrustChain,
  head: Head | null,
  place: Claim,
  now: number,
): Promise<Fetched> {
  const signed = () =>
    Promise.all([site.file(place, 'corte.json', LIMITS.documentBytes), site.file(place, 'corte.json.sig', LIMITS.signatureBytes)]);
  const [corteJson, signature] = await signed();
  let checked: SignedStatement;
  try {
    checked = checkSigned(corteJson, signature, trust, place);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'signature-invalid' || !isForged(corteJson, signature, trust, place))
      throw error;
    // Asked again before it is called a lie: the files come one by one, and one may be of another time than the next.
    const [again, signatureAgain] = await signed();
    throw sameBytes(again, corteJson) && sameBytes(signatureAgain, signature) ? new Lied(error) : error;
  }
  const { statement, sha256 } = checked;
  try {
    checkTrustNamed(statement, trust, head, now);
    checkPlace(statement, head);
    checkTime(statement, trust, head, now);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'fork') throw error;
    throw new SignedOtherwise(error, { 'corte.json': corteJson, 'corte.json.sig': signature });
  }
  const sums = await site.file(place, 'SHA256SUMS', statement.manifest.bytes);
  // No wrong one is a lie: it may be that of a corte of this number which was disowned and sent anew, or a spoilt one.
  checkManifest(sums, hashOf(sums), statement);
  return { statement, sha256, files: { 'corte.json': corteJson, 'corte.json.sig': signature, SHA256SUMS: sums } };
}

/**
 * Whether bytes that a signature is not over can have come of nothing but a forger. What honest sites give in their place
 * is something else: a page or another answer cut or made by a proxy is no statement; a cache's copy of a corte that was
 * disowned and sent anew names an older trust document than the one that disowned it, and that corte's signature is of a
 * signer who may not sign this number any more; a copy from another election names that one.
 */
function isForged(corteJson: Uint8Array, signature: Uint8Array, trust: TrustChain, { phase, number }: Claim): boolean {
  const signer = signerOf(trust, parseSignature(signature, 'corte@cotejo').key);
  if (!signer || signer.phase !== phase || !isInRange(number, signer)) return false;
  try {
    const statement = parseStatement(corteJson);
    const { document, sha256 } = trust.newest;
    const isOfHere = statement.election === document.election && statement.phase === phase && statement.number === number;
    return isOfHere && statement.trust.sha256 === sha256;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** A trust document with the files of its delivery. */
export interface FetchedTrust {
  readonly version: number;
  /** with it */
  readonly chain: TrustChain;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/**
 * The document after the newest one that is held.
 * @returns null where the mirror has none
 * @throws Refusal with the code of T1 to T7
 */
export async function fetchTrust(site: SiteReads, chain: TrustChain): Promise<FetchedTrust | null> {
  const before = chain.newest.document;
  const version = before.version + 1;
  const signed = await site.trust(version, chain);
  if (signed === null) return null;
  const grown = succeed(chain, signed);
  if (grown === chain) return null;
  const names = signatureNames(grown.newest.document.custodians, before.custodians, before.version);
  const files: Record<string, Uint8Array> = { [trustFile(version)]: signed.bytes };
  for (const file of signed.signatures) {
    const name = names.get(keyOf(file) ?? '');
    if (name !== undefined) files[trustSignatureFile(version, name)] = file;
  }
  return { version, chain: grown, files };
}

/** A signature that is none counts for nothing, and is left where it was. */
function keyOf(file: SignedTrust['signatures'][number]): string | null {
  try {
    return parseSignature(file, 'trust@cotejo').key;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
