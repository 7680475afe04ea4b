import { fieldsOf } from './csv.ts';
import { plain, type Table } from './table.ts';

/**
 * By which columns a row is known again in the other corte. Those that identify an acta, by their names, if there are
 * any; otherwise the columns from the left that suffice. What identifies must not be a figure, or a corrected acta would
 * look like one that went and another that came.
 */
export interface RowKey {
  /** the columns, by name, in the order of the header */
  readonly columns: readonly string[];
  /** the columns that name the row to a reader: these and, of an acta, where it is from */
  readonly shown: readonly string[];
}

const IDENTIFIES =
  /^(?:ID_|CLAVE|CVE)|^(?:ID|ACTA|FOLIO)$|ESTADO|ENTIDAD|DISTRITO|MUNICIPIO|SECCION|^(?:TIPO_)?CASILLA|CONTIGUA|TIPO_ACTA/;
/** Whether what has this name numbers or names an acta, a casilla or a place. */
export function identifies(name: string): boolean {
  return IDENTIFIES.test(plain(name));
}

/** From so many columns at the left a key is made where no name tells. */
const FROM_LEFT = 12;
/** One row in a hundred may have another's key: the defect of a real file, and told apart by their order. */
const TWICE = 0.01;

/** @returns null where nothing tells the rows apart: then a row is its whole line */
export function rowKeyOf(a: Table, b: Table): RowKey | null {
  const { header } = a;
  if (!header || !b.header) return null;
  const others = new Set(b.header);
  const common = header.filter((name) => others.has(name));
  const known = common.filter((name) => identifies(name) && !a.sums.has(name)).slice(0, FROM_LEFT);
  return byNames(a, b, known) ?? fromLeft(a, b, common.slice(0, FROM_LEFT));
}

/** Leaves out from the left what the others do without: there stand the names of places, which may be corrected. */
function byNames(a: Table, b: Table, known: readonly string[]): RowKey | null {
  const values = new Values(a, b, known);
  let columns = known.map((_, i) => i);
  if (columns.length === 0 || !values.suffice(columns, TWICE)) return null;
  for (const i of known.keys()) {
    const fewer = columns.filter((other) => other !== i);
    if (fewer.length > 0 && values.suffice(fewer, TWICE)) columns = fewer;
  }
  const key = columns.map((i) => known[i]!);
  return { columns: key, shown: known.filter((name, i) => key.includes(name) || values.vary(i)) };
}

function fromLeft(a: Table, b: Table, candidates: readonly string[]): RowKey | null {
  const values = new Values(a, b, candidates);
  for (let count = 1; count <= candidates.length; count++) {
    if (!values.suffice([...candidates.keys()].slice(0, count), 0)) continue;
    const columns = candidates.slice(0, count);
    return { columns, shown: columns };
  }
  return null;
}

/** The candidates' values in the rows of both. */
class Values {
  private readonly sides: ReadonlyArray<ReadonlyArray<readonly string[]>>;

  constructor(a: Table, b: Table, candidates: readonly string[]) {
    this.sides = [a, b].map((table) => {
      const pick = picker(table, candidates);
      return table.rows.map(pick);
    });
  }

  suffice(columns: readonly number[], twice: number): boolean {
    return this.sides.every((rows) => {
      const keys = new Set(rows.map((row) => keyOf(columns.map((i) => row[i]!))));
      return rows.length - keys.size <= rows.length * twice;
    });
  }

  vary(column: number): boolean {
    return new Set(this.sides.flatMap((rows) => rows.map((row) => row[column]))).size > 1;
  }
}

/** Picks the values of these columns out of a row as it stands; what it does not have is empty. */
export function picker({ header, delimiter }: Table, columns: readonly string[]): (raw: string) => readonly string[] {
  const at = columns.map((name) => header?.indexOf(name) ?? -1);
  return (raw) => {
    const fields = fieldsOf(raw, delimiter);
    return at.map((i) => fields[i]?.trim() ?? '');
  };
}

/** Values as one text that no other values have. */
export function keyOf(values: readonly string[]): string {
  return values.map((value) => `${value.length}:${value}`).join(' ');
}
