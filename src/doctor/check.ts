import type { Declarations } from '../config/declarations.ts';
import { Said, said } from '../format/said.ts';
import { asOneLine } from '../format/text.ts';
import type { Known, Told } from './known.ts';
import { RULES, type RuleId } from './rules.ts';
import { RULES_IN_ENGLISH } from './rules-en.ts';
import { words } from './words.ts';

/**
 * One check: a value, judged by a pure function from what was measured. Its sentences are in Spanish in JSON and in the
 * constancia, since all of them may be handed in on one page; a report on a terminal is in the reader's language.
 */

export type Verdict = 'cumple' | 'no-cumple' | 'no-se-sabe' | 'declarado';

interface CheckOf<Sentence> {
  /** stable; of a check that is made for each node, the rule's id, a slash and the node's */
  readonly id: string;
  /** of the convocatoria; null for what cotejo itself needs */
  readonly clause: string | null;
  readonly title: Sentence;
  readonly measured: Sentence;
  readonly required: Sentence;
  readonly verdict: Verdict;
  /** the command that mends it, or what to do; null where there is nothing to mend */
  readonly remedy: Sentence | null;
}

export type Check = CheckOf<Said>;

/** As JSON and the constancia have it. */
export type SpanishCheck = CheckOf<string>;

export function inSpanish({ id, clause, title, measured, required, verdict, remedy }: Check): SpanishCheck {
  return { id, clause, title: title.es, measured: measured.es, required: required.es, verdict, remedy: remedy && remedy.es };
}

/** What a check came to. */
export interface Found {
  readonly measured: Told;
  readonly verdict: Verdict;
  /** instead of the rule's */
  readonly remedy?: Told;
  readonly required?: Told;
}

/** Characters of one sentence: all of them go on one page. */
const LONGEST = 300;

export function meets(measured: Told): Found {
  return { measured, verdict: 'cumple' };
}

/** @param remedy instead of the rule's */
export function fails(measured: Told, remedy?: Told): Found {
  return { measured, verdict: 'no-cumple', ...(remedy !== undefined && { remedy }) };
}

export function notKnown(measured: Told, remedy?: Told): Found {
  return { measured, verdict: 'no-se-sabe', ...(remedy !== undefined && { remedy }) };
}

/** Judges what is known; of what is not, its reason is the finding. */
export function judged<T>(of: Known<T>, judge: (value: T) => Found): Found {
  return 'known' in of ? judge(of.known) : notKnown(of.unknown);
}

/** @param node of a check that is made for each node */
export function checkOf(rule: RuleId, found: Found, node?: string): Check {
  const { clause, title, required, remedy } = RULES[rule];
  const english = RULES_IN_ENGLISH[rule];
  const named = new Said(english.title, title);
  return {
    id: node === undefined ? rule : `${rule}/${node}`,
    clause,
    title: node === undefined ? named : named.map((text) => `${text}: ${node}`),
    measured: said(found.measured).map((text) => asOneLine(text, LONGEST)),
    required: said(found.required ?? new Said(english.required, required)),
    verdict: found.verdict,
    remedy:
      found.verdict === 'cumple'
        ? null
        : said(found.remedy ?? new Said(english.remedy, remedy)).map((text) => asOneLine(text, 2 * LONGEST)),
  };
}

/** Sentences in a row. */
export function joined(sentences: readonly Told[], separator: string): Said {
  const all = sentences.map(said);
  return new Said(all.map(({ en }) => en).join(separator), all.map(({ es }) => es).join(separator));
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
    const measured = words.declared(text, check.measured).map((line) => asOneLine(line, 2 * LONGEST));
    return { ...check, measured, verdict: 'declarado', remedy: null };
  });
}

/**
 * What all checks come to. `unknown` means that nothing could be looked at: a machine is not called fit because nobody
 * saw it. A single check that could not be made does not keep the rest from being fit; it is told and counted.
 */
export function outcomeOf(checks: readonly Pick<Check, 'verdict'>[]): 'done' | 'refused' | 'unknown' {
  if (checks.some(({ verdict }) => verdict === 'no-cumple')) return 'refused';
  return checks.some(({ verdict }) => verdict === 'cumple') ? 'done' : 'unknown';
}

export type Counts = Readonly<Record<Verdict, number>>;

export function countsOf(checks: readonly Pick<Check, 'verdict'>[]): Counts {
  const counts = { cumple: 0, 'no-cumple': 0, 'no-se-sabe': 0, declarado: 0 };
  for (const { verdict } of checks) counts[verdict] += 1;
  return counts;
}
