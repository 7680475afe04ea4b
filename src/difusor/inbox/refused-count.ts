import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { replaceFile } from '../../disk/durable.ts';

/**
 * Counts refused deliveries per minute, for an hour. They are counted as they happen, since only a limited number of
 * them is kept.
 */

const MINUTE_MS = 60_000;
const KEPT_MINUTES = 61;

/** Pairs of a minute since the epoch and its count, ascending. */
const counts = v.array(v.tuple([v.pipe(v.number(), v.integer()), v.pipe(v.number(), v.integer())]));
type Counts = v.InferOutput<typeof counts>;

/**
 * @param now the clock, ms
 * @throws Error where it can't be written
 */
export async function countRefused(file: string, refused: number, now: number): Promise<void> {
  const minute = Math.floor(now / MINUTE_MS);
  const known = new Map(readCounts(file));
  known.set(minute, (known.get(minute) ?? 0) + refused);
  const kept = [...known].filter(([at]) => at > minute - KEPT_MINUTES && at <= minute).sort(([a], [b]) => a - b);
  await replaceFile(file, JSON.stringify(kept));
}

/** @returns how many in the hour before `now` (ms), to the minute */
export function refusedInLastHour(file: string, now: number): number {
  const minute = Math.floor(now / MINUTE_MS);
  return readCounts(file)
    .filter(([at]) => at > minute - 60 && at <= minute)
    .reduce((sum, [, count]) => sum + count, 0);
}

/** A file that can't be read counts as empty: the figure is for people, and no decision depends on it. */
function readCounts(file: string): Counts {
  try {
    const parsed = v.safeParse(counts, JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}
