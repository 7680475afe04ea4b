import type { PublicKey } from '../format/key.ts';
import { signatureNames } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { isSignatureOver, parseSignature, type Signature } from '../format/sshsig.ts';
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

/** The document in question, and the one that it was held against, or null. */
export interface Compared {
  readonly document: HeldTrust;
  readonly before: HeldTrust | null;
}

/** @returns the name under which the holder of a key signs this document; null where the key is no custodian's */
export function custodianOf(key: PublicKey, { document, before }: Compared): string | null {
  const [own, former] = [document.document.custodians, before?.document.custodians ?? []];
  return signatureNames(own, former, document.document.version - 1).get(key) ?? null;
}

/** A signature file that names a custodian's key and whose signature is not over the document that it lies beside. */
export interface OtherSignature {
  /** by the key, whatever the file is called */
  readonly custodian: string;
  /** the file, as a path */
  readonly signature: string;
}

/**
 * Of the signatures beside a document, those that tell of another one. Whoever signed that one may have made it
 * acceptable, and two acceptable documents of one version are a fork for every holder (T7). It is a reason to look, and
 * no proof: bytes of a signature that were altered look the same, and so do another version's under this name.
 * @param signatures by the path of their file; what is no signature of a custodian's key is passed over (T4)
 */
export function signaturesOfOthers(signatures: ReadonlyMap<string, Uint8Array>, compared: Compared): OtherSignature[] {
  return [...signatures].flatMap(([signature, file]) => {
    const read = signatureIn(file);
    const custodian = read && custodianOf(read.key, compared);
    if (!custodian || isSignatureOver(read, compared.document.bytes)) return [];
    return [{ custodian, signature }];
  });
}

/** A file's signature over some trust document, by its form; null where it is none (T4). */
export function signatureIn(file: Uint8Array): Signature | null {
  try {
    return parseSignature(file, 'trust@cotejo');
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
