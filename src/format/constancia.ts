import * as v from 'valibot';
import { DIFFERENCES, NOT_CHECKED } from './constancia-terms.ts';
import { hash, key, name, number, parseExactly, positive, text, time } from './document.ts';
import { LIMITS } from './limits.ts';
import { CODES, tooLarge } from './refusal.ts';

/**
 * A reader's constancia: what the page that checks found at some hour, as a file that anyone can check again. It encloses
 * the signed documents, so it proves of itself which corte was signed, by which key, and who authorised that key. What the
 * site showed, and when, is said by whoever made the file, and nothing proves it: nobody signs a constancia.
 */

const address = v.pipe(text, v.maxLength(2048));
/** The exact text of a signed document or of a signature, which has ends of lines. */
const enclosed = (most: number) => v.pipe(v.string(), v.maxLength(most));

const contrary = v.strictObject({
  difusor: name,
  node: name,
  key,
  acuse: enclosed(LIMITS.documentBytes),
  signature: enclosed(LIMITS.signatureBytes),
});

const constancia = v.strictObject({
  type: v.literal('cotejo/constancia-de-comprobacion'),
  format: v.literal(1),
  election: name,
  /** by the clock of the reader's device */
  checked_at: time,
  verdict: v.picklist(['concuerda', 'falta-comparar', 'no-concuerda', 'no-se-sabe']),
  /** the first fault of the chain; for a trust document `phase` is null and `number` its version */
  fault: v.nullable(v.strictObject({ phase: v.nullable(name), number: v.nullable(positive), code: v.picklist(CODES) })),
  /** null where only the chain was checked */
  site: v.nullable(address),
  chain: address,
  /** where trust began, and what the reader had to compare it with */
  anchor: v.strictObject({
    version: positive,
    sha256: hash,
    given: v.picklist(['codigo', 'documento', 'comparado', 'nada']),
  }),
  /** the newest trust document that was held */
  trust: v.strictObject({ version: positive, sha256: hash }),
  /** the newest corte in order */
  corte: v.strictObject({
    phase: name,
    kind: v.picklist(['oficial', 'simulacro']),
    number: positive,
    taken_at: time,
    final: v.boolean(),
    sha256: hash,
    signer: name,
    key,
  }),
  /** of the site, as far as they were compared; null where none was */
  files: v.nullable(
    v.strictObject({
      listed: positive,
      compared: number,
      same: number,
      differing: v.pipe(
        v.array(v.strictObject({ path: v.pipe(text, v.maxLength(LIMITS.pathBytes)), how: v.picklist(DIFFERENCES) })),
        v.maxLength(LIMITS.constanciaFiles),
      ),
      seed: v.nullable(v.pipe(text, v.maxLength(64))),
    }),
  ),
  /** of the nodes, by the published receipts; null where they were not counted */
  recibos: v.nullable(
    v.strictObject({
      nodes: number,
      of: number,
      difusores: number,
      of_difusores: number,
      contrary: v.pipe(v.array(contrary), v.maxLength(LIMITS.constanciaRecibos)),
    }),
  ),
  not_checked: v.pipe(v.array(v.picklist(NOT_CHECKED)), v.maxLength(NOT_CHECKED.length)),
  documents: v.strictObject({
    /** from the anchor on; empty where together they are too long for the file */
    trust: v.pipe(
      v.array(
        v.strictObject({
          document: enclosed(LIMITS.documentBytes),
          signatures: v.pipe(v.array(enclosed(LIMITS.signatureBytes)), v.maxLength(4 * LIMITS.custodians)),
        }),
      ),
      v.maxLength(LIMITS.trustDocuments),
    ),
    corte: enclosed(LIMITS.documentBytes),
    signature: enclosed(LIMITS.signatureBytes),
  }),
});

/** A receipt of another corte of the same number, by the key that is told as a node's. */
export type Contrary = v.InferOutput<typeof contrary>;
export type Constancia = v.InferOutput<typeof constancia>;

/**
 * Reads a constancia and checks its form alone: nothing that it says is believed for that.
 * @param file its name, for messages
 * @throws Refusal `too-large`; `statement-malformed` where it does not have its one spelling
 */
export function parseConstancia(bytes: Uint8Array, file: string): Constancia {
  if (bytes.length > LIMITS.constanciaBytes) throw tooLarge(file, LIMITS.constanciaBytes);
  return parseExactly(bytes, constancia, 'statement-malformed');
}
