import * as v from 'valibot';
import { Said } from './said.ts';

/**
 * What a schema says of a wrong value, in both languages: valibot asks for its words in the language of the reading, so
 * what is wrong is read once in each.
 */

/**
 * The words of one check of a schema: `v.check(isHash, asked(words.notHash))`.
 * @param words what is said, or what makes it of the value
 */
export function asked<T>(
  words: Said | ((input: T) => Said),
): (issue: { readonly lang?: string | undefined; readonly input: T }) => string {
  return ({ lang, input }) => (words instanceof Said ? words : words(input)).in(lang === 'es' ? 'es' : 'en');
}

/**
 * @param value that the schema refused
 * @param issue the first that it had
 * @returns its message
 */
export function saidOf(schema: v.GenericSchema, value: unknown, issue: v.BaseIssue<unknown>): Said {
  const { issues } = v.safeParse(schema, value, { abortEarly: true, lang: 'es', message: inSpanish });
  return new Said(issue.message, issues?.[0].message ?? issue.message);
}

/** As valibot says it where the schema has no words of its own. */
function inSpanish({ type, expected, received }: v.BaseIssue<unknown>): string {
  if (type === 'strict_object' && received === 'undefined') return 'falta';
  if (type === 'strict_object' && expected === 'never') return 'no va aquí';
  return `se esperaba ${named(expected ?? '')} y hay ${named(received)}`;
}

function named(kind: string): string {
  return Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? kind) : kind.replaceAll(' | ', ' o ');
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'un texto',
  number: 'un número',
  boolean: 'true o false',
  Array: 'una lista',
  Object: 'un objeto',
  undefined: 'nada',
};
