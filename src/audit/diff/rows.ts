import { Room, shortened } from './bounds.ts';
import { fieldsOf } from './csv.ts';
import { wentDown, wholeOf } from './figures.ts';
import { keyOf, picker, type RowKey, rowKeyOf } from './row-key.ts';
import { plain, type Table, tableOf } from './table.ts';

/** What changed between two versions of a table. */
export interface TableDiff {
  readonly kind: 'csv';
  /** the columns by which a row is known again; null where each line stands for itself */
  readonly key: readonly string[] | null;
  readonly rows: {
    readonly before: number;
    readonly after: number;
    readonly same: number;
    readonly added: number;
    readonly removed: number;
    /** had no figures, and has some: an acta was captured */
    readonly filled: number;
    readonly changed: number;
  };
  /** rows by what they are called; no more than there is room for */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly filled: readonly string[];
  readonly changed: readonly RowChange[];
  readonly columns: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly totals: readonly Total[];
  /** above the header: titles and hours */
  readonly above: readonly Change[];
  /** how many of the changed rows have a figure that went down */
  readonly rows_down: number;
}

interface RowChange {
  readonly row: string;
  readonly cells: readonly Change[];
}

/** One value, under its name in one of the two or in both. */
export interface Change {
  readonly name: string;
  /** null: there was none */
  readonly before: string | null;
  readonly after: string | null;
  /** both are whole numbers and the second is lower */
  readonly down: boolean;
}

/** A figure of the whole table that is not as before. */
export interface Total {
  /** a count of the rows; the sum of a column; a count that the table itself has above its header */
  readonly of: 'rows' | 'column' | 'above';
  readonly name: string;
  /** null: there was none */
  readonly before: number | null;
  readonly after: number | null;
  readonly down: boolean;
}

/** @param room for what is told one by one @throws Unread */
export function diffTables(before: string, after: string, room = new Room()): TableDiff {
  const [a, b] = [tableOf(before), tableOf(after)];
  const key = rowKeyOf(a, b);
  const rows = key === null ? diffLines(a, b, room) : diffRows(a, b, key, room);
  const { totals, above } = diffAbove(a, b);
  const sums = [...new Set([...a.sums.keys(), ...b.sums.keys()])]
    .map((name) => totalOf('column', name, a.sums.get(name) ?? null, b.sums.get(name) ?? null))
    .filter(differs);
  const count = [totalOf('rows', 'rows', a.rows.length, b.rows.length)].filter(differs);
  const [from, to] = [a.header ?? [], b.header ?? []].map((names) => new Set(names));
  return {
    kind: 'csv',
    key: key?.columns ?? null,
    ...rows,
    rows: { before: a.rows.length, after: b.rows.length, ...rows.rows },
    columns: { added: [...to!].filter((name) => !from!.has(name)), removed: [...from!].filter((name) => !to!.has(name)) },
    totals: [...totals, ...count, ...sums],
    above,
  };
}

function totalOf(of: Total['of'], name: string, before: number | null, after: number | null): Total {
  return { of, name, before, after, down: before !== null && after !== null && after < before };
}

function differs({ before, after }: { readonly before: unknown; readonly after: unknown }): boolean {
  return before !== after;
}

function changeOf(name: string, before: string | null, after: string | null): Change {
  return {
    name: shortened(name),
    before: before && shortened(before),
    after: after && shortened(after),
    down: wentDown(before, after),
  };
}

function diffAbove(a: Table, b: Table) {
  const totals: Total[] = [];
  const above: Change[] = [];
  for (const name of new Set([...a.above.keys(), ...b.above.keys()])) {
    const [before, after] = [a.above.get(name) ?? null, b.above.get(name) ?? null];
    if (before === after) continue;
    const [from, to] = [wholeOf(before), wholeOf(after)];
    if (from !== null && to !== null) totals.push(totalOf('above', shortened(name), from, to));
    else above.push(changeOf(name, before, after));
  }
  return { totals, above };
}

type RowsDiff = Pick<TableDiff, 'added' | 'removed' | 'filled' | 'changed' | 'rows_down'> & {
  readonly rows: Omit<TableDiff['rows'], 'before' | 'after'>;
};

