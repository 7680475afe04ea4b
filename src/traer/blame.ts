import { RedirectElsewhere, Transient } from '../audit/source/http-get.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import { type Said, ToldError } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import type { Fault } from './conduct.ts';

/** What a failure says of the mirror that was asked alone. */

/** Bytes that are not what the IEC's own signature says: whoever gave them gave something else. */
export const LIES: ReadonlySet<Code> = new Set([
  'signature-invalid',
  'manifest-mismatch',
  'manifest-malformed',
  'path-forbidden',
  'package-mismatch',
]);

/** What may be our own fault: a clock that is off, a trust that has ended. No mirror is blamed for it. */
const OURS: ReadonlySet<Code> = new Set(['time-future', 'trust-expired']);

/** What was refused may have come of a cache that has the files of two times, or of a page in their place: it proves no lie. */
export class Unproved extends Error {
  override readonly name = 'Unproved';
  readonly refusal: Refusal;
  readonly said: Said;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
    this.said = refusal.said;
  }
}

/** Something that a mirror announced is not there. */
export class Withheld extends Error {
  override readonly name = 'Withheld';
  readonly said;

  constructor(detail: Said) {
    super(detail.en);
    this.said = detail;
  }
}

/** Others gave whole what it gave not one byte of, again and again. */
export class Silent extends ToldError {
  override readonly name = 'Silent';
}

/** What went wrong is this machine's fault, and no mirror's. */
export class OwnTrouble extends Error {
  override readonly name = 'OwnTrouble';
  readonly said;

  constructor(detail: Said) {
    super(detail.en);
    this.said = detail;
  }
}

type Blame = Pick<Fault, 'kind' | 'code' | 'detail'>;

/** @returns null where the mirror did nothing wrong; what is no failure of asking at all is thrown on */
export function blameFor(error: unknown): Blame | null {
  const detail = saidBy(error);
  if (error instanceof Refusal) {
    const { code } = error;
    if (OURS.has(code)) return null;
    return { kind: LIES.has(code) ? 'lied' : 'unusable', code, detail };
  }
  if (error instanceof OwnTrouble) return null;
  if (error instanceof Unproved) return { kind: 'unusable', code: error.refusal.code, detail };
  if (error instanceof Withheld) return { kind: 'withholds', code: null, detail };
  if (error instanceof Silent) return { kind: 'slow', code: null, detail };
  if (error instanceof RedirectElsewhere) return { kind: 'unusable', code: null, detail };
  if (error instanceof Transient) return { kind: 'unreachable', code: null, detail };
  if (error instanceof Error && error.name === 'TooSlow') return { kind: 'slow', code: null, detail };
  if (error instanceof Error && 'said' in error) return { kind: 'unreachable', code: null, detail };
  return null;
}
