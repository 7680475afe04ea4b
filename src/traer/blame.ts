import { RedirectElsewhere, Transient } from '../audit/source/http-get.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import { type Said, ToldError } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import type { Fault } from './conduct.ts';

/** What a failure says of the mirror that was asked alone. */

/** What may be our own fault: a clock that is off, a trust that has ended. No mirror is blamed for it. */
const OURS: ReadonlySet<Code> = new Set(['time-future', 'trust-expired']);

/**
 * What was refused is no accident, as the signed bytes show that another mirror gave: no cache that has the files of two
 * times, no page or cut answer in their place and no spoilt disk makes what it is. Every other refusal may have come of one
 * of these, and proves no lie.
 */
export class Lied extends Error {
  override readonly name = 'Lied';
  readonly code: Code;
  readonly said: Said;

  constructor({ code, said, message }: Refusal) {
    super(message);
    this.code = code;
    this.said = said;
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
  if (error instanceof Lied) return { kind: 'lied', code: error.code, detail };
  if (error instanceof Refusal) return OURS.has(error.code) ? null : { kind: 'unusable', code: error.code, detail };
  if (error instanceof OwnTrouble) return null;
  if (error instanceof Withheld) return { kind: 'withholds', code: null, detail };
  if (error instanceof Silent) return { kind: 'slow', code: null, detail };
  if (error instanceof RedirectElsewhere) return { kind: 'unusable', code: null, detail };
  if (error instanceof Transient) return { kind: 'unreachable', code: null, detail };
  if (error instanceof Error && error.name === 'TooSlow') return { kind: 'slow', code: null, detail };
  if (error instanceof Error && 'said' in error) return { kind: 'unreachable', code: null, detail };
  return null;
}
