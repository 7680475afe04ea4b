import * as v from 'valibot';
import { hash, name, number, parseDocument, positive, text, time } from './document.ts';
import { asked } from './issue.ts';
import { LIMITS } from './limits.ts';
import { Refusal } from './refusal.ts';
import { words } from './words.ts';

/** `corte.json`: what the IEC says of a corte, and the only thing that it signs of it. */

const measured = v.strictObject({ sha256: hash, bytes: number, files: number, content_bytes: number });

const statement = v.strictObject({
  type: v.literal('cotejo/corte'),
  format: v.literal(1),
  election: name,
  phase: name,
  number: v.pipe(positive, v.maxValue(LIMITS.corteNumber, asked(words.overSixDigits))),
  previous: v.nullable(hash),
  trust: v.strictObject({ version: positive, sha256: hash }),
  taken_at: time,
  final: v.boolean(),
  note: v.nullable(
    v.pipe(
      text,
      v.check((note) => [...note].length <= LIMITS.noteCharacters, asked(words.noteTooLong)),
    ),
  ),
  manifest: measured,
  package: measured,
});

export type Statement = v.InferOutput<typeof statement>;
export type Measured = v.InferOutput<typeof measured>;

/**
 * The form of a statement (the first part of A4). Only for bytes whose signature was checked.
 * @throws Refusal `statement-malformed`, `too-large`
 */
export function parseStatement(bytes: Uint8Array): Statement {
  const document = parseDocument(bytes, statement, 'statement-malformed');
  const { manifest, package: pack } = document;
  if ((document.number === 1) !== (document.previous === null)) {
    throw new Refusal('statement-malformed', words.previousOfCorte);
  }
  if (manifest.bytes > LIMITS.manifestBytes) throw new Refusal('too-large', words.manifestTooLarge);
  if (manifest.files > LIMITS.files) throw new Refusal('too-large', words.overFiles(LIMITS.files));
  if (pack.bytes > LIMITS.packageBytes) throw new Refusal('too-large', words.packageTooLarge);
  if (manifest.content_bytes > LIMITS.contentBytes || pack.content_bytes > LIMITS.contentBytes) {
    throw new Refusal('too-large', words.contentTooLarge);
  }
  return document;
}
