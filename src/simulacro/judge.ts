import type { FaultId } from './faults.ts';

/** What a fault came to. Pure: of what was seen, and when, follows the verdict. */

export type Verdict = 'como-se-esperaba' | 'distinto' | 'no-se-hizo';

/** One thing that was looked for. */
export interface Sight {
  /** one sentence in Spanish */
  readonly what: string;
  readonly met: boolean;
  /** seconds from the fault, or from its undoing, until it was seen; null where that has no time, or it was not seen */
  readonly after: number | null;
}

/** How a fault was undone. */
export interface Undone {
  readonly ok: boolean;
  /** seconds that it took */
  readonly seconds: number;
  /** what could not be, null where all was */
  readonly detail: string | null;
}

/** A fault that was tried. */
export interface Trial {
  readonly id: FaultId;
  /** of a fleet's fault, the node; null at a node */
  readonly node: string | null;
  readonly title: string;
  readonly done: string;
  readonly expected: string;
  readonly within_seconds: number;
  readonly begun_at: string;
  /** from the beginning of the fault until all was seen or given up */
  readonly seconds: number;
  readonly sights: readonly Sight[];
  /** null where there was nothing to undo */
  readonly undone: Undone | null;
  readonly verdict: Verdict;
  /** why it was not made, or not long enough to be seen; null where it was */
  readonly reason: string | null;
}

/** Whether it was made: one that was interrupted may have been, and then was undone. */
export function wasMade({ reason, undone }: Pick<Trial, 'reason' | 'undone'>): boolean {
  return reason === null || undone !== null;
}

/** How one that was made stands: all was seen, and everything is as before. A fault of which nothing was seen proves nothing. */
export function verdictOf(sights: readonly Sight[], undone: Undone | null): Verdict {
  if (sights.length === 0) return 'distinto';
  return sights.every(({ met }) => met) && undone?.ok !== false ? 'como-se-esperaba' : 'distinto';
}

export type Counts = Readonly<Record<Verdict, number>>;

export function countsOf(trials: readonly Pick<Trial, 'verdict'>[]): Counts {
  const counts = { 'como-se-esperaba': 0, distinto: 0, 'no-se-hizo': 0 };
  for (const { verdict } of trials) counts[verdict] += 1;
  return counts;
}

/**
 * What a drill comes to. One that was cut short, that made nothing, or that left out what was asked for by name, can't
 * tell (`unknown`): a fault that nobody made is no fault that was withstood.
 * @param named the faults that were asked for by name; null where all were
 */
export function outcomeOf(
  trials: readonly Pick<Trial, 'id' | 'verdict'>[],
  named: readonly FaultId[] | null,
  isWhole: boolean,
): 'done' | 'refused' | 'unknown' {
  const counts = countsOf(trials);
  if (counts.distinto > 0) return 'refused';
  if (!isWhole || counts['como-se-esperaba'] === 0) return 'unknown';
  const lacks = trials.some(({ id, verdict }) => verdict === 'no-se-hizo' && named?.includes(id));
  return lacks ? 'unknown' : 'done';
}

/**
 * Whether a notice came in its time.
 * @param due and `seen`: seconds on one clock
 * @returns how much later than due it was seen, seconds; negative where it came too early
 */
export function noticeSight(
  due: number,
  seen: number | null,
  begun: number,
  latest: number,
  who = 'los lectores vieron el aviso',
): Sight {
  if (seen === null) return { what: `no se vio el aviso, que tocaba a los ${whole(due - begun)} s`, met: false, after: null };
  const late = seen - due;
  const met = late > -EARLY && late <= latest;
  const how =
    late <= -EARLY ? `${whole(-late)} s ANTES de tiempo` : late < EARLY ? 'a su hora' : `${whole(late)} s después de que tocaba`;
  return { what: `${who}, ${how}`, met, after: seen - begun };
}

/** The hours of a corte are whole seconds, and two clocks are compared, s. */
const EARLY = 2;

function whole(seconds: number): number {
  return Math.round(seconds);
}
