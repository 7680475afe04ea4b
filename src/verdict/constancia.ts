import type { Constancia } from '../format/constancia.ts';
import type { Equation } from '../format/ed25519.ts';
import type { Padron } from '../format/padron.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { parseStatement, type Statement } from '../format/statement.ts';
import { encodeUtf8 } from '../format/text.ts';
import { parseTrust } from '../format/trust.ts';
import { checkClaims } from './constancia-claims.ts';
import { checkContrary, checkCounts, checkStated, WrongMember, within } from './constancia-members.ts';
import { words } from './constancia-words.ts';
import { checkSigned, checkTime, checkTrustNamed, isInRange } from './corte.ts';
import type { Corte } from './history.ts';
import { type SignedTrust, succeed, type TrustChain } from './trust-chain.ts';
import { type TrustWalk, walkTrust } from './trust-walk.ts';

/**
 * What a reader's constancia proves to another: that this corte was signed by a key that the custodians authorised. What
 * it says besides must agree with the documents that it encloses. It is no proof that a site showed the corte, nor of the
 * hour: whoever makes the file says those.
 */

export type ConstanciaVerdict =
  | ({ readonly kind: 'proven' } & Signed)
  /**
   * A key signed it that the trust document lists on which the constancia rests, and a later one, `by`, ended that key
   * below this number. When it was signed, before or after, can't be told.
   */
  | ({ readonly kind: 'disowned'; readonly by: number; readonly detail: Said } & Signed)
  /** `at` is the member that is wrong, as `corte.number` */
  | { readonly kind: 'wrong'; readonly at: string; readonly code: Code; readonly detail: Said }
  /** The trust documents that it rests on are not at hand. */
  | { readonly kind: 'unknown'; readonly detail: Said };

interface Signed {
  readonly corte: Corte;
  /** the documents of whoever checks, and those enclosed that follow or precede them */
  readonly trust: TrustChain;
  /** the members that could not be compared, as `anchor.sha256`: of trust documents that are not at hand */
  readonly untold: readonly string[];
}

/**
 * Walks on over the trust documents that the constancia encloses (T1–T7). What is refused is an enclosed one.
 * @param start what whoever checks holds already, by another way than the constancia: an anchor, or a chain from it on
 */
export async function trustEnclosed({ documents }: Constancia, start: TrustChain, equation?: Equation): Promise<TrustWalk> {
  const enclosed = new Map(documents.trust.map((signed) => [versionOf(signed.document), signed]));
  const read = (version: number) => {
    const found = enclosed.get(version);
    return Promise.resolve(found ? signedTrustOf(found) : null);
  };
  return walkTrust(start, read, equation);
}

function signedTrustOf({ document, signatures }: Constancia['documents']['trust'][number]): SignedTrust {
  return { bytes: encodeUtf8(document), signatures: signatures.map(encodeUtf8) };
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
 * @param trust as {@link trustEnclosed} gives it
 * @param equation a faster one, if there is one
 */
export function judgeConstancia(constancia: Constancia, trust: TrustWalk, equation?: Equation): ConstanciaVerdict {
  try {
    checkEnclosedTrust(constancia, trust, equation);
    const newest = trust.chain.newest.document.version;
    const { version } = constancia.trust;
    if (version > newest) return { kind: 'unknown', detail: words.notReached(version, newest) };
    const { corte, outOfRange } = checkSigner(constancia, trust.chain, equation);
    if (corte === null) return { kind: 'unknown', detail: words.notAtHand(version, newest) };
    const untold = checkStated(constancia, corte, trust.chain);
    checkClaims(constancia);
    checkContrary(constancia, corte, equation);
    const signed = { corte, trust: trust.chain, untold };
    if (outOfRange === null) return { kind: 'proven', ...signed };
    return { kind: 'disowned', ...signed, by: disownedBy(corte, trust.chain, version), detail: outOfRange };
  } catch (error) {
    if (error instanceof WrongMember) return { kind: 'wrong', at: error.at, code: error.code, detail: error.said };
    throw error;
  }
}

/**
 * What the constancia says of receipts, against the padrón of its corte. It does not enclose one, so that is for whoever has
 * the chain.
 * @param padron null where the corte has none
 * @returns null where nothing contradicts it
 */
export function againstPadron(constancia: Constancia, padron: Padron | null): (ConstanciaVerdict & { kind: 'wrong' }) | null {
  try {
    checkCounts(constancia, padron);
    return null;
  } catch (error) {
    if (error instanceof WrongMember) return { kind: 'wrong', at: error.at, code: error.code, detail: error.said };
    throw error;
  }
}

/** Each is a trust document, in the order of their versions, from the anchor to the newest; one that is refused is told by its place. */
function checkEnclosedTrust({ documents, anchor, trust }: Constancia, { chain, refused }: TrustWalk, equation?: Equation): void {
  if (anchor.version > trust.version) {
    throw new WrongMember('anchor.version', 'statement-malformed', words.beginsAfter(anchor.version, trust.version));
  }
  let before = 0;
  for (const [i, enclosed] of documents.trust.entries()) {
    const at = `documents.trust[${i}]`;
    const signed = signedTrustOf(enclosed);
    const { version } = within(`${at}.document`, () => parseTrust(signed.bytes));
    if (before !== 0 && version !== before + 1) {
      throw new WrongMember(at, 'trust-version', words.trustOutOfOrder(version, before));
    }
    if (refused?.version === version) throw new WrongMember(at, refused.code, refused.detail);
    // The walk does not come past a gap; whether another document than the one held is an alarm, T7 says.
    if (chain.held.has(version)) within(at, () => succeed(chain, signed, equation));
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

/**
 * The signer is looked for in the newest trust document; where that one ended the key, in the one on which the constancia
 * rests: whoever saved it that day knew no other.
 * @returns `outOfRange` says why the newest one doesn't let the key sign; `corte` is null where the older one is not at hand
 */
function checkSigner(
  constancia: Constancia,
  trust: TrustChain,
  equation: Equation | undefined,
): { readonly corte: Corte | null; readonly outOfRange: Said | null } {
  try {
    return { corte: checkCorte(constancia, trust, equation), outOfRange: null };
  } catch (error) {
    const { version } = constancia.trust;
    const isLater = trust.newest.document.version > version;
    if (!(error instanceof WrongMember) || error.code !== 'signer-out-of-range' || !isLater) throw error;
    const before = asOf(trust, version);
    return { corte: before && checkCorte(constancia, before, equation), outOfRange: error.said };
  }
}

/** The chain as it was when this version was its newest; null where that document is not held. */
function asOf(trust: TrustChain, version: number): TrustChain | null {
  const newest = trust.held.get(version);
  return newest ? { ...trust, newest, held: new Map([...trust.held].filter(([held]) => held <= version)) } : null;
}

/** The first document after `version` that ended the corte's signer below its number. */
function disownedBy({ statement, signer }: Corte, { held, newest }: TrustChain, version: number): number {
  const ends = [...held.values()]
    .filter(({ document }) => document.version > version)
    .filter(({ document }) => document.signers.some((one) => one.key === signer.key && !isInRange(statement.number, one)))
    .map((one) => one.document.version);
  return Math.min(newest.document.version, ...ends);
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
