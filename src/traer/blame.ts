import { RedirectElsewhere, Transient } from '../audit/source/http-get.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import { saidBy } from '../format/thrown.ts';
import type { Fault } from './conduct.ts';

/** What a failure says of the mirror that was asked alone. */

/** Bytes that are not what the IEC's own signature says: whoever gave them gave something else. */
const LIES: ReadonlySet<Code> = new Set([
  'signature-invalid',
  'manifest-mismatch',
  'manifest-malformed',
  'path-forbidden',
  'package-mismatch',
]);

/** What may be our own fault: a clock that is off, a trust that has ended. No mirror is blamed for it. */
const OURS: ReadonlySet<Code> = new Set(['time-future', 'trust-expired']);

/** Something that a mirror announced is not there. */
export class Withheld extends Error {
  override readonly name = 'Withheld';
  readonly said;

  constructor(detail: ReturnType<typeof saidBy>) {
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
  if (error instanceof Withheld) return { kind: 'withholds', code: null, detail };
  if (error instanceof RedirectElsewhere) return { kind: 'unusable', code: null, detail };
  if (error instanceof Transient) return { kind: 'unreachable', code: null, detail };
  if (error instanceof Error && error.name === 'TooSlow') return { kind: 'slow', code: null, detail };
  if (error instanceof Error && 'said' in error) return { kind: 'unreachable', code: null, detail };
  return null;
}
