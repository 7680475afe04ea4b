import { instantOf } from '../../format/time.ts';
import { clockOf } from '../../html/hour.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { countOf, sizeOf } from '../../html/size.ts';
import { spanOf } from '../../html/span.ts';
import type { Row } from '../figures.ts';
import type { Memoria } from '../memoria.ts';
import { cellHour, counted, dayOf, shortDay } from './numbers.ts';
import { type Bar, type Shade, timePlot } from './plots.ts';
import { number, tableOf } from './table.ts';

/** Visits, pages and hits: by hour, by day and by corte. */

/** On paper no more rows than this; the CSV has all. */
const MOST_HOURS = 120;

const COUNTS = [number('Visitas'), number('Páginas'), number('Hits'), number('Enviado'), number('Robots'), number('Sin documento')];

export function trafficSection(memoria: Memoria): Html {
  const { figures, offset, base } = memoria;
  const { hours, days } = figures;
  const span = { from: instantOf(figures.from), to: instantOf(figures.to), offset, shades: noticesOf(memoria) };
  const isLong = hours.length > 24 * 8;
  const rows = isLong ? days : hours;
  const by = isLong ? 'día' : 'hora';
  const barsOf = (valueOf: (row: Row) => number, name: string): Bar[] =>
    rows.map((row) => ({
      from: instantOf(row.from),
      to: instantOf(row.to),
      value: valueOf(row),
      title: `${whenOf(row, isLong)}: ${countOf(valueOf(row))} ${name}`,
    }));
  const usual = base && isLong ? { value: base.median.pages, label: 'lo habitual' } : undefined;
  return html`<section aria-labelledby="consultas"><h2 id="consultas">Visitas, páginas y hits</h2>
<figure>${timePlot({ ...span, label: `Páginas por ${by}`, bars: barsOf(({ pages }) => pages, 'páginas'), usual })}
<figcaption>Páginas por ${by}. ${shadeWords(span.shades)}</figcaption></figure>
<figure>${timePlot({ ...span, label: `Hits por ${by}`, bars: barsOf(({ hits }) => hits, 'hits') })}
<figcaption>Hits por ${by}. ${shadeWords(span.shades)}</figcaption></figure>
${tableOf('Por día', [{ head: 'Día' }, ...COUNTS], [...days.map((row) => [dayName(row), ...cellsOf(row)]), totalRow(memoria)])}
${avisoTable(memoria)}</section>`;
}

/** The annex with every hour. */
export function hoursTable({ figures: { hours } }: Memoria): Html {
  const rows = hours.slice(0, MOST_HOURS).map((row) => [whenOf(row, false), ...cellsOf(row)]);
  const rest = hours.length - rows.length;
  return html`${tableOf('Por hora', [{ head: 'Hora' }, ...COUNTS], rows, 'long')}
${rest > 0 ? html`<p class="soft">Siguen ${rest} horas en <code>datos/por-hora.csv</code>.</p>` : nothing}`;
}

/** Where the notice was up at the node that reports. */
export function noticesOf({ nodes: [own] }: Memoria): Shade[] {
  return own.spans.filter(({ shows }) => shows === 'aviso');
}

/** What the shade of a plot means, where there is one. */
export function shadeWords(shades: readonly Shade[]): string {
  return shades.length === 0 ? '' : 'Sombreado: con el aviso a la vista.';
}

function cellsOf({ visits, pages, hits, bytes, robots, unseen }: Row): string[] {
  return [counted(visits), countOf(pages), countOf(hits), sizeOf(bytes), countOf(robots.requests), countOf(unseen.requests)];
}

function totalRow({ figures }: Memoria): (string | Html)[] {
  const { visits, seen, robots, unseen } = figures;
  const cells = [
    counted(visits),
    countOf(seen.pages),
    countOf(seen.hits),
    sizeOf(seen.bytes),
    countOf(robots.requests),
    countOf(unseen.requests),
  ];
  return [html`<strong>Todo el periodo</strong>`, ...cells.map((cell) => html`<strong>${cell}</strong>`)];
}

/** The first and the last one may be cut: then its hours are said. */
function dayName({ from, to }: Pick<Row, 'from' | 'to'>): string {
  const isWhole = instantOf(to) - instantOf(from) === 86_400_000;
  return isWhole ? dayOf(from) : `${dayOf(from)}, de ${clockOf(from)} a ${endClock(to)}`;
}

function endClock(to: string): string {
  return clockOf(to) === '00:00' ? '24:00' : clockOf(to);
}

function whenOf({ from, to }: Pick<Row, 'from' | 'to'>, isDay: boolean): string {
  if (isDay) return dayName({ from, to });
  return `${shortDay(from)}, ${clockOf(from)}–${endClock(to)}`;
}

function avisoTable({ figures }: Memoria): Html {
  if (figures.avisos.length === 0) return nothing;
  const rows = figures.avisos.map(({ from, to, requests, pages, bytes, answered503 }) => [
    cellHour(from),
    cellHour(to),
    spanOf((instantOf(to) - instantOf(from)) / 1000),
    countOf(requests),
    countOf(pages),
    countOf(answered503),
    sizeOf(bytes),
  ]);
  const columns = [
    { head: 'Desde' },
    { head: 'Hasta' },
    number('Duración'),
    number('Peticiones'),
    number('De páginas'),
    number('Respondidas 503'),
    number('Enviado'),
  ];
  return tableOf('Lo que se pidió con el aviso a la vista, de personas y de programas', columns, rows);
}
