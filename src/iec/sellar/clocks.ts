import { LIMITS } from '../../format/limits.ts';
import { ToldError } from '../../format/said.ts';
import type { Statement } from '../../format/statement.ts';
import { formatTime, instantOf, offsetOf } from '../../format/time.ts';
import { words } from './words.ts';

/**
 * Whether the hour of a token can be that of a seal. Where it can't, one of the clocks was wrong, the authority's or the
 * Institute's, or was set so; which can't be told from here, and nobody is blamed.
 */

const SKEW_MS = LIMITS.clockSkewSeconds * 1000;

/** A token that was just given has an hour that does not agree with ours, or with the corte's. */
export class ClocksDisagree extends ToldError {
  override readonly name = 'ClocksDisagree';
  /** which corte, the token's hour, and ours when it came */
  readonly told: { readonly number: number; readonly hour: string; readonly ours: string };

  /** @param at the token's hour, ms since the epoch @param now ours when it came */
  constructor(at: number, { taken_at, number }: Statement, now: number) {
    const offset = offsetOf(taken_at);
    const [hour, ours] = [formatTime(at, offset), formatTime(now, offset)];
    super(words.clocks(hour, ours, number, taken_at));
    this.told = { number, hour, ours };
  }
}

/**
 * Whether the hour of a token that was just given is now, and not from before its corte, by as much as clocks may differ.
 * @param at ms since the epoch @param now ours
 */
export function agrees(at: number, corte: Statement, now: number): boolean {
  return Math.abs(at - now) <= SKEW_MS && !isBefore(at, corte);
}

/** Whether a token is from before its corte: no auditor counts it, whenever it is looked at. @param at ms since the epoch */
export function isBefore(at: number, { taken_at }: Pick<Statement, 'taken_at'>): boolean {
  return at < instantOf(taken_at) - SKEW_MS;
}
