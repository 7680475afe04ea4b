import { didYouMean } from '../config/nearest.ts';
import { UsageError } from '../config/usage-error.ts';
import type { Phase } from '../format/trust.ts';
import { FAULTS, type FaultId } from './faults.ts';
import { words } from './words.ts';

/** Which faults are made, in which order. Pure. */

/** One line of the script, as `--dry-run --json` prints it. */
export interface Planned {
  readonly id: FaultId;
  readonly title: string;
  readonly done: string;
  readonly expected: string;
  readonly undone: string;
  readonly within_seconds: number;
  /** why it can't be made here, null where it can */
  readonly lacks: string | null;
}

/**
 * @param only `id,id`; undefined for all
 * @returns in the order of the table, whatever the order of the names
 * @throws UsageError for a name that no fault has, and for none
 */
export function chosenOf<T extends FaultId>(all: readonly T[], only: string | undefined): readonly T[] {
  if (only === undefined) return all;
  const names = only.split(',').map((name) => name.trim());
  for (const name of names) {
    const known: readonly string[] = all;
    if (!known.includes(name)) throw new UsageError(words.noFault(JSON.stringify(name)), didYouMean(name, all) ?? all.join(', '));
  }
  return all.filter((id) => names.includes(id));
}

export function plannedOf(id: FaultId, rules: Phase, lacks: string | null): Planned {
  const { title, done, expected, undone, within } = FAULTS[id];
  return { id, title, done, expected, undone, within_seconds: within(rules), lacks };
}

/** Seconds that a script may take at most: every fault to its bound, and as long again for what must come back after it. */
export function longestOf(ids: readonly FaultId[], rules: Phase): number {
  return ids.reduce((sum, id) => sum + FAULTS[id].within(rules) + (FAULTS[id].isLong ? 2 * rules.period_seconds : 0) + 120, 0);
}
