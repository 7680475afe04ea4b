import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { timeOf } from './gzip-copy.ts';

/** The times of copies: a web server makes its validator of time and size, so no two of one size may have one time. */

/** By how many seconds a copy may be later than its bytes say, where others of its size have those times. */
const MOST_LATER = 16;

/** Whether a copy has a time that it may have. @param seconds its time */
export function isTimeOf(copy: Uint8Array, seconds: number): boolean {
  const time = timeOf(copy);
  return seconds >= time && seconds < time + MOST_LATER;
}

const asTaken = (size: number, seconds: number) => `${size} ${seconds}`;

/** The sizes and times that the copies in a folder have. */
export function takenIn(folder: string): Set<string> {
  const taken = new Set<string>();
  for (const name of readdirSync(folder)) {
    const seen = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (seen) taken.add(asTaken(seen.size, Math.floor(seen.mtimeMs / 1000)));
  }
  return taken;
}

/** The time for a copy, in seconds, which it then has; null where none is free, which no chance brings about. */
export function freeTime(copy: Uint8Array, taken: Set<string>): number | null {
  const first = timeOf(copy);
  for (let time = first; time < first + MOST_LATER; time++) {
    if (taken.has(asTaken(copy.length, time))) continue;
    taken.add(asTaken(copy.length, time));
    return time;
  }
  return null;
}
