import { readIfThere } from '../../disk/bounded-file.ts';
import { replaceFile } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { type Hash, hashOf } from '../../format/hash.ts';
import { Refusal } from '../../format/refusal.ts';
import type { SelloName } from '../../format/sello.ts';
import { checkedFolder, checkedPlace } from './places.ts';

/**
 * Which token was found good for which corte, so that openssl need not be asked at every look. Hours of files say nothing
 * of that: a number may be signed again for another corte, by a clock that is behind or on another machine. What is lost
 * here is checked again.
 */

const BYTES = 256;

/** @param corte the hash of its `corte.json` @throws Error where it can't be written */
export async function noteChecked(folder: string, phase: string, name: SelloName, corte: Hash, token: Uint8Array): Promise<void> {
  makeFolderFor(checkedFolder(folder, phase));
  await replaceFile(checkedPlace(folder, phase, name), lineOf(corte, token));
}

/** Whether these bytes were found good for this corte. @throws Error where it can't be read */
export async function isChecked(folder: string, phase: string, name: SelloName, corte: Hash, token: Uint8Array): Promise<boolean> {
  try {
    const line = await readIfThere(checkedPlace(folder, phase, name), BYTES);
    return line?.toString('latin1') === lineOf(corte, token);
  } catch (error) {
    if (error instanceof Refusal) return false; // too large: not what was written here
    throw error;
  }
}

function lineOf(corte: Hash, token: Uint8Array): string {
  return `${corte} ${hashOf(token)}\n`;
}
