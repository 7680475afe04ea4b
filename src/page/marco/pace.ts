import { instantOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';

/** When the site is asked again, and when the publication may be loaded anew under a reader's eyes. */

/** ms; all are spread by a quarter either way, so that a hundred thousand frames do not ask in one second. */
const EVERY = Object.freeze({
  /** while the next corte is not due */
  calm: 60_000,
  /** while it is due, and while a notice is shown */
  due: 30_000,
  /** after a failure, or a page that is not what the site shows; doubled with each further one */
  again: 15_000,
  longest: 120_000,
});

export interface Asked {
  /** failures in a row */
  readonly failures: number;
  readonly phase: Phase | null;
  /** of the newest corte; null where none is shown */
  readonly takenAt: string | null;
  /** ms since the epoch */
  readonly now: number;
}

/** @param random from 0 to 1. @returns ms until the site is asked again */
export function nextAsking({ failures, phase, takenAt, now }: Asked, random: number): number {
  const spread = (ms: number) => spreadBy(ms, random);
  if (failures > 0) return spread(inVain(failures));
  if (phase === null || takenAt === null) return spread(EVERY.due);
  const due = instantOf(takenAt) + phase.period_seconds * 1000;
  if (now >= due) return spread(EVERY.due);
  return Math.min(spread(EVERY.calm), Math.max(spread(EVERY.due), due - now + spread(EVERY.due)));
}

/**
 * @param vain how often in a row it was loaded anew, and still was not what the site shows. @param random from 0 to 1
 * @returns ms until the publication is loaded anew where it is not what the site shows
 */
export function nextLoading(vain: number, random: number): number {
  return spreadBy(inVain(vain + 1), random);
}

function inVain(times: number): number {
  return Math.min(EVERY.longest, EVERY.again * 2 ** (times - 1));
}

function spreadBy(ms: number, random: number): number {
  return Math.round(ms * (0.75 + random / 2));
}

/**
 * ms from the moment at which a newer corte was seen until it is loaded. By then no browser keeps a file of the older one
 * any more (`max-age=15`), so that no page is made of two cortes.
 */
export const SETTLING = 16_000;

/** What a reader is doing in the frame. */
export interface Reading {
  /** ms since he last touched, typed, scrolled or moved the pointer there */
  readonly idle: number;
  readonly lastInput: 'pointer' | 'keyboard' | null;
  readonly hasFocus: boolean;
  /** he writes into a field, has text selected, or lets something play */
  readonly isBusy: boolean;
}

/** ms without a touch after which nobody is in the middle of something. */
const IDLE = 30_000;

/**
 * Whether the publication may be loaded anew by itself. Where the focus is inside and no pointer put it there, a screen
 * reader may be in the middle of a table, and would be thrown back to its beginning: then it is offered.
 */
export function mayReload({ idle, lastInput, hasFocus, isBusy }: Reading): boolean {
  return !isBusy && idle >= IDLE && !(hasFocus && lastInput !== 'pointer');
}
