import type { Declarations } from '../config/declarations.ts';
import { asOneLine } from '../format/text.ts';
import type { Known } from './known.ts';
import { RULES, type RuleId } from './rules.ts';

/**
 * One check: a value, judged by a pure function from what was measured. Its sentences are in Spanish wherever they are
 * shown, since all of them may be handed in on one page.
 */

export type Verdict = 'cumple' | 'no-cumple' | 'no-se-sabe' | 'declarado';

export interface Check {
  /** stable; of a check that is made for each node, the rule's id, a slash and the node's */
  readonly id: string;
  /** of the convocatoria; null for what cotejo itself needs */
  readonly clause: string | null;
  readonly title: string;
  readonly measured: string;
  readonly required: string;
  readonly verdict: Verdict;
  /** the command that mends it, or what to do; null where there is nothing to mend */
  readonly remedy: string | null;
}

/** What a check came to. */
export interface Found {
  readonly measured: string;
  readonly verdict: Verdict;
  /** instead of the rule's */
  readonly remedy?: string;
  readonly required?: string;
}

/** Characters of one sentence: all of them go on one page. */
const LONGEST = 300;

export function meets(measured: string): Found {
  return { measured, verdict: 'cumple' };
}

/** @param remedy instead of the rule's */
export function fails(measured: string, remedy?: string): Found {
  return { measured, verdict: 'no-cumple', ...(remedy !== undefined && { remedy }) };
}

export function notKnown(measured: string, remedy?: string): Found {
  return { measured, verdict: 'no-se-sabe', ...(remedy !== undefined && { remedy }) };
}

/** Judges what is known; of what is not, its reason is the finding. */
export function judged<T>(of: Known<T>, judge: (value: T) => Found): Found {
  return 'known' in of ? judge(of.known) : notKnown(of.unknown);
}

/** @param node of a check that is made for each node */
export function checkOf(rule: RuleId, found: Found, node?: string): Check {
  const { clause, title, required, remedy } = RULES[rule];
  return {
    id: node === undefined ? rule : `${rule}/${node}`,
    clause,
    title: node === undefined ? title : `${title}: ${node}`,
    measured: asOneLine(found.measured, LONGEST),
    required: found.required ?? required,
    verdict: found.verdict,
    remedy: found.verdict === 'cumple' ? null : asOneLine(found.remedy ?? remedy, 2 * LONGEST),
  };
}

/**
 * The checks with what was declared: it takes the place of what could not be seen, or not on this machine, and both are
 * told. What was seen to be met stays so.
 */
export function withDeclared(checks: readonly Check[], declarations: Declarations): Check[] {
  const texts = new Map<string, string | undefined>(Object.entries(declarations));
  return checks.map((check) => {
    const text = texts.get(check.id);
    if (text === undefined || check.verdict === 'cumple') return check;
    const measured = asOneLine(`usted declara: ${text} (medido: ${check.measured})`, 2 * LONGEST);
    return { ...check, measured, verdict: 'declarado', remedy: null };
  });
}

/**
 * What all checks come to. `unknown` means that nothing could be looked at: a machine is not called fit because nobody
 * saw it. A single check that could not be made does not keep the rest from being fit; it is told and counted.
 */
export function outcomeOf(checks: readonly Check[]): 'done' | 'refused' | 'unknown' {
  if (checks.some(({ verdict }) => verdict === 'no-cumple')) return 'refused';
  return checks.some(({ verdict }) => verdict === 'cumple') ? 'done' : 'unknown';
}

export type Counts = Readonly<Record<Verdict, number>>;

export function countsOf(checks: readonly Check[]): Counts {
  const counts = { cumple: 0, 'no-cumple': 0, 'no-se-sabe': 0, declarado: 0 };
  for (const { verdict } of checks) counts[verdict] += 1;
  return counts;
}
