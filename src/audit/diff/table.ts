import { type CsvRecord, type Delimiter, delimiterOf, recordsOf } from './csv.ts';
import { wholeOf } from './figures.ts';

/**
 * A table as the PREP publishes it: above its header stand a title, the hour and a small table of counts (actas
 * expected, captured, counted), as names in one line and values in the next.
 */
export interface Table {
  readonly delimiter: Delimiter;
  /** what stands above the header, by its name where it has one, else by its line (`line 2`) */
  readonly above: ReadonlyMap<string, string>;
  /** the names of the columns, each once; null where no line looks like a header */
  readonly header: readonly string[] | null;
  /** the rows as they stand */
  readonly rows: readonly string[];
  /** of each column of whole numbers, and words where there are none: their sum. An acta's number or a date is none */
  readonly sums: ReadonlyMap<string, number>;
}

/** How many records are looked at for the header. */
const TOP = 32;

/** @throws Unread */
export function tableOf(text: string): Table {
  const delimiter = delimiterOf(text);
  const records = recordsOf(text, delimiter);
  const top: CsvRecord[] = [];
  for (let next = records.next(); !next.done; next = records.next()) if (top.push(next.value) === TOP) break;
  const at = headerAt(top);
  const header = at === null ? null : named(top[at]?.fields ?? []);
  const rows: string[] = [];
  const sums = new Sums(header ?? []);
  const take = ({ raw, fields }: CsvRecord) => {
    rows.push(raw);
    sums.add(fields);
  };
  for (const record of top.slice(at === null ? 0 : at + 1)) take(record);
  for (const record of records) take(record);
  return { delimiter, above: aboveOf(top.slice(0, at ?? 0)), header, rows, sums: sums.all() };
}

/** The widest of the first records that has names alone; the first of them, if there are several. */
function headerAt(top: readonly CsvRecord[]): number | null {
  let best: number | null = null;
  for (const [i, { fields }] of top.entries()) {
    if (isNames(fields) && (best === null || fields.length > (top[best]?.fields.length ?? 0))) best = i;
  }
  return best;
}

function isNames(fields: readonly string[]): boolean {
  return fields.length > 1 && fields.every((field) => /\p{L}/u.test(field) && !/^\d{1,4}[-/:]/.test(field));
}

/** Names that are there twice are told apart by a number. */
function named(fields: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return fields.map((field) => {
    const name = field.trim();
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} #${times}`;
  });
}

function aboveOf(records: readonly CsvRecord[]): Map<string, string> {
  const above = new Map<string, string>();
  for (let i = 0; i < records.length; i++) {
    const { raw, fields } = records[i]!;
    const values = records[i + 1]?.fields;
    if (isNames(fields) && values && !isNames(values) && Math.abs(values.length - fields.length) < 2) {
      for (const [j, name] of named(fields).entries()) above.set(name, values[j]?.trim() ?? '');
      i += 1;
    } else above.set(`line ${i + 1}`, raw);
  }
  return above;
}

/** Columns that number, name or date something: their sum says nothing. */
const NO_FIGURE =
  /^(?:ID|CLAVE|CVE|NUM_ACTA|SECCION|DISTRITO|MUNICIPIO|ESTADO|ENTIDAD|CASILLA|EXT|TIPO|UBICACION|CODIGO|FOLIO|CRYT|SHA|HASH|FECHA|HORA|URL)(?:_|$| )/i;

/** One value in a hundred may be none, as defects go: a single odd one must not hide that a total went down. */
const ODD = 0.01;

class Sums {
  private readonly header: readonly string[];
  private readonly sums: (number | null)[];
  private readonly wholes: number[];
  /** values with digits that are no whole numbers */
  private readonly others: number[];

  constructor(header: readonly string[]) {
    this.header = header;
    this.sums = header.map((name) => (NO_FIGURE.test(plain(name)) ? null : 0));
    this.wholes = header.map(() => 0);
    this.others = header.map(() => 0);
  }

  add(fields: readonly string[]): void {
    for (let i = 0; i < fields.length; i++) {
      const sum = this.sums[i];
      if (sum === null || sum === undefined) continue;
      const field = fields[i]!;
      const whole = wholeOf(field);
      if (whole !== null) {
        this.sums[i] = sum + whole;
        this.wholes[i]! += 1;
      } else if (/\d/.test(field)) this.others[i]! += 1;
    }
  }

  all(): Map<string, number> {
    const found = new Map<string, number>();
    for (const [i, name] of this.header.entries()) {
      const sum = this.sums[i];
      const [wholes = 0, others = 0] = [this.wholes[i], this.others[i]];
      if (sum !== null && sum !== undefined && wholes > 0 && others <= wholes * ODD) found.set(name, sum);
    }
    return found;
  }
}

/** A name without accents, as the patterns of names have it. */
export function plain(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
}
