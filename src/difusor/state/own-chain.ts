import { join } from 'node:path';
import { corteFolder, type KnownCorte, readCorte, readHead } from '../../chain/chain-folder.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../../format/sshsig.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import { signerOf } from '../../verdict/trust-chain.ts';
import type { Node } from './node.ts';

/**
 * Reading back the chain on this node's own disk. What is wrong *there* (a bit that turned, a hand that slipped) is this
 * machine's failure and says nothing of what the IEC delivers: without this, a rotten head would have every good corte
 * refused, or call it a fork.
 */

/** @throws Error in place of a Refusal */
export async function asOwn<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Error(`this node's own chain is damaged: ${error.code}: ${error.detail}`, { cause: error });
  }
}

/** @throws Error where it can't be read, or no longer agrees with itself */
export function ownCorte(node: Node, phase: string, number: number): Promise<KnownCorte> {
  return asOwn(readCorte(node.rooms.chain, phase, number));
}

/**
 * The newest corte, which the next one is judged by: its signature is checked again, because `previous` is the hash of
 * its bytes and nothing else here would notice one that changed.
 * @throws Error where it can't be read, or is not what was admitted
 */
export async function ownHead(node: Node, phase: string): Promise<KnownCorte | null> {
  const head = await asOwn(readHead(node.rooms.chain, phase));
  if (head) await asOwn(checkSignature(node, phase, head.statement.number));
  return head;
}

async function checkSignature(node: Node, phase: string, number: number): Promise<void> {
  const folder = corteFolder(node.rooms.chain, phase, number);
  const corteJson = await readBounded(join(folder, 'corte.json'), LIMITS.documentBytes);
  const signature = parseSignature(await readBounded(join(folder, 'corte.json.sig'), LIMITS.signatureBytes), 'corte@cotejo');
  if (!signerOf(node.trust, signature.key) || !isSignatureOver(signature, corteJson, nodeEquation))
    throw new Refusal('signature-invalid', `corte ${number} of ${phase} is not what was signed`);
}
