import { instantOf, offsetOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';
import { type Figures, LONGEST_DAYS, type Row, type Window } from './figures.ts';

/** Which days of the weeks before are usual ones. */

const DAY = 86_400_000;
/** A log that is rotated in the first hour of a day lacks no more of it. */
const MARGIN = 3_600_000;

/** The weeks before: up to the day on which the phase opened, or to the beginning of what is told, if that is earlier. */
export function weeksBefore(phase: Phase, told: Window): Window {
  const midnight = phase.opens_at.replace(/T.{8}/, 'T00:00:00');
  const offset = offsetOf(phase.opens_at) * 60_000;
  const to = Math.min(instantOf(midnight), Math.floor((told.from + offset) / DAY) * DAY - offset);
  return { from: to - LONGEST_DAYS * DAY, to };
}

/**
 * The figures with those days alone of which the logs have the whole: they begin in its first hour or before, end in its
 * last hour or later, and have a line of it. A day without any line is one whose log is missing, not a quiet one.
 */
export function withWholeDays(figures: Figures): Figures {
  const known = figures.files.filter(({ first, last }) => first !== null && last !== null);
  const first = Math.min(...known.map((file) => instantOf(file.first ?? '')));
  const last = Math.max(...known.map((file) => instantOf(file.last ?? '')));
  const isWhole = (row: Row) =>
    first <= instantOf(row.from) + MARGIN &&
    last >= instantOf(row.to) - MARGIN &&
    row.hits + row.robots.requests + row.unseen.requests > 0;
  return { ...figures, days: figures.days.filter(isWhole) };
}
