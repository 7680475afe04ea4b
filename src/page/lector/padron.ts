import { PADRON_FILE, type Padron, parsePadron } from '../../format/padron.ts';
import { Refusal } from '../../format/refusal.ts';
import type { HeldCorte } from './cortes.ts';
import type { Files } from './files.ts';

/** The padrón of a corte, and its exact bytes. */
export interface FoundPadron {
  readonly padron: Padron;
  readonly bytes: Uint8Array;
}

/**
 * The padrón that is signed within a corte, of the store or of whichever mirror gives it as it was signed.
 * @param isDrill whether its phase is a drill
 * @returns `none` where the corte has no such file; `malformed` where it was signed so, or is of another election, which
 *   stays so; null where it can't be had just now
 */
export async function padronOf(
  { corte: { statement }, byPath }: HeldCorte,
  isDrill: boolean,
  files: Files,
): Promise<FoundPadron | 'none' | 'malformed' | null> {
  const sha256 = byPath.get(PADRON_FILE);
  if (sha256 === undefined) return 'none';
  const { phase, number, election, manifest } = statement;
  const given = await files.get({ phase, isDrill, number, path: PADRON_FILE, sha256, most: manifest.content_bytes });
  if (given.kind !== 'file') return null;
  try {
    const padron = parsePadron(given.bytes);
    return padron.election === election ? { padron, bytes: given.bytes } : 'malformed';
  } catch (error) {
    if (error instanceof Refusal) return 'malformed';
    throw error;
  }
}
