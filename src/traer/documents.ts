import { hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { type CorteFile, signatureNames, trustFile, trustSignatureFile } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { parseSignature } from '../format/sshsig.ts';
import { parseStatement, type Statement } from '../format/statement.ts';
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
 * A statement of the very corte that was asked for, under today's trust, which its signature is not over. One bit that a
 * disk lost makes such a one too: what it was is told by the signed one ({@link isMadeUp}), where another mirror has it.
 */
export class Unsigned extends Refusal {
  readonly statement: Statement;

  constructor({ code, said }: Refusal, statement: Statement) {
    super(code, said);
    this.statement = statement;
  }
}

/** The digits of a hash that must be others before no damage can have made it: half. */
const OTHER_DIGITS = 32;

/**
 * Whether a statement that the IEC did not sign was made by somebody. It lists other files than the one that is signed: so
 * many digits of the hash of its list are others, and each is a digit still, as neither a disk nor a line leaves them.
 * What differs less is not told from damage, and proves nothing.
 */
export function isMadeUp({ statement: { manifest } }: Unsigned, signed: Statement): boolean {
  const digits = [...manifest.sha256];
  return digits.filter((digit, i) => digit !== signed.manifest.sha256[i]).length >= OTHER_DIGITS;
}

/**
 * @param head what it has to follow
 * @param now the hour, ms
 * @throws Refusal; Unsigned; SignedOtherwise; what the site's reads throw
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
    if (!(error instanceof Refusal) || error.code !== 'signature-invalid') throw error;
    const statement = unsignedOf(corteJson, signature, trust, place);
    if (statement === null) throw error;
    // Asked again before it is suspected: the files come one by one, and one may be of another time than the next.
    const [again, signatureAgain] = await signed();
    throw sameBytes(again, corteJson) && sameBytes(signatureAgain, signature) ? new Unsigned(error, statement) : error;
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
 * The statement that a signature is not over, where it may have been made to pass for the IEC's; null where it is what
 * honest sites give: a page or another answer cut or made by a proxy is no statement; a cache's copy of a corte that was
 * disowned and sent anew names an older trust document than the one that disowned it, and that corte's signature is of a
 * signer who may not sign this number any more; a copy from another election names that one.
 */
function unsignedOf(corteJson: Uint8Array, signature: Uint8Array, trust: TrustChain, { phase, number }: Claim): Statement | null {
  const signer = signerOf(trust, parseSignature(signature, 'corte@cotejo').key);
  if (!signer || signer.phase !== phase || !isInRange(number, signer)) return null;
  try {
    const statement = parseStatement(corteJson);
    const { document, sha256 } = trust.newest;
    const isOfHere = statement.election === document.election && statement.phase === phase && statement.number === number;
    return isOfHere && statement.trust.sha256 === sha256 ? statement : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
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
