import type { Hash } from '../../format/hash.ts';
import { areMost } from '../link/most.ts';
import type { Told } from '../link/trouble.ts';

/** Whether a machine may sign the next corte, by what it was told. Pure. */

/** A corte that is not in our chain: past its end, or another of a number that we have. */
export interface Sight {
  readonly number: number;
  readonly corte: Hash | null;
  /** whether the IEC's own signature over it was seen; else it is the word of whoever says it */
  readonly isSigned: boolean;
}

/** What one node was asked, over its SFTP account and at its Difusor's public address. */
export interface Answer {
  readonly difusor: string;
  readonly node: string;
  /** the newest corte that it says it holds, 0 for none; null where it could not be asked */
  readonly number: number | null;
  /** whether its Difusor's public address answered, for whichever of its nodes */
  readonly isSiteHeard: boolean;
  readonly sight: Sight | null;
  /** the hour of its daemon's status, by its clock, ms; null where nobody is said to be at work */
  readonly statusAt: number | null;
  /** why it could not be asked */
  readonly trouble: Told | null;
}

/**
 * What is demanded of the answers. A machine that signed the end of its chain itself (`own`) stops for what the IEC's key
 * signed, or for what more than one Difusor and more than half of them say, so that no single one can stop it; those
 * whose word a person has overruled are not counted. Where others may have taken over it must also have heard one node or
 * one public address, whichever: without any it is itself what is cut off. It needs none where so many (`unasked`) may be silent. A machine
 * that did not sign it (`taken`) must have asked all nodes but so many, and stops for the word of any.
 */
export type Demand =
  | { readonly kind: 'own'; readonly overruled: ReadonlySet<string>; readonly unasked: number }
  | { readonly kind: 'taken'; readonly unasked: number };

export type Verdict =
  | { readonly kind: 'free'; readonly unasked: readonly Answer[] }
  | { readonly kind: 'held'; readonly by: Answer; readonly sight: Sight }
  | { readonly kind: 'unasked'; readonly missing: readonly Answer[] }
  /** the same, where not one answered whoever signed the end of its chain itself */
  | { readonly kind: 'alone'; readonly missing: readonly Answer[] };

/** @param difusores how many are configured, of whom those that are not among the answers were not asked */
export function judge(answers: readonly Answer[], difusores: number, demand: Demand): Verdict {
  const sights = answers.flatMap((by) => (by.sight ? [{ by, sight: by.sight }] : []));
  const signed = sights.filter(({ sight }) => sight.isSigned);
  const highest = (some: readonly (typeof sights)[number][]) => some.toSorted((a, b) => b.sight.number - a.sight.number)[0];
  const found = highest(signed.length > 0 ? signed : demand.kind === 'taken' ? sights : heeded(sights, difusores, demand));
  if (found) return { kind: 'held', ...found };
  const missing = answers.filter(({ number }) => number === null);
  if (missing.length > demand.unasked) {
    if (demand.kind === 'taken') return { kind: 'unasked', missing };
    if (isNobodyIn(answers)) return { kind: 'alone', missing };
  }
  return { kind: 'free', unasked: missing };
}

/** What is said without proof, where enough Difusores say so; each has one voice, however many its nodes. */
function heeded<T extends { readonly by: Answer }>(
  sights: readonly T[],
  difusores: number,
  { overruled }: Pick<Extract<Demand, { kind: 'own' }>, 'overruled'>,
): readonly T[] {
  const counted = sights.filter(({ by }) => !overruled.has(by.difusor));
  const voices = new Set(counted.map(({ by }) => by.difusor)).size;
  return areMost(voices, difusores) ? counted : [];
}

/** Whether nobody was heard, neither over an account nor at a public address, of one node at least. */
export function isNobodyIn(answers: readonly Answer[]): boolean {
  return answers.length > 0 && answers.every(({ number, sight, isSiteHeard }) => number === null && sight === null && !isSiteHeard);
}

/** The Difusores whose word, without proof, speaks against signing. */
export function claimantsIn(answers: readonly Answer[]): string[] {
  return [...new Set(answers.flatMap(({ difusor, sight }) => (sight && !sight.isSigned ? [difusor] : [])))];
}

/** Who was heard before, and can't be asked now, has not taken back what it said. */
export function remembering(answers: readonly Answer[], before: readonly Answer[]): Answer[] {
  return answers.map((answer) => {
    if (answer.number !== null || answer.sight !== null) return answer;
    return before.find(({ difusor, node, sight }) => sight && difusor === answer.difusor && node === answer.node) ?? answer;
  });
}
