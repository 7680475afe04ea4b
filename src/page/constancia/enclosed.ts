import { cortePath } from '../../audit/check/chain-reads.ts';
import type { Equation } from '../../format/ed25519.ts';
import { hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import type { CorteFile } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { checkSigned } from '../../verdict/corte.ts';
import type { Corte } from '../../verdict/history.ts';
import type { SignedTrust, TrustChain } from '../../verdict/trust-chain.ts';
import type { Kept } from '../findings.ts';
import type { WebClient } from '../web-get.ts';
import { WebTrouble } from '../web-trouble.ts';

/** The signed documents that a constancia encloses. */
export interface Enclosed {
  /** from the anchor to the newest that was held, one after the other */
  readonly trust: readonly SignedTrust[];
  readonly corteJson: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The newest corte's own two files, mostly kept from the check. What is read again is checked again: a signature has more
 * than one spelling, and a server may give another.
 * @returns null where they can't be had as they were
 * @throws the signal's reason where the reader went on
 */
export async function enclosedFor(
  client: Pick<WebClient, 'read'>,
  { corte, trust, kept, chain }: { readonly corte: Corte; readonly trust: TrustChain; readonly kept: Kept; readonly chain: URL },
  equation: Equation,
): Promise<Enclosed | null> {
  const { phase, number } = corte.statement;
  const read = (file: CorteFile, limit: number) => {
    const path = cortePath(phase, number, file);
    return kept.file(path) ?? client.read(new URL(path, chain), path, limit);
  };
  try {
    const corteJson = await read('corte.json', LIMITS.documentBytes);
    const signature = await read('corte.json.sig', LIMITS.signatureBytes);
    if (!corteJson || !signature || hashOf(corteJson) !== corte.sha256) return null;
    checkSigned(corteJson, signature, trust, { phase, number }, equation);
    return { trust: documentsOf(trust, kept.trust), corteJson, signature };
  } catch (error) {
    if (error instanceof Refusal || error instanceof WebTrouble) return null;
    throw error;
  }
}

/** Each document with all signatures that came with it, in any of its readings. */
function documentsOf({ anchor, newest, held }: TrustChain, read: readonly SignedTrust[]): SignedTrust[] {
  const found: SignedTrust[] = [];
  for (let version = anchor.document.version; version <= newest.document.version; version++) {
    const document = held.get(version);
    if (!document) continue;
    const own = read.filter(({ bytes }) => hashOf(bytes) === document.sha256);
    found.push({ bytes: document.bytes, signatures: own.flatMap(({ signatures }) => signatures) });
  }
  return found;
}
