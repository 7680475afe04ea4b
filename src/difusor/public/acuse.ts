import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { type Acuse, parseAcuse } from '../../format/acuse.ts';
import { encodeDocument } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';
import { sixDigits } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../../format/sshsig.ts';
import { formatTime, offsetOf } from '../../format/time.ts';
import type { Head } from '../../verdict/corte.ts';
import type { Node } from '../state/node.ts';
import { shownNow } from './link.ts';

/** The acuse (A15): signed once the corte is published, kept where the IEC fetches it. */

export function acuseFile(node: Node, phase: string, number: number): string {
  return join(node.outbox, 'acuses', phase, `${sixDigits(number)}.json`);
}

/**
 * Signs and puts out the acuse of an admitted corte, unless one that says as much is already there. One from before the
 * opening (`published_at` null) is replaced when the corte is published; what it said of the past stays as it said it.
 * @param receivedAt when the delivery was first seen, ms
 */
export async function acknowledge(node: Node, corte: Head, receivedAt: number): Promise<void> {
  const { phase, number, election, taken_at } = corte.statement;
  const shown = shownNow(node, phase);
  const isPublic = shown?.public === 'corte' && shown.number === number;
  const before = await readOwn(node, phase, number);
  const sameCorte = before?.corte === corte.sha256;
  if (sameCorte && (before.published_at !== null || !isPublic)) return;

  // Times are written at the election's own offset, which the corte carries.
  const at = (instant: number) => formatTime(instant, offsetOf(taken_at));
  const now = node.now();
  const acuse: Acuse = {
    type: 'cotejo/acuse',
    format: 1,
    election,
    phase,
    number,
    corte: corte.sha256,
    difusor: node.difusor,
    node: node.node,
    received_at: sameCorte ? before.received_at : at(Math.min(receivedAt, now)),
    admitted_at: sameCorte ? before.admitted_at : at(now),
    published_at: isPublic ? at(now) : null,
  };
  const bytes = encodeDocument(acuse);
  const signature = await node.acuseKey.sign(bytes, 'acuse@cotejo');
  const file = acuseFile(node, phase, number);
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  node.step('before A15');
  // The signature first: a reader that finds the document finds its signature.
  await writeDurably(`${file}.sig`, signature);
  await writeDurably(file, bytes);
  node.step('after A15');
}

/**
 * @returns the acuse that this node put out for a number, or null where there is none that this node's key signed: one
 *   that was cut short, altered, lost its signature or was signed by an older key gives place to a new one
 */
export async function readOwn(node: Node, phase: string, number: number): Promise<Acuse | null> {
  const file = acuseFile(node, phase, number);
  const bytes = await readIfThere(file, LIMITS.documentBytes);
  const signatureFile = bytes && (await readIfThere(`${file}.sig`, LIMITS.signatureBytes));
  if (!bytes || !signatureFile) return null;
  try {
    const signature = parseSignature(signatureFile, 'acuse@cotejo');
    const isOurs = signature.key === node.acuseKey.publicKey && isSignatureOver(signature, bytes);
    return isOurs ? parseAcuse(bytes) : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
