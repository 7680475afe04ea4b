import { visible } from '../../format/text.ts';

/**
 * Tables as CSV (RFC 4180), in UTF-8 with a mark at the beginning by which spreadsheets know it. Nothing of a log can
 * become a formula: before a text that a spreadsheet would take for one stands an apostrophe.
 */

export type Cell = string | number | boolean | null;

export interface Table {
  /** of our own making, without accents */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const BOM = '\ufeff';
/** The signs by which spreadsheets know a formula, those of full width too. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/;
/** The same where a spreadsheet of another country ends a cell. */
const AFTER_SEPARATOR = /([;|])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** @returns the whole file */
export function csvOf({ columns, rows }: Table): string {
  return BOM + [columns, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

/** Empty for null; a number as it is; text without anything that acts. @internal */
export function cellOf(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'si' : 'no';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(3).replace(/\.?0+$/, '');
  const text = visible(value).replace(AFTER_SEPARATOR, "$1'");
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\s']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
