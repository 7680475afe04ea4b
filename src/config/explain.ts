import type * as v from 'valibot';
import { type Said, said } from '../format/said.ts';
import { didYouMean, nearest } from './nearest.ts';
import { headerOf, type Misfit, type Path, type Table } from './structure.ts';
import { firstHeaderIn, linesOf } from './toml-lines.ts';
import { words } from './words.ts';

/** How a wrong configuration is told: one line that says what is wrong, and one that says what to do. */

export interface Explained {
  readonly message: Said;
  /** one line as after `cotejo: hint:`, null where the message says it all */
  readonly hint: Said | null;
}

/**
 * @param tables all that the configuration may have
 * @param text the configuration's file
 */
export function explainMisfit({ path, table, kind }: Misfit, tables: readonly Table[], text: string): Explained {
  if (kind === 'unknown') return { message: words.unknownKey(dotted(path)), hint: whereItBelongs(path, table, tables, text) };
  const wanted = headerOf(table);
  const found = headerOf({ ...table, isList: !table.isList });
  return {
    message: words.expected(dotted(path), wanted, found),
    hint: kind === 'not-one' ? words.onlyOne(wanted) : words.several(wanted),
  };
}

function whereItBelongs(path: Path, table: Table, tables: readonly Table[], text: string): Said {
  const key = String(path.at(-1));
  const others = tables.filter((other) => headerOf(other) !== headerOf(table));
  // The table around this one first: that is where the lines above stand.
  const around = others.filter((other) => isAround(other, table)).reverse();
  const owner = [...around, ...others].find((other) => other.keys.includes(key));
  if (owner) return words.belongs(key, placeOf(owner, table, text));
  const own = didYouMean(key, table.keys);
  if (own !== null) return own;
  for (const other of [...around, ...others]) {
    const meant = nearest(key, other.keys);
    if (meant !== null) return words.meantThere(meant, placeOf(other, table, text));
  }
  const known = table.keys.join(', ');
  return table.names.length === 0 ? words.knownHere(known) : words.knownIn(headerOf(table), known);
}

function isAround(outer: Table, { names }: Table): boolean {
  return outer.names.length < names.length && outer.names.every((name, i) => name === names[i]);
}

/** In words, where the keys of a table are written, for somebody who wrote one of them into another. */
function placeOf(owner: Table, wrong: Table, text: string): Said {
  if (owner.names.length === 0) {
    const first = firstHeaderIn(text);
    return first ? words.above(first.header, first.line) : words.atTop;
  }
  const header = headerOf(owner);
  if (isAround(owner, wrong)) return words.inAbove(header, headerOf(wrong));
  const [line] = linesOf(
    text,
    owner.names.flatMap((name) => (owner.isList ? [name, 0] : [name])),
  );
  return line === undefined ? words.inAtEnd(header) : words.inAtLine(header, line);
}

/**
 * An issue of a value that stands where it should, but is not what it should be.
 * @param message the issue's, in both languages
 */
export function explainIssue(issue: v.BaseIssue<unknown>, message: Said, keys: Path): Explained {
  const where = dotted(keys);
  const found = shortened(issue.received);
  if (issue.kind !== 'schema') return { message: words.wrong(where, rangeOf(issue) ?? message), hint: null };
  if (issue.type === 'strict_object' && issue.received === 'undefined') return { message: words.missingKey(where), hint: null };
  // A schema's own message says more than its type; valibot's default one starts with "Invalid".
  if (!issue.message.startsWith('Invalid ')) return { message: words.wrong(where, message), hint: null };
  const choices = [...(issue.expected ?? '').matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice);
  const kind = KINDS[issue.expected ?? ''] ?? issue.expected ?? '';
  const expected =
    choices
      .map((choice) => said(JSON.stringify(choice)))
      .reduce<Said | null>((all, one) => (all === null ? one : words.either(all, one)), null) ?? kind;
  return {
    message: words.expected(where, expected, KINDS_FOUND[issue.received] ?? found),
    hint: didYouMean(String(issue.input), choices),
  };
}

const KINDS: Readonly<Record<string, Said>> = {
  string: words.quotedText,
  number: words.bareNumber,
  boolean: words.trueOrFalse,
  Array: words.bracketedList,
  Object: words.table,
};

const KINDS_FOUND: Readonly<Record<string, Said>> = { Array: words.list, Object: words.table };

/** A number's own bounds, where a schema has no words for them. */
function rangeOf({ type, message, received, ...issue }: v.BaseIssue<unknown>): Said | null {
  if (!message.startsWith('Invalid ')) return null;
  const bound = 'requirement' in issue ? String(issue.requirement) : '';
  switch (type) {
    case 'min_value':
      return words.atLeast(bound, received);
    case 'max_value':
      return words.atMost(bound, received);
    case 'integer':
    case 'safe_integer':
      return words.whole(received);
    default:
      return null;
  }
}

/** What was found may be long, or a secret that was pasted into the wrong line. */
function shortened(found: string): string {
  return found.length <= 40 ? found : `${found.slice(0, 30)}…`;
}

/** What somebody probably forgot, by what the parser says of a text that is not TOML. */
export function hintForSyntax(reason: string, row: string): Said | null {
  if (reason.startsWith('invalid value')) return words.hintQuotes;
  if (reason.startsWith('trying to redefine')) return words.hintTwice(row.trim().slice(0, 60));
  if (/^(incomplete key-value|illegal character in key)/.test(reason)) return words.hintKeyValue;
  if (reason.startsWith('unrecognised escape')) return words.hintEscape;
  if (reason.startsWith('control characters')) return words.hintUnclosed;
  return null;
}

function dotted(keys: Path): string | Said {
  return (
    keys
      .map((key) => (typeof key === 'number' ? `[${key + 1}]` : `.${key}`))
      .join('')
      .replace(/^\./, '') || words.file
  );
}
