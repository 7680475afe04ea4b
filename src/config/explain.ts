import type * as v from 'valibot';
import { didYouMean, nearest } from './nearest.ts';
import { headerOf, type Misfit, type Path, type Table } from './structure.ts';
import { firstHeaderIn, linesOf } from './toml-lines.ts';

/** How a wrong configuration is told: one line that says what is wrong, and one that says what to do. */

export interface Explained {
  readonly message: string;
  /** one line as after `cotejo: hint:`, null where the message says it all */
  readonly hint: string | null;
}

/**
 * @param tables all that the configuration may have
 * @param text the configuration's file
 */
export function explainMisfit({ path, table, kind }: Misfit, tables: readonly Table[], text: string): Explained {
  if (kind === 'unknown') return { message: `unknown key ${dotted(path)}`, hint: whereItBelongs(path, table, tables, text) };
  const wanted = headerOf(table);
  const found = headerOf({ ...table, isList: !table.isList });
  return {
    message: `${dotted(path)}: expected ${wanted}, found ${found}`,
    hint: kind === 'not-one' ? `there is only one: write ${wanted}` : `there may be several: write ${wanted} above each`,
  };
}

function whereItBelongs(path: Path, table: Table, tables: readonly Table[], text: string): string {
  const key = String(path.at(-1));
  const others = tables.filter((other) => headerOf(other) !== headerOf(table));
  // The table around this one first: that is where the lines above stand.
  const around = others.filter((other) => isAround(other, table)).reverse();
  const owner = [...around, ...others].find((other) => other.keys.includes(key));
  if (owner) return `${key} belongs ${placeOf(owner, table, text)}`;
  const own = didYouMean(key, table.keys);
  if (own !== null) return own;
  for (const other of [...around, ...others]) {
    const meant = nearest(key, other.keys);
    if (meant !== null) return `did you mean ${meant}? It belongs ${placeOf(other, table, text)}`;
  }
  return `${table.names.length === 0 ? 'known here' : `known in ${headerOf(table)}`}: ${table.keys.join(', ')}`;
}

function isAround(outer: Table, { names }: Table): boolean {
  return outer.names.length < names.length && outer.names.every((name, i) => name === names[i]);
}

/** In words, where the keys of a table are written, for somebody who wrote one of them into another. */
function placeOf(owner: Table, wrong: Table, text: string): string {
  if (owner.names.length === 0) {
    const first = firstHeaderIn(text);
    return first ? `above ${first.header} (line ${first.line}): what follows a [table] is part of it` : 'at the top of the file';
  }
  const header = headerOf(owner);
  if (isAround(owner, wrong)) return `in ${header}, above ${headerOf(wrong)}: what follows a [table] is part of it`;
  const [line] = linesOf(
    text,
    owner.names.flatMap((name) => (owner.isList ? [name, 0] : [name])),
  );
  return line === undefined ? `in ${header}: below such a line, at the end of the file` : `in ${header} (line ${line})`;
}

/** An issue of a value that stands where it should, but is not what it should be. */
export function explainIssue(issue: v.BaseIssue<unknown>, keys: Path): Explained {
  const where = dotted(keys);
  const found = shortened(issue.received);
  if (issue.kind !== 'schema') return { message: `${where}: ${rangeOf(issue) ?? issue.message}`, hint: null };
  if (issue.type === 'strict_object' && issue.received === 'undefined') return { message: `missing key ${where}`, hint: null };
  // A schema's own message says more than its type; valibot's default one starts with "Invalid".
  if (!issue.message.startsWith('Invalid ')) return { message: `${where}: ${issue.message}`, hint: null };
  const choices = [...(issue.expected ?? '').matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice);
  const expected = choices.map((choice) => JSON.stringify(choice)).join(' or ') || (KINDS[issue.expected ?? ''] ?? issue.expected);
  return {
    message: `${where}: expected ${expected}, found ${KINDS_FOUND[issue.received] ?? found}`,
    hint: didYouMean(String(issue.input), choices),
  };
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number without quotes',
  boolean: 'true or false',
  Array: 'a list in brackets',
  Object: 'a table',
};

const KINDS_FOUND: Readonly<Record<string, string>> = { Array: 'a list', Object: 'a table' };

/** A number's own bounds, where a schema has no words for them. */
function rangeOf({ type, message, received, ...issue }: v.BaseIssue<unknown>): string | null {
  if (!message.startsWith('Invalid ')) return null;
  const bound = 'requirement' in issue ? String(issue.requirement) : '';
  switch (type) {
    case 'min_value':
      return `expected at least ${bound}, found ${received}`;
    case 'max_value':
      return `expected at most ${bound}, found ${received}`;
    case 'integer':
    case 'safe_integer':
      return `expected a whole number, found ${received}`;
    default:
      return null;
  }
}

/** What was found may be long, or a secret that was pasted into the wrong line. */
function shortened(found: string): string {
  return found.length <= 40 ? found : `${found.slice(0, 30)}…`;
}

/** What somebody probably forgot, by what the parser says of a text that is not TOML. */
export function hintForSyntax(reason: string, row: string): string | null {
  if (reason.startsWith('invalid value')) return 'a text stands in quotes (name = "…"), true and false in small letters';
  if (reason.startsWith('trying to redefine')) return `this is in the file twice: ${row.trim().slice(0, 60)}`;
  if (/^(incomplete key-value|illegal character in key)/.test(reason)) return 'a line is: key = value, with - and _ alone in a key';
  if (reason.startsWith('unrecognised escape')) return String.raw`in double quotes a \ is written \\; in single quotes as it is`;
  if (reason.startsWith('control characters')) return 'the quotes that begin on this line or above it are not closed';
  return null;
}

function dotted(keys: Path): string {
  return (
    keys
      .map((key) => (typeof key === 'number' ? `[${key + 1}]` : `.${key}`))
      .join('')
      .replace(/^\./, '') || 'the file'
  );
}
