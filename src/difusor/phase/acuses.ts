import { existsSync, promises as fs, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../../disk/bounded-file.ts';
import { syncFolder, writeDurably } from '../../disk/durable.ts';
import { type Acuse, parseAcuse } from '../../format/acuse.ts';
import { encodeDocument } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';
import { sixDigits } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../../format/sshsig.ts';
import { formatTime, offsetOf } from '../../format/time.ts';
import type { SigningKey } from '../../keys/signing-key.ts';
import type { Head } from '../../verdict/corte.ts';
import type { Setting } from '../state/setting.ts';

/** A node's acuses of one phase (A15): signed once a corte is published, kept where the IEC fetches them. */
export interface Acuses {
  /** Where the acuse of a corte is, or would be; its signature is beside it as `.sig`. */
  file(number: number): string;
  /**
   * Signs and writes the acuse of an admitted corte, unless an equivalent one is there. An acuse from before the
   * opening (`published_at` null) is replaced when the corte is published; the new one keeps the earlier hours.
   * @param receivedAt when the delivery was first seen, ms
   * @param isPublic whether readers see this corte now
   * @throws Error where it can't be written or signed
   */
  acknowledge(corte: Head, receivedAt: number, isPublic: boolean): Promise<void>;
  /** Takes an acuse back, durably: its corte is about to leave the chain. */
  withdraw(number: number): Promise<void>;
}

/** Who signs. */
export interface Acknowledger {
  readonly difusor: string;
  readonly node: string;
  readonly key: SigningKey;
}

/** @param folder of the phase's acuses; it is made together with the first one */
export function openAcuses(folder: string, { difusor, node, key }: Acknowledger, { now, step }: Setting): Acuses {
  const fileOf = (number: number) => join(folder, `${sixDigits(number)}.json`);

  async function acknowledge(corte: Head, receivedAt: number, isPublic: boolean): Promise<void> {
    const { phase, number, election, taken_at } = corte.statement;
    const file = fileOf(number);
    const before = await readOwn(file, key);
    const sameCorte = before?.corte === corte.sha256;
    if (sameCorte && (before.published_at !== null || !isPublic)) return;

    // Times are written at the election's own offset, which the corte carries.
    const at = (instant: number) => formatTime(instant, offsetOf(taken_at));
    const signedAt = now();
    const acuse: Acuse = {
      type: 'cotejo/acuse',
      format: 1,
      election,
      phase,
      number,
      corte: corte.sha256,
      difusor,
      node,
      received_at: sameCorte ? before.received_at : at(Math.min(receivedAt, signedAt)),
      admitted_at: sameCorte ? before.admitted_at : at(signedAt),
      published_at: isPublic ? at(signedAt) : null,
    };
    const bytes = encodeDocument(acuse);
    const signature = await key.sign(bytes, 'acuse@cotejo');
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    step('before A15');
    // The signature first: a reader that finds the document finds its signature.
    await writeDurably(`${file}.sig`, signature);
    await writeDurably(file, bytes);
    step('after A15');
  }

  async function withdraw(number: number): Promise<void> {
    for (const file of [fileOf(number), `${fileOf(number)}.sig`]) await fs.rm(file, { force: true });
    // The outbox may be on another file system, which no sync of the state reaches.
    if (existsSync(folder)) await syncFolder(folder);
  }

  return { file: fileOf, acknowledge, withdraw };
}

/**
 * @returns the acuse that this node wrote, or null where none is signed by this node's key: one that was cut short or
 *   altered, lost its signature or was signed by an older key is replaced by a new one
 */
async function readOwn(file: string, key: SigningKey): Promise<Acuse | null> {
  const bytes = await readIfThere(file, LIMITS.documentBytes);
  const signatureFile = bytes && (await readIfThere(`${file}.sig`, LIMITS.signatureBytes));
  if (!bytes || !signatureFile) return null;
  try {
    const signature = parseSignature(signatureFile, 'acuse@cotejo');
    const isOurs = signature.key === key.publicKey && isSignatureOver(signature, bytes);
    return isOurs ? parseAcuse(bytes) : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
