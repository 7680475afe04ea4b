import { LIMITS } from '../../format/limits.ts';
import type { Entry } from './record.ts';

/**
 * The hours of a record in the record's own order. A node's clock may have been wrong for a while and put right: an event
 * cannot have come after one that was written later. Which of the two was told by a wrong clock, the signed hours of the
 * cortes say; and where they say nothing, as before the first corte, the fewest are taken for wrong.
 */

/**
 * Only hours that contradict another one are changed, and by as little as the order asks for. Those that were told by one
 * clock that was ahead keep their distances; one that was behind tells no hour, and its events stand at that of the last
 * one before. No corte is moved to before it was signed.
 *
 * @param entries in the order in which they were written
 * @param phase whose cortes these are
 * @param takenAt the signed hour of a corte of the chain by its number, ms; undefined where it has none
 * @returns the same entries, none with an hour before that of the one before it
 */
export function inOrder(entries: readonly Entry[], phase: string, takenAt: (number: number) => number | undefined): Entry[] {
  const signed = signedHours(entries, phase, takenAt);
  const floors = floorsOf(entries, signed);
  const hours = withoutBehind(entries, floors, ceilingsOf(entries, signed, floors));
  /** of each, the earliest hour from it on */
  const latest = hours.toReversed();
  for (let i = 1; i < latest.length; i++) latest[i] = Math.min(latest[i]!, latest[i - 1]!);
  latest.reverse();
  /** of each, the last hour before it that contradicts none that came later */
  let sure = -Infinity;
  const earliest = hours.map((hour, i) => {
    const before = sure;
    if (hour === latest[i]) sure = hour;
    return before;
  });
  let ahead = 0;
  for (let i = hours.length - 1; i >= 0; i--) {
    const hour = hours[i]!;
    ahead = hour > latest[i]! ? Math.max(ahead, hour - hours[i + 1]!) : 0;
    hours[i] = Math.max(hour - ahead, earliest[i]!, floors[i]!);
  }
  return entries.map((entry, i) => ({ ...entry, at: hours[i]! }));
}

/**
 * Of each entry, the signed hour of the corte that it says was published, ms; null of all else. A number that was disowned
 * later was another corte's, of whose hour nothing is known here.
 */
function signedHours(entries: readonly Entry[], phase: string, takenAt: (number: number) => number | undefined): (number | null)[] {
  let disowned = Infinity;
  const signed = entries.toReversed().map((entry) => {
    if (entry.event === 'revoked' && entry.phase === phase) disowned = Math.min(disowned, entry.from);
    if (entry.event !== 'published' || entry.phase !== phase || entry.number === null || entry.number >= disowned) return null;
    return takenAt(entry.number) ?? null;
  });
  return signed.reverse();
}

/**
 * Of each entry, an hour before which it was not written: none was before a corte that was already published had been
 * signed. A node takes a corte that is a little ahead of its clock (A7), which says nothing against that clock.
 */
function floorsOf(entries: readonly Entry[], signed: readonly (number | null)[]): number[] {
  let floor = -Infinity;
  return entries.map(({ at }, i) => {
    const taken = signed[i] ?? -Infinity;
    const isTaken = at >= taken - LIMITS.clockSkewSeconds * 1000;
    floor = Math.max(floor, isTaken ? Math.min(at, taken) : taken);
    return floor;
  });
}

/** Of each entry, an hour after which it was not written: that of a corte published since, or of the last entry of all. */
function ceilingsOf(entries: readonly Entry[], signed: readonly (number | null)[], floors: readonly number[]): number[] {
  let ceiling = Infinity;
  const ceilings = entries.map(({ at }, i) => ({ at, i })).toReversed();
  return ceilings
    .map(({ at, i }) => {
      const isKnown = signed[i] !== null || i === entries.length - 1;
      if (isKnown && at >= floors[i]!) ceiling = Math.min(ceiling, at);
      return ceiling;
    })
    .reverse();
}

/** The hours as they were written, but those that a clock told that was behind: each is that of the last one before. */
function withoutBehind(entries: readonly Entry[], floors: readonly number[], ceilings: readonly number[]): number[] {
  const possible = entries.flatMap(({ at }, i) => (at >= floors[i]! && at <= ceilings[i]! ? [{ at, i }] : []));
  const kept = new Set(mostInOrder(possible).map(({ i }) => i));
  let least = -Infinity;
  return entries.map(({ at }, i) => {
    least = Math.max(least, floors[i]!, kept.has(i) ? at : -Infinity);
    return Math.max(at, least);
  });
}

/** The most of them that contradict each other nowhere; of as many, those with the earlier hours. */
function mostInOrder<T extends { readonly at: number }>(all: readonly T[]): T[] {
  interface Run {
    readonly last: T;
    readonly before: Run | null;
  }
  /** of each length, the run that ends earliest */
  const runs: Run[] = [];
  for (const last of all) {
    let [low, high] = [0, runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (runs[middle]!.last.at > last.at) high = middle;
      else low = middle + 1;
    }
    runs[low] = { last, before: runs[low - 1] ?? null };
  }
  const most: T[] = [];
  for (let run = runs.at(-1) ?? null; run !== null; run = run.before) most.push(run.last);
  return most.reverse();
}
