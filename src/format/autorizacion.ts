import * as v from 'valibot';
import { hash, name, number, parseDocument, positive } from './document.ts';
import { asked } from './issue.ts';
import { LIMITS } from './limits.ts';
import { OFICIAL, title } from './padron.ts';
import { words as presentationWords } from './presentation-words.ts';
import { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';
import { words } from './words.ts';

/**
 * `oficial/autorizaciones/<difusor>-<name>.json`: a presentation of the results that a Difusor made and the IEC
 * authorised (base I.3). It is a file of the corte, as the padrón is. It authorises exact bytes: those of the template
 * whose `SHA256SUMS` has the hash that it states.
 */

/** The folder of a publication in which authorisations lie. */
export const AUTHORIZATIONS = `${OFICIAL}/autorizaciones`;

const corteNumber = v.pipe(positive, v.maxValue(LIMITS.corteNumber, asked(words.overSixDigits)));

const autorizacion = v.strictObject({
  type: v.literal('cotejo/autorizacion'),
  format: v.literal(1),
  election: name,
  phase: name,
  difusor: name,
  /** under which it is published, one per Difusor */
  name,
  title,
  template: v.strictObject({
    /** of the template's `SHA256SUMS` */
    sha256: hash,
    /** of all files that it lists */
    bytes: v.pipe(positive, v.maxValue(LIMITS.templateBytes, asked(presentationWords.countBytes(LIMITS.templateBytes)))),
    files: v.pipe(positive, v.maxValue(LIMITS.templateFiles, asked(words.overFiles(LIMITS.templateFiles)))),
  }),
  /** the cortes with which it may be shown; `last` is null where there is no end yet, `first` − 1 where it was withdrawn before */
  first: corteNumber,
  last: v.nullable(v.pipe(number, v.maxValue(LIMITS.corteNumber, asked(words.overSixDigits)))),
});

export type Autorizacion = v.InferOutput<typeof autorizacion>;

/** Where the authorisation of a Difusor's presentation lies in a publication. */
export function authorizationPath({ difusor, name: presentation }: Pick<Autorizacion, 'difusor' | 'name'>): string {
  return `${AUTHORIZATIONS}/${difusor}-${presentation}.json`;
}

/**
 * Reads an authorisation and checks its form.
 * @param path in the publication: two pairs of names may give one path, but a document has one
 * @throws Refusal `statement-malformed`, `too-large`
 */
export function parseAuthorization(bytes: Uint8Array, path: string): Autorizacion {
  const document = parseDocument(bytes, autorizacion, 'statement-malformed');
  if (document.last !== null && document.last < document.first - 1) {
    throw new Refusal('statement-malformed', presentationWords.lastEarly);
  }
  if (path !== authorizationPath(document))
    throw new Refusal('statement-malformed', presentationWords.shouldBe(authorizationPath(document)));
  return document;
}

/** Whether a presentation may be shown with a corte: it is of the election and the phase, and within the numbers. */
export function isAuthorizedFor(
  { election, phase, first, last }: Pick<Autorizacion, 'election' | 'phase' | 'first' | 'last'>,
  corte: Pick<Statement, 'election' | 'phase' | 'number'>,
): boolean {
  const isOfThis = election === corte.election && phase === corte.phase;
  return isOfThis && first <= corte.number && (last === null || corte.number <= last);
}