/** Every line stands for itself; as many as both have are the same. */
function diffLines(a: Table, b: Table, room: Room): RowsDiff {
  const counts = new Map<string, number>();
  for (const raw of a.rows) counts.set(raw, (counts.get(raw) ?? 0) + 1);
  const [added, removed] = [new Told(room), new Told(room)];
  for (const raw of b.rows) {
    const left = counts.get(raw) ?? 0;
    if (left > 0) counts.set(raw, left - 1);
    else added.say(raw);
  }
  for (const raw of a.rows) {
    const left = counts.get(raw) ?? 0;
    if (left === 0) continue;
    counts.set(raw, left - 1);
    removed.say(raw);
  }
  const same = b.rows.length - added.count;
  const rows = { same, added: added.count, removed: removed.count, filled: 0, changed: 0 };
  return { rows, added: added.list, removed: removed.list, filled: [], changed: [], rows_down: 0 };
}

function diffRows(a: Table, b: Table, key: RowKey, room: Room): RowsDiff {
  const before = new Map(keyed(a, key));
  const columns = [...new Set([...(a.header ?? []), ...(b.header ?? [])])];
  const sameColumns = a.header?.join('\n') === b.header?.join('\n') && a.delimiter === b.delimiter;
  const isFigure = columns.map((name) => (a.sums.has(name) || b.sums.has(name)) && !/LISTA/.test(plain(name)));
  const cellsA = cells(a, columns);
  const cellsB = cells(b, columns);
  const nameA = picker(a, key.shown);
  const nameB = picker(b, key.shown);
  const [added, removed, filled] = [new Told(room), new Told(room), new Told(room)];
  const changed: RowChange[] = [];
  const rows = { same: 0, changed: 0 };
  let down = 0;
  for (const [of, raw] of keyed(b, key)) {
    const old = before.get(of);
    before.delete(of);
    if (old === undefined) {
      added.say(called(nameB(raw)));
      continue;
    }
    if (sameColumns && old === raw) {
      rows.same += 1;
      continue;
    }
    const [was, is] = [cellsA(old), cellsB(raw)];
    const differing = [...columns.keys()].filter((i) => was[i] !== is[i]);
    const has = (values: ReadonlyArray<string | null>) => values.some((value, i) => isFigure[i] && wholeOf(value) !== null);
    if (differing.length === 0) rows.same += 1;
    else if (!has(was) && has(is)) filled.say(called(nameB(raw)));
    else {
      rows.changed += 1;
      const list = differing.map((i) => changeOf(columns[i]!, was[i]!, is[i]!));
      if (list.some((cell) => cell.down)) down += 1;
      if (room.take(list.length)) changed.push({ row: shortened(called(nameB(raw))), cells: list });
    }
  }
  for (const raw of before.values()) removed.say(called(nameA(raw)));
  return {
    rows: { ...rows, added: added.count, removed: removed.count, filled: filled.count },
    added: added.list,
    removed: removed.list,
    filled: filled.list,
    changed,
    rows_down: down,
  };
}

/** The rows by their keys; of several with one key each has a number of its own. */
function* keyed(table: Table, { columns }: RowKey): Generator<[string, string]> {
  const pick = picker(table, columns);
  const times = new Map<string, number>();
  for (const raw of table.rows) {
    const key = keyOf(pick(raw));
    const nth = (times.get(key) ?? 0) + 1;
    times.set(key, nth);
    yield [`${nth} ${key}`, raw];
  }
}

/** The values of a row in the order of these columns; null where the row does not reach so far or has no such column. */
function cells({ header, delimiter }: Table, columns: readonly string[]): (raw: string) => Array<string | null> {
  const places = new Map((header ?? []).map((name, i) => [name, i]));
  const at = columns.map((name) => places.get(name) ?? -1);
  return (raw) => {
    const fields = fieldsOf(raw, delimiter);
    return at.map((i) => fields[i] ?? null);
  };
}

/** Counts all, and lists those for which there is room. */
class Told {
  count = 0;
  readonly list: string[] = [];
  private readonly room: Room;

  constructor(room: Room) {
    this.room = room;
  }

  say(text: string): void {
    this.count += 1;
    if (this.room.take()) this.list.push(shortened(text));
  }
}

/** A row as it is called: the values that identify it, without those that are empty. */
function called(values: readonly string[]): string {
  return values.filter((value) => value !== '').join(' ');
}
