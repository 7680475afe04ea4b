import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { sweepAsides } from '../../disk/aside.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../../format/sshsig.ts';
import { nodeEquation } from '../../keys/node-equation.ts';

/**
 * A kept acuse is two files, and one that replaces another needs two renames. Between them a killed process would leave
 * the new signature beside the old document, which reads as a node's false signature. So the new document lies beside
 * first, and is put in its place by the next process.
 */

/** Where the document lies that is about to replace another. @param file of the acuse */
export function comingOf(file: string): string {
  return `${file}.next`;
}

const COMING = /^(\d{6}\.json)\.next$/;

/**
 * Finishes the replacing that a killed process began, and removes what it left. To be called by who holds the panel's lock,
 * before acuses are read.
 * @throws Error where something can't be read or written
 */
export async function finishKept(panel: string): Promise<void> {
  for (const difusor of await namesIn(join(panel, 'acuses'))) {
    for (const node of await namesIn(join(panel, 'acuses', difusor))) {
      for (const phase of await namesIn(join(panel, 'acuses', difusor, node)))
        await finishIn(join(panel, 'acuses', difusor, node, phase));
    }
  }
}

async function finishIn(folder: string): Promise<void> {
  await sweepAsides([folder]);
  for (const name of await namesIn(folder)) {
    const document = COMING.exec(name)?.[1];
    if (document === undefined) continue;
    const file = join(folder, document);
    const bytes = await readIfThere(comingOf(file), LIMITS.documentBytes);
    const signature = await readIfThere(`${file}.sig`, LIMITS.signatureBytes);
    if (bytes && signature && isSigned(bytes, signature)) await writeDurably(file, bytes);
    await fs.rm(comingOf(file), { force: true });
  }
}

/** Whether the signature file of an acuse is over these bytes, by whatever key it names. */
export function isSigned(bytes: Uint8Array, file: Uint8Array): boolean {
  try {
    return isSignatureOver(parseSignature(file, 'acuse@cotejo'), bytes, nodeEquation);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
