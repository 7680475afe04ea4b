import { type Said, ToldError } from '../format/said.ts';

/**
 * Why a pass did not bring the bucket up to date. Of `REFUSED` it can be said that something is not as it should be; all
 * others may be well at the next try.
 */
export type TroubleCode =
  /** the store takes no request with these credentials: they ended, or were never right */
  | 'credentials'
  /** it takes them, but not for what was asked */
  | 'denied'
  | 'clock'
  | 'no-bucket'
  | 'busy'
  | 'connection-lost'
  | 'store-failed'
  /** an answer has more bytes than what was asked for may have */
  | 'too-long'
  /** the node switched while its corte was being copied: the next pass copies the other one */
  | 'moved'
  | 'nothing-shown'
  /** a file of the node is not what its manifest says */
  | 'altered'
  /** the store does not keep what is written to it */
  | 'not-repaired'
  | 'other-phase'
  | 'other-election'
  | 'fork';

const REFUSED: ReadonlySet<TroubleCode> = new Set(['altered', 'not-repaired', 'other-phase', 'other-election', 'fork']);

export class Trouble extends ToldError {
  override readonly name = 'Trouble';
  readonly code: TroubleCode;

  constructor(code: TroubleCode, why: Said, options?: { readonly cause?: unknown }) {
    super(why, options);
    this.code = code;
  }

  /** Whether something is not as it should be, however often it is tried. */
  get isRefusal(): boolean {
    return REFUSED.has(this.code);
  }
}
