import { BOUNDS, Unread } from './bounds.ts';

/**
 * Tables in text as they are published, defects included: rows that are too short, quotes that never close. A library
 * would refuse such a file or repair it; here each record is also kept as it stands, because the same characters are the
 * same row, and only rows that differ need be taken apart. Nothing is read past a record that is too long.
 */

export interface CsvRecord {
  /** as it stands, without its line end */
  readonly raw: string;
  readonly fields: readonly string[];
}

export type Delimiter = ',' | ';' | '|' | '\t';
const DELIMITERS: readonly Delimiter[] = [',', ';', '|', '\t'];
/** How many characters the delimiter is judged by. */
const HEAD = 64 * 1024;

/** The delimiter that the richest line of the beginning has most of. */
export function delimiterOf(text: string): Delimiter {
  const lines = text.slice(0, HEAD).split('\n', 64);
  const most = (delimiter: Delimiter) => Math.max(...lines.map((line) => line.split(delimiter).length));
  return DELIMITERS.reduce((best, next) => (most(next) > most(best) ? next : best));
}

/**
 * The records from the first on; empty lines are none.
 * @throws Unread `malformed` at a record that is too long, `too-large` at one too many
 */
export function* recordsOf(text: string, delimiter: Delimiter): Generator<CsvRecord> {
  let quotes = true;
  let count = 0;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline < 0 ? text.length : newline;
    if (lineEnd - at > BOUNDS.record) throw new Unread('malformed');
    let end = lineEnd;
    let raw = trimmed(text.slice(at, lineEnd));
    let fields: readonly string[] | null = null;
    if (quotes && raw.includes('"')) {
      const found = quotedRecord(text, at, delimiter);
      // A quote that never closes means nothing in this file, from here on.
      if (found === null) quotes = false;
      else {
        ({ end, fields } = found);
        raw = trimmed(text.slice(at, end));
      }
    }
    at = end + 1;
    if (raw === '') continue;
    if (++count > BOUNDS.records) throw new Unread('too-large');
    yield { raw, fields: fields ?? raw.split(delimiter) };
  }
}

/** The fields of one record that {@link recordsOf} gave, from its characters alone. */
export function fieldsOf(raw: string, delimiter: Delimiter): readonly string[] {
  if (!raw.includes('"')) return raw.split(delimiter);
  const found = quotedRecord(raw, 0, delimiter);
  return found?.end === raw.length ? found.fields : raw.split(delimiter);
}

/** A record with quotes (RFC 4180), up to its line end; null where one is not closed within the longest record. */
function quotedRecord(
  text: string,
  start: number,
  delimiter: Delimiter,
): { readonly fields: string[]; readonly end: number } | null {
  const fields: string[] = [];
  const last = Math.min(text.length, start + BOUNDS.record);
  let at = start;
  for (;;) {
    let value = '';
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0 || quote > last) return null;
        value += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        value += '"';
        at += 1;
      }
    }
    const from = at;
    while (at < text.length && text[at] !== delimiter && text[at] !== '\n') at += 1;
    if (at > last) return null;
    const isLast = at >= text.length || text[at] === '\n';
    fields.push(value + (isLast ? trimmed(text.slice(from, at)) : text.slice(from, at)));
    if (isLast) return { fields, end: at };
    at += 1;
  }
}

function trimmed(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
