import type { Constancia } from '../format/constancia.ts';
import type { Equation } from '../format/ed25519.ts';
import { hashOf } from '../format/hash.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { parseStatement, type Statement } from '../format/statement.ts';
import { encodeUtf8 } from '../format/text.ts';
import { parseTrust } from '../format/trust.ts';
import { checkContrary, checkCounts, checkStated, WrongMember, within } from './constancia-members.ts';
import { words } from './constancia-words.ts';
import { checkSigned, checkTime, checkTrustNamed } from './corte.ts';
import type { Corte } from './history.ts';
import { type SignedTrust, startFrom, type TrustChain } from './trust-chain.ts';
import { type TrustWalk, walkTrust } from './trust-walk.ts';

/**
 * What a reader's constancia proves to another: that this corte was signed by a key that the custodians authorised. What
 * it says besides must agree with the documents that it encloses. It is no proof that a site showed the corte, nor of the
 * hour: whoever makes the file says those.
 */

export type ConstanciaVerdict =
  | { readonly kind: 'proven'; readonly corte: Corte; readonly trust: TrustChain }
  /** `at` is the member that is wrong, as `corte.number` */
  | { readonly kind: 'wrong'; readonly at: string; readonly code: Code; readonly detail: Said }
  /** The trust documents that it rests on are not at hand. */
  | { readonly kind: 'unknown'; readonly detail: Said };

/**
 * Walks from another's anchor over the trust documents that the constancia encloses (T1–T7).
 * @param anchor as whoever checks has it, by another way than the constancia
 * @throws Refusal where that anchor can't be believed
 */
export async function trustEnclosed({ documents }: Constancia, anchor: SignedTrust, equation?: Equation): Promise<TrustWalk> {
  const enclosed = new Map(documents.trust.map((signed) => [versionOf(signed.document), signed]));
  const read = (version: number) => {
    const found = enclosed.get(version);
    return Promise.resolve(found ? { bytes: encodeUtf8(found.document), signatures: found.signatures.map(encodeUtf8) } : null);
  };
  return walkTrust(startFrom(anchor, equation), read, equation);
}

/** @returns 0 for what is no trust document: it is refused where it is told by its place */
function versionOf(document: string): number {
  try {
    return parseTrust(encodeUtf8(document)).version;
  } catch (error) {
    if (error instanceof Refusal) return 0;
    throw error;
  }
}

/**
 * @param trust from the checker's own anchor on, by what the constancia encloses or by a chain
 * @param equation a faster one, if there is one
 */
export function judgeConstancia(constancia: Constancia, trust: TrustWalk, equation?: Equation): ConstanciaVerdict {
  try {
    checkEnclosedTrust(constancia, trust);
    const newest = trust.chain.newest.document.version;
    const { version } = constancia.trust;
    if (version > newest) return { kind: 'unknown', detail: words.notReached(version, newest) };
    const corte = checkCorte(constancia, trust.chain, equation);
    checkStated(constancia, corte, trust.chain);
    checkCounts(constancia);
    checkContrary(constancia, corte, equation);
    return { kind: 'proven', corte, trust: trust.chain };
  } catch (error) {
    if (error instanceof WrongMember) return { kind: 'wrong', at: error.at, code: error.code, detail: error.said };
    throw error;
  }
}

/** Each is a trust document, in the order of their versions, from the anchor to the newest; one that is refused is told by its place. */
function checkEnclosedTrust({ documents, anchor, trust }: Constancia, { chain, refused }: TrustWalk): void {
  let before = 0;
  for (const [i, { document }] of documents.trust.entries()) {
    const at = `documents.trust[${i}]`;
    const bytes = encodeUtf8(document);
    const { version } = within(`${at}.document`, () => parseTrust(bytes));
    if (before !== 0 && version !== before + 1) {
      throw new WrongMember(at, 'trust-version', words.trustOutOfOrder(version, before));
    }
    if (refused?.version === version) throw new WrongMember(at, refused.code, refused.detail);
    const held = chain.held.get(version);
    if (held && held.sha256 !== hashOf(bytes)) throw new WrongMember(at, 'trust-mismatch', words.otherTrust(version));
    before = version;
  }
  if (before === 0) return;
  const ends = [
    ['anchor.version', anchor.version, before - documents.trust.length + 1],
    ['trust.version', trust.version, before],
  ] as const;
  for (const [at, stated, enclosed] of ends) {
    if (stated === enclosed) continue;
    throw new WrongMember(at, 'statement-malformed', words.otherThan(String(stated), String(enclosed)));
  }
}

function checkCorte({ documents }: Constancia, trust: TrustChain, equation: Equation | undefined): Corte {
  const [bytes, signature] = [encodeUtf8(documents.corte), encodeUtf8(documents.signature)];
  try {
    const corte = checkSigned(bytes, signature, trust, placeOf(bytes), equation);
    const { version } = corte.statement.trust;
    // A document from before the checker's anchor is not at hand; every later one still lists its signers (T5).
    const isOlder = version < trust.newest.document.version && !trust.held.has(version);
    if (!isOlder) checkTrustNamed(corte.statement, trust, null, null);
    checkTime(corte.statement, trust, null, null);
    return corte;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const at = error.code.startsWith('sign') ? 'documents.signature' : 'documents.corte';
    throw new WrongMember(at, error.code, error.said);
  }
}

/** What is no statement is refused after its signature. */
function placeOf(bytes: Uint8Array): Pick<Statement, 'phase' | 'number'> {
  try {
    return parseStatement(bytes);
  } catch (error) {
    if (error instanceof Refusal) return { phase: '', number: 0 };
    throw error;
  }
}
