import { type HeldTrust, type SignedTrust, signedBy } from '../verdict/trust-chain.ts';

/** Who has signed a document and who is missing, on each of the two sides that T4 counts. */

export interface Side {
  /** The version whose custodians are counted. */
  readonly version: number;
  readonly threshold: number;
  readonly signed: readonly string[];
  readonly unsigned: readonly string[];
  /** How many more of `unsigned` are needed; 0 when the side is complete. */
  readonly missing: number;
}

/** @param before null where the document is compared with none: then only its own side is counted */
export function sidesOf(signed: SignedTrust, document: HeldTrust, before: HeldTrust | null): Side[] {
  return [before, document].flatMap((held) => {
    if (!held) return [];
    const { version, threshold, custodians } = held.document;
    const names = new Set(signedBy(held.document, signed));
    const [yes, no] = [true, false].map((has) => custodians.map(({ name }) => name).filter((name) => names.has(name) === has));
    return [{ version, threshold, signed: yes ?? [], unsigned: no ?? [], missing: Math.max(0, threshold - names.size) }];
  });
}
