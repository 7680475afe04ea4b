import { join } from 'node:path';
import { type KnownCorte, readCorte } from '../../chain/chain-folder.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { isSignatureOver, parseSignature } from '../../format/sshsig.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import type { Head } from '../../verdict/corte.ts';
import { signerOf, type TrustChain } from '../../verdict/trust-chain.ts';
import { words } from '../words.ts';

/**
 * Reads back the chain on this node's own disk. A fault there (a flipped bit, an operator's mistake) is this machine's
 * and says nothing of what the IEC delivers. Without this, a damaged head would make every good corte look wrong, or
 * like a fork.
 */

/** @throws Error in place of a Refusal */
export async function asOwn<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new ToldError(words.chainDamaged(error.code, error.said), { cause: error });
  }
}

/** @throws Error where it can't be read, or no longer agrees with itself */
export function ownCorte(chain: string, phase: string, number: number): Promise<KnownCorte> {
  return asOwn(readCorte(chain, phase, number));
}

/**
 * Checks again that the newest corte is on the disk as it was admitted: `previous` of the next one is the hash of its
 * bytes, and nothing else here would notice one that changed.
 * @param folder of that corte in the chain
 * @throws Error where it can't be read, or is not what was signed
 */
export async function checkOwnSignature(folder: string, head: Head, trust: TrustChain): Promise<void> {
  await asOwn(checkSignature(folder, head, trust));
}

async function checkSignature(folder: string, head: Head, trust: TrustChain): Promise<void> {
  const corteJson = await readBounded(join(folder, 'corte.json'), LIMITS.documentBytes);
  const signature = parseSignature(await readBounded(join(folder, 'corte.json.sig'), LIMITS.signatureBytes), 'corte@cotejo');
  const isSigned = signerOf(trust, signature.key) !== undefined && isSignatureOver(signature, corteJson, nodeEquation);
  if (!isSigned || hashOf(corteJson) !== head.sha256)
    throw new Refusal('signature-invalid', words.notAsSigned(head.statement.number, head.statement.phase));
}
