import { didYouMean } from '../config/nearest.ts';
import { UsageError } from '../config/usage-error.ts';
import { said } from '../format/said.ts';
import type { Phase } from '../format/trust.ts';
import { FAULTS, type FaultId, type How } from './faults.ts';
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
    if (!known.includes(name))
      throw new UsageError(words.noFault(JSON.stringify(name)), didYouMean(name, all) ?? said(all.join(', ')));
  }
  return all.filter((id) => names.includes(id));
}

export function plannedOf({ id, within_seconds }: Timed, lacks: string | null): Planned {
  const { title, done, expected, undone } = FAULTS[id];
  return { id, title, done, expected, undone, within_seconds, lacks };
}

/** A fault with the bound that it is held to. */
export interface Timed<Id extends FaultId = FaultId> {
  readonly id: Id;
  /** in which all that is expected must have been seen */
  readonly within_seconds: number;
}

export function timed<Id extends FaultId>(id: Id, rules: Phase, how?: How): Timed<Id> {
  return { id, within_seconds: FAULTS[id].within(rules, how) };
}

/** Looking at what is before and after a fault, and undoing it, s. */
const AROUND = 120;

/**
 * Seconds that a script may take: every fault to its bounds, as often as it may be begun, and what is done around it. A
 * fault before which readers see no signed corte is waited for, too, which is not in it.
 * @param acts what is done, one after the other: in a fleet, a fault once for each node that it is made at
 */
export function longestOf(acts: readonly Timed[], rules: Phase): number {
  return acts.reduce((sum, { id, within_seconds }) => {
    const { tries, back } = FAULTS[id];
    return sum + tries * within_seconds + back(rules) + AROUND;
  }, 0);
}
