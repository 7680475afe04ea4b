import { dirname, resolve } from 'node:path';
import { parse, TomlDate, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { asked, saidOf } from '../format/issue.ts';
import { Said } from '../format/said.ts';
import { type Explained, explainIssue, explainMisfit, hintForSyntax } from './explain.ts';
import { misfitsOf, type Path, tablesOf } from './structure.ts';
import { lineOf } from './toml-lines.ts';
import { UsageError } from './usage-error.ts';
import { reasonInSpanish, words } from './words.ts';

/**
 * Configuration: TOML, read whole and checked before anything starts. Whatever is unknown, missing or of another type
 * is told with its file, its line and what was expected there.
 */

/** A kind of value: a path, relative to the configuration's file. */
type PathSchema = v.GenericSchema<string, string>;

/**
 * Checks a configuration by its text.
 * @param file as the user named it; error messages repeat it
 * @param schemaOf gives the schema, made of `strictObject`s; it is handed the kind "path", whose values come out absolute
 * @throws UsageError for what the file says
 */
export function parseConfig<T extends v.GenericSchema>(
  text: string,
  file: string,
  schemaOf: (path: PathSchema) => T,
): v.InferOutput<T> {
  const base = dirname(resolve(file));
  const path = v.pipe(
    v.string(),
    v.nonEmpty(asked(words.emptyPath)),
    v.transform((value) => resolve(base, value)),
  );
  const schema = schemaOf(path);
  const value = parseToml(text, file);
  // What is not where it should be comes first: a mistyped key is a missing one too, and says less as that.
  const misfits = misfitsOf(schema, value)
    .slice(0, MANY)
    .map((misfit) => ({ misfit, line: lineOf(text, misfit.path) }));
  const [first] = misfits.sort((one, other) => one.line - other.line);
  if (first) throw told(file, first.line, explainMisfit(first.misfit, tablesOf(schema), text));
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const keys = (issue.path ?? []).map((item) => (typeof item.key === 'number' ? item.key : String(item.key)));
  throw told(file, lineOf(text, keys), explainIssue(issue, saidOf(schema, value, issue), keys));
}

/** Where something of a configuration stands, as `FILE:LINE`: for what no schema can see, such as two entries of one name. */
export type Place = (path: Path) => string;

/** @param file as the user named it */
export function placesIn(text: string, file: string): Place {
  return (path) => `${file}:${lineOf(text, path)}`;
}

/** Of so many misfits the first is looked for: each takes a walk through the text. */
const MANY = 50;

function told(file: string, line: number, { message, hint }: Explained): UsageError {
  return new UsageError(words.wrong(`${file}:${line}`, message), hint);
}

function parseToml(text: string, file: string): unknown {
  try {
    return datesAsText(parse(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    const hint = hintForSyntax(reason, text.split('\n')[error.line - 1] ?? '');
    throw told(file, error.line, { message: words.notToml(new Said(reason, reasonInSpanish(reason))), hint });
  }
}

/** A moment may be written as TOML's own date-time; the formats have it as text, at the offset that was written. */
function datesAsText(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString().replace(/\.000(?=[Z+-])/, '');
  if (Array.isArray(value)) return value.map(datesAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, datesAsText(inner)]));
}
