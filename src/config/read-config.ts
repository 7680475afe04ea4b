import { dirname, resolve } from 'node:path';
import { parse, TomlDate, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { readText } from './read-text.ts';
import { lineOf } from './toml-lines.ts';
import { UsageError } from './usage-error.ts';

/**
 * Configuration: TOML, read whole and checked before anything starts. Whatever is unknown, missing or of another type
 * is told with its file, its line and what was expected there.
 */

/** A kind of value: a path, relative to the configuration's file. */
type PathSchema = v.GenericSchema<string, string>;

/**
 * Reads and checks a configuration.
 * @param file as the user named it; error messages repeat it
 * @param schemaOf gives the schema, made of `strictObject`s; it is handed the kind "path", whose values come out absolute
 * @throws UsageError for what the file says, Error where it cannot be read
 */
export async function readConfig<T extends v.GenericSchema>(
  file: string,
  schemaOf: (path: PathSchema) => T,
): Promise<v.InferOutput<T>> {
  return parseConfig(await readText(file), file, schemaOf);
}

/** As {@link readConfig}, from its text. */
export function parseConfig<T extends v.GenericSchema>(
  text: string,
  file: string,
  schemaOf: (path: PathSchema) => T,
): v.InferOutput<T> {
  const base = dirname(resolve(file));
  const path = v.pipe(
    v.string(),
    v.nonEmpty('expected a path, found an empty text'),
    v.transform((value) => resolve(base, value)),
  );
  const result = v.safeParse(schemaOf(path), parseToml(text, file), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const keys = (issue.path ?? []).map((item) => (typeof item.key === 'number' ? item.key : String(item.key)));
  throw new UsageError(`${file}:${lineOf(text, keys)}: ${explain(issue, keys)}`);
}

function parseToml(text: string, file: string): unknown {
  try {
    return datesAsText(parse(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new UsageError(`${file}:${error.line}: not TOML: ${reason}`);
  }
}

/** A moment may be written as TOML's own date-time; the formats have it as text, at the offset that was written. */
function datesAsText(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString().replace(/\.000(?=[Z+-])/, '');
  if (Array.isArray(value)) return value.map(datesAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, datesAsText(inner)]));
}

function explain(issue: v.BaseIssue<unknown>, keys: readonly (string | number)[]): string {
  const where = dotted(keys);
  if (issue.kind !== 'schema') return `${where}: ${issue.message}`;
  if (issue.type === 'strict_object' && issue.expected === 'never') return `unknown key ${where}`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `missing key ${where}`;
  // A schema's own message says more than its type; valibot's default one starts with "Invalid".
  if (!issue.message.startsWith('Invalid ')) return `${where}: ${issue.message}`;
  return `${where}: expected ${issue.expected ?? 'something else'}, found ${issue.received}`;
}

function dotted(keys: readonly (string | number)[]): string {
  return (
    keys
      .map((key) => (typeof key === 'number' ? `[${key + 1}]` : `.${key}`))
      .join('')
      .replace(/^\./, '') || 'the file'
  );
}
