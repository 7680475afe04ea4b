import { NoChain } from '../audit/check/chain-check.ts';
import { isPageInstead } from '../audit/check/chain-index.ts';
import type { ChainReads } from '../audit/check/chain-reads.ts';
import { readSignaturesByNames } from '../audit/check/trust-by-names.ts';
import { type Hash, hashOf, isHash } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { parseTrust } from '../format/trust.ts';
import type { SignedTrust, TrustChain } from '../verdict/trust-chain.ts';

/**
 * Where trust begins. The page is published beside the chain, by someone who might have forged both: only a printed code of
 * integrity or a file that the reader brings from elsewhere proves that the chain is the Institute's.
 */
export type Pin =
  /** The chain's own first document, for the reader to compare afterwards. */
  | { readonly kind: 'none' }
  | { readonly kind: 'code'; readonly sha256: Hash }
  | { readonly kind: 'document'; readonly bytes: Uint8Array; readonly signatures: readonly Uint8Array[] };

const NOTHING_HELD: Pick<TrustChain, 'held'> = { held: new Map() };

/** The chain has no document with the code of integrity that the reader brought. */
export class OtherAnchor extends Error {
  override readonly name = 'OtherAnchor';
}

/**
 * A code of integrity as it was printed, in groups and in either case.
 * @returns null where it is none
 */
export function parseCode(text: string): Hash | null {
  const digits = text.replace(/[\s·.:-]/g, '').toLowerCase();
  return isHash(digits) ? digits : null;
}

/**
 * The document to start from, with the signatures that the chain has over it: they speak for themselves, wherever they
 * come from.
 * @throws OtherAnchor, NoChain; Refusal of a document that the reader brought; whatever the source throws
 */
export async function findAnchor(source: ChainReads, pin: Pin): Promise<SignedTrust> {
  if (pin.kind === 'document') {
    const { version } = parseTrust(pin.bytes);
    const others = await readSignaturesByNames((path, limit) => source.read(path, limit), pin.bytes, version, NOTHING_HELD);
    return { bytes: pin.bytes, signatures: [...pin.signatures, ...others] };
  }
  for (let version = 1; version <= LIMITS.trustDocuments; version++) {
    const found = await source.readTrust(version, NOTHING_HELD);
    if (version === 1 && (!found || isPageInstead(found.bytes, true))) throw new NoChain(source.name);
    if (!found) break;
    if (pin.kind === 'none' || hashOf(found.bytes) === pin.sha256) return found;
  }
  throw new OtherAnchor();
}
