import { isPageInstead } from '../audit/check/chain-index.ts';
import { hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { parseManifest } from '../format/manifest.ts';
import { type CorteFile, signatureNames, trustFile, trustSignatureFile } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { parseSignature } from '../format/sshsig.ts';
import { sameBytes } from '../format/wire.ts';
import {
  checkManifest,
  checkPlace,
  checkSigned,
  checkTime,
  checkTrustNamed,
  type Head,
  type SignedStatement,
} from '../verdict/corte.ts';
import { type SignedTrust, succeed, type TrustChain } from '../verdict/trust-chain.ts';
import { LIES, Unproved } from './blame.ts';
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
 * @throws Refusal; Unproved; SignedOtherwise; what the site's reads throw
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
  /** Asks again before it is called a lie: the files come one by one, and one may be of another time than the next. */
  const proved = async (refusal: unknown, mayLie: boolean): Promise<unknown> => {
    if (!(refusal instanceof Refusal) || !LIES.has(refusal.code)) return refusal;
    if (!mayLie) return new Unproved(refusal);
    const [again, signatureAgain] = await signed();
    return sameBytes(again, corteJson) && sameBytes(signatureAgain, signature) ? refusal : new Unproved(refusal);
  };
  let checked: SignedStatement;
  try {
    checked = checkSigned(corteJson, signature, trust, place);
  } catch (error) {
    throw await proved(error, !isPageInstead(corteJson, true));
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
  const listed = hashOf(sums);
  try {
    checkManifest(sums, listed, statement);
  } catch (error) {
    // The very list that was signed is no lie of the mirror's, and one that is a list may be of a corte of this number that
    // was disowned and sent anew.
    const mayLie = listed !== statement.manifest.sha256 && sums.length === statement.manifest.bytes && !isList(sums);
    throw await proved(error, mayLie);
  }
  return { statement, sha256, files: { 'corte.json': corteJson, 'corte.json.sig': signature, SHA256SUMS: sums } };
}

function isList(bytes: Uint8Array): boolean {
  try {
    parseManifest(bytes);
    return true;
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
