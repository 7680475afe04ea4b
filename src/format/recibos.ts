import { LIMITS } from './limits.ts';
import { words } from './padron-words.ts';
import { Refusal, tooLarge } from './refusal.ts';
import { decodeUtf8 } from './text.ts';

/**
 * The receipts of one corte that the IEC publishes, `recibos/<phase>/<number in six digits>.json`: a JSON array of the
 * exact texts of an acuse and of its signature, one receipt a line. Not signed and believed for nothing: each receipt
 * proves itself. Its order says nothing, and one receipt that is there twice counts once.
 */

/** The folder of them, beside what else the IEC publishes. */
export const RECIBOS = 'recibos';

/** How far they go, in that folder: a hint. */
export const RECIBOS_INDEX = 'index.json';

/** The texts of an acuse and of its signature file. */
export type Recibo = readonly [acuse: string, signature: string];

/** @returns one spelling of these receipts, in their order */
export function recibosText(recibos: readonly Recibo[]): string {
  return recibos.length === 0 ? '[]\n' : `[\n${recibos.map((recibo) => JSON.stringify(recibo)).join(',\n')}\n]\n`;
}

/** Whether the texts are such as an acuse and a signature have: ASCII without controls other than ends of lines. */
export function isRecibo([acuse, signature]: Recibo): boolean {
  return [acuse, signature].every((text) => /^[\n\r -~]*$/.test(text));
}

/**
 * Reads a file of receipts, which may be anybody's. What each receipt is worth is the caller's to check.
 * @throws Refusal `too-large` past {@link LIMITS}.recibosBytes or LIMITS.recibos; `statement-malformed` where it is not
 *   written, to the byte, as {@link recibosText} writes it
 */
export function parseRecibos(bytes: Uint8Array, name: string): Recibo[] {
  if (bytes.length > LIMITS.recibosBytes) throw tooLarge(name, LIMITS.recibosBytes);
  const text = decodeUtf8(bytes);
  const recibos = text === null ? null : entriesOf(text);
  if (recibos === null || recibosText(recibos) !== text) throw new Refusal('statement-malformed', words.noRecibos);
  if (recibos.length > LIMITS.recibos) throw new Refusal('too-large', words.manyRecibos(LIMITS.recibos));
  return recibos;
}

function entriesOf(text: string): Recibo[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // no JSON
  }
  if (!Array.isArray(value)) return null;
  const recibos: Recibo[] = [];
  for (const entry of value as readonly unknown[]) {
    if (!Array.isArray(entry) || entry.length !== 2) return null;
    const [acuse, signature]: readonly unknown[] = entry;
    if (typeof acuse !== 'string' || typeof signature !== 'string') return null;
    if (!isRecibo([acuse, signature])) return null;
    recibos.push([acuse, signature]);
  }
  return recibos;
}
