import { checkFollows, checkRemembers, type HeldTrust, heldTrustOf, type SignedTrust } from '../verdict/trust-chain.ts';
import { type Change, changesBetween } from './changes.ts';
import { type Compared, type Side, sidesOf } from './signatures.ts';

/** All that a custodian must know of a document before signing it. */
export interface Inspected extends Compared {
  /** Null where there was nothing to compare with. */
  readonly changes: readonly Change[] | null;
  readonly sides: readonly Side[];
}

/**
 * @throws Refusal where the document could not be accepted after `before`, whoever signed it: `trust-malformed`,
 *   `too-large` (T1, T2), `trust-version` (T3), `trust-rewrites` (T5)
 */
export function inspect(signed: SignedTrust, before: HeldTrust | null): Inspected {
  const document = heldTrustOf(signed.bytes);
  if (before) {
    checkFollows(before, document.document);
    checkRemembers(before.document, document.document);
  }
  return {
    document,
    before,
    changes: before && changesBetween(before.document, document.document),
    sides: sidesOf(signed, document, before),
  };
}
