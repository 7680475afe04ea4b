import { UsageError } from '../../config/usage-error.ts';
import { said } from '../../format/said.ts';
import type { Base, BaseDay, Figures } from '../figures.ts';
import { median } from '../median.ts';
import { words } from '../words.ts';

/** What a portal has on a usual day, for comparison. */

/**
 * The whole days of figures of the weeks before; a day that the period cuts says nothing of a usual one.
 * @throws UsageError where there is none
 */
export function baseOfLogs(figures: Figures): Base {
  const whole = figures.days.filter((day) => day.from.includes(MIDNIGHT) && day.to.includes(MIDNIGHT));
  const days = whole.map(({ from, visits, pages, hits, bytes }) => ({
    day: from.slice(0, 10),
    visits: visits.value,
    pages,
    hits,
    bytes,
  }));
  return baseOf(
    days,
    'logs',
    whole.every(({ visits }) => visits.isExact),
  );
}

const MIDNIGHT = 'T00:00:00';

/**
 * Figures by hand: a day a line, `2018-06-17,1200,4100,30500` and, if it is known, the bytes; apart by commas or
 * semicolons. A first line may name the columns, in whatever order.
 * @param file as the user named it; errors name it and the line
 * @throws UsageError
 */
export function baseByHand(text: string, file: string): Base {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  let columns: readonly Column[] = COLUMNS;
  const days: BaseDay[] = [];
  let isFirst = true;
  for (const [i, line] of lines.entries()) {
    const at = `${file}:${i + 1}`;
    if (line.trim() === '' || line.startsWith('#')) continue;
    const cells = line.split(line.includes(';') ? ';' : ',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (isFirst && !/^\d/.test(cells[0] ?? '')) columns = columnsOf(cells, at);
    else days.push(dayIn(cells, columns, at));
    isFirst = false;
    if (days.length > MOST_DAYS) throw new UsageError(words.overDays(at, MOST_DAYS));
  }
  const twice = days.find(({ day }, i) => days.findIndex((other) => other.day === day) < i);
  if (twice) throw new UsageError(words.dayTwice(file, twice.day));
  return baseOf(days, 'hand', true);
}

const MOST_DAYS = 400;

const COLUMNS = ['day', 'visits', 'pages', 'hits', 'bytes'] as const;
type Column = (typeof COLUMNS)[number];

const NAMES: Readonly<Record<string, Column>> = {
  dia: 'day',
  fecha: 'day',
  day: 'day',
  date: 'day',
  visitas: 'visits',
  visits: 'visits',
  paginas: 'pages',
  pages: 'pages',
  hits: 'hits',
  bytes: 'bytes',
};

/** As a spreadsheet's first line may name the columns. */
const HEADS = said('dia, visitas, paginas, hits, bytes');

function columnsOf(cells: readonly string[], at: string): readonly Column[] {
  const columns = cells.map((cell) => {
    const plain = cell.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
    const column = NAMES[plain];
    if (!column) throw new UsageError(words.noColumn(at, cell.slice(0, 40)), HEADS);
    return column;
  });
  const missing = COLUMNS.find((column) => column !== 'bytes' && !columns.includes(column));
  if (missing || new Set(columns).size < columns.length) {
    throw new UsageError(words.columnsOnce(at), HEADS);
  }
  return columns;
}

function dayIn(cells: readonly string[], columns: readonly Column[], at: string): BaseDay {
  if (cells.length > columns.length) throw new UsageError(words.manyFigures(at, columns.length, cells.length), words.dayALine);
  const cell = (column: Column) => cells[columns.indexOf(column)] ?? '';
  const figure = (column: Column) => {
    const value = cell(column);
    if (!/^\d{1,15}$/.test(value)) throw new UsageError(words.noNumber(at, value.slice(0, 40)), words.dayALine);
    return Number(value);
  };
  const day = cell('day');
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !isDay(day)) throw new UsageError(words.noDay(at, day.slice(0, 40)), words.dayALine);
  const bytes = cell('bytes') === '' ? null : figure('bytes');
  return { day, visits: figure('visits'), pages: figure('pages'), hits: figure('hits'), bytes };
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function baseOf(given: readonly BaseDay[], by: Base['by'], isExact: boolean): Base {
  if (given.length === 0) throw new UsageError(words.noWholeDay);
  const days = [...given].sort((one, other) => (one.day < other.day ? -1 : 1));
  const of = (work: (values: readonly number[]) => number) => ({
    visits: work(days.map(({ visits }) => visits)),
    pages: work(days.map(({ pages }) => pages)),
    hits: work(days.map(({ hits }) => hits)),
    bytes: days.some(({ bytes }) => bytes === null) ? null : work(days.map(({ bytes }) => bytes ?? 0)),
  });
  return { days, mean: of(meanOf), median: of(median), by, isExact };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
