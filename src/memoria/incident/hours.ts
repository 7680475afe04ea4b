import { LIMITS } from '../../format/limits.ts';
import type { Entry } from './record.ts';

/**
 * The hours of a record in the record's own order. A node's clock may have been wrong for a while and put right: an event
 * cannot have come after one that was written later, so what says so was told by a clock that was ahead.
 */

/**
 * Only hours that contradict a later one are changed. They are moved by as little as the order asks for, and those that
 * were told by the same wrong clock keep their distances; none is moved before an event that contradicts nothing.
 *
 * @param entries in the order in which they were written
 * @param phase whose cortes these are
 * @param takenAt the signed hour of a corte of the chain by its number, ms; undefined where it has none
 * @returns the same entries, none with an hour before that of the one before it
 */
export function inOrder(entries: readonly Entry[], phase: string, takenAt: (number: number) => number | undefined): Entry[] {
  const hours = notBeforeItsCorte(entries, phase, takenAt);
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
    hours[i] = Math.max(hour - ahead, earliest[i]!);
  }
  return entries.map((entry, i) => ({ ...entry, at: hours[i]! }));
}

/**
 * A node refuses a corte that is much ahead of its clock (A7). So an hour long before that of a corte it had published
 * was told by a clock that was behind, and is no reason to move what came before. A number that was disowned later was
 * another corte's, of whose hour nothing is known here.
 */
function notBeforeItsCorte(entries: readonly Entry[], phase: string, takenAt: (number: number) => number | undefined): number[] {
  let disowned = Infinity;
  const signed = entries.toReversed().map((entry) => {
    if (entry.event === 'revoked' && entry.phase === phase) disowned = Math.min(disowned, entry.from);
    if (entry.event !== 'published' || entry.phase !== phase || entry.number === null || entry.number >= disowned) return null;
    const taken = takenAt(entry.number);
    return taken === undefined ? null : taken - LIMITS.clockSkewSeconds * 1000;
  });
  signed.reverse();
  let least = -Infinity;
  return entries.map(({ at }, i) => {
    least = Math.max(least, signed[i] ?? least);
    return Math.max(at, least);
  });
}
