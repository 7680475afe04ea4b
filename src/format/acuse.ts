import * as v from 'valibot';
import { hash, name, parseDocument, positive, time } from './document.ts';

/** The acuse: a Difusor's signed receipt, `acuses/<phase>/<number>.json`. */

const acuse = v.strictObject({
  type: v.literal('cotejo/acuse'),
  format: v.literal(1),
  election: name,
  phase: name,
  number: positive,
  corte: hash,
  difusor: name,
  node: name,
  received_at: time,
  admitted_at: time,
  published_at: v.nullable(time),
});

export type Acuse = v.InferOutput<typeof acuse>;

/**
 * Reads an acuse and checks its form. The caller checks its signature against the node's key.
 * @throws Refusal `statement-malformed`, `too-large`
 */
export function parseAcuse(bytes: Uint8Array): Acuse {
  return parseDocument(bytes, acuse, 'statement-malformed');
}
