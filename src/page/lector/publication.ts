import { pointerOf, pointerText } from '../../format/pointer.ts';
import type { Language } from '../../format/said.ts';
import { SITE_NAME } from '../../format/site-names.ts';
import { phaseOf } from '../../verdict/trust-chain.ts';
import { fileAnswer, redirect, sayAnswer, textAnswer } from './answers.ts';
import type { Bodies } from './bodies.ts';
import type { HeldCorte } from './cortes.ts';
import { type Files, MOST_OF_FILE } from './files.ts';
import type { Pin } from './kept.ts';
import type { Known } from './known.ts';
import { wantedAt } from './wanted.ts';
import { words } from './words.ts';

/** Answers for the publication, of one corte. */

export interface PublicationPlan {
  readonly known: Known;
  readonly files: Files;
  readonly bodies: Bodies;
  /** the corte of a pin, of the mirrors where it is not kept any more; null where it can't be had, or was revoked */
  readonly corteOf: (pin: Pin) => Promise<HeldCorte | null>;
  readonly language: Language;
  /** a file was given. @param from the mirror's name */
  readonly onGiven: (clientId: string, path: string, bytes: number, from: string) => void;
  /** a file could be had from nobody */
  readonly onLacking: (number: number, path: string) => void;
}

const MEBIBYTE = 1024 * 1024;

/**
 * @param clientId of the document that asks or is made
 * @param range as the request states it
 */
export async function answerOf(
  { known, files, bodies, corteOf, language, onGiven, onLacking }: PublicationPlan,
  pin: Pin,
  clientId: string,
  url: URL,
  range: string | null,
): Promise<Response> {
  const held = await corteOf(pin);
  if (!held) return sayAnswer(503, words.gone, language);
  const { statement } = held.corte;
  const { phase, number } = statement;
  const wanted = wantedAt(url.pathname, { phase, number, byPath: held.byPath });
  if (wanted.kind === 'nothing') return sayAnswer(404, words.nothing, language);
  if (wanted.kind === 'moved') return redirect(wanted.to + url.search);
  if (wanted.kind === 'own') return ownAnswer(held, wanted.what);
  const { path, sha256, status } = wanted;
  const isDrill = phaseOf(known.trust(), phase)?.kind === 'simulacro';
  const given = await files.get({ phase, isDrill, number, path, sha256, most: statement.manifest.content_bytes });
  if (given.kind === 'too-large') return sayAnswer(503, words.tooLarge(path, MOST_OF_FILE / MEBIBYTE), language);
  if (given.kind === 'not-had') {
    onLacking(number, path);
    return sayAnswer(503, words.notHad(path), language);
  }
  const answer = await fileAnswer(path, given.bytes, status, range, bodies);
  if (!answer) return sayAnswer(503, words.tooMany, language);
  onGiven(clientId, path, given.bytes.length, given.from);
  return answer;
}

function ownAnswer({ corte, files }: HeldCorte, what: 'corte.json' | 'corte.json.sig' | 'SHA256SUMS' | 'ultimo.json'): Response {
  const { phase, number, taken_at } = corte.statement;
  const newest = { number, corte: corte.sha256, taken_at };
  if (what === 'ultimo.json') {
    // The corte has no other address here: whoever asks is of this one.
    return textAnswer('application/json', pointerText({ ...pointerOf(phase, 'corte', newest, `/${SITE_NAME}/`), base: '/' }));
  }
  const bytes = { 'corte.json': files.corteJson, 'corte.json.sig': files.signature, SHA256SUMS: files.sums }[what];
  return textAnswer(what === 'corte.json' ? 'application/json' : 'text/plain', new Uint8Array(bytes));
}
