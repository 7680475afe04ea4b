import { NoAnswer, type NoAnswerKind } from '../../audit/source/http-once.ts';
import type { Said } from '../../format/said.ts';
import { NotGood, SELLO_CODES, type SelloCode } from '../../sello/not-good.ts';
import { ClocksDisagree } from './clocks.ts';

/** Why an authority has given no token. */
export type SellarCode = SelloCode | NoAnswerKind | 'no-certificates' | 'clocks';

export const SELLAR_CODES: readonly SellarCode[] = [
  ...SELLO_CODES,
  'status',
  'too-large',
  'silent',
  'unreachable',
  'no-certificates',
  'clocks',
];

export interface SellarTrouble {
  readonly code: SellarCode;
  readonly detail: Said;
}

/** @returns null for what fails on our own side, of which no authority is told */
export function troubleOf(error: unknown): SellarTrouble | null {
  if (error instanceof NotGood) return { code: error.code, detail: error.said };
  if (error instanceof ClocksDisagree) return { code: 'clocks', detail: error.said };
  return error instanceof NoAnswer ? { code: error.kind, detail: error.said } : null;
}

/** Whether the authority answered with something that is no good token for what was asked. */
export function isWrongAnswer(code: SellarCode): boolean {
  return code !== 'rejected' && code !== 'list-unusable' && SELLO_CODES.some((one) => one === code);
}
