import { LIMITS } from '../../format/limits.ts';
import { signatureNames, trustFile, trustSignatureFile } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { type Custodian, parseTrust } from '../../format/trust.ts';
import type { SignedTrust, TrustChain } from '../../verdict/trust-chain.ts';
import type { ChainReads } from './chain-reads.ts';

/**
 * A trust document from a place that lists nothing, such as a web server: its signatures are found by the names of its
 * own custodians and of those of the document before it.
 * @returns null where there is no such document; nothing of what is given is checked
 */
export async function readTrustByNames(
  read: ChainReads['read'],
  version: number,
  chain: Pick<TrustChain, 'held'>,
): Promise<SignedTrust | null> {
  const bytes = await read(`trust/${trustFile(version)}`, LIMITS.documentBytes);
  return bytes && { bytes, signatures: await readSignaturesByNames(read, bytes, version, chain) };
}

/** The signatures that a place has for a document of this version, looked up by the custodians that the bytes name. */
export async function readSignaturesByNames(
  read: ChainReads['read'],
  bytes: Uint8Array,
  version: number,
  chain: Pick<TrustChain, 'held'>,
): Promise<Uint8Array[]> {
  const own = custodiansOf(bytes);
  const former = chain.held.get(version - 1)?.document.custodians ?? [];
  const names = new Set([...signatureNames(own, former, version - 1).values(), ...former.map(({ name }) => name)]);
  const files = await Promise.all([...names].map((name) => readSignature(read, version, name)));
  return files.filter((file) => file !== null);
}

/**
 * The custodians that an unchecked document names. A malformed document gives none: it is refused later, when it is
 * checked.
 */
function custodiansOf(bytes: Uint8Array): readonly Custodian[] {
  try {
    return parseTrust(bytes).custodians;
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** Reads a signature file. A refused one counts as absent, like any other bad signature (T4). */
async function readSignature(read: ChainReads['read'], version: number, custodian: string): Promise<Uint8Array | null> {
  try {
    return await read(`trust/${trustSignatureFile(version, custodian)}`, LIMITS.signatureBytes);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
