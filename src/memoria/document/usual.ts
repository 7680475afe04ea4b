import { instantOf } from '../../format/time.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { countOf, sizeOf } from '../../html/size.ts';
import type { Base, BaseDay } from '../figures.ts';
import type { Memoria } from '../memoria.ts';
import { average, counted, dayOf, timesOf } from './numbers.ts';
import { dayPlot } from './plots.ts';
import { number, tableOf } from './table.ts';

/** The comparison that base VI asks for: with what the portal usually has. */

const MOST_DAYS = 62;

const COLUMNS = [{ head: 'Día' }, number('Visitas'), number('Páginas'), number('Hits'), number('Enviado')];

export function usualSection(memoria: Memoria): Html {
  const { base, figures } = memoria;
  const head = html`<h2 id="habitual">Comparación con lo habitual</h2>`;
  if (base === null) {
    return html`<section aria-labelledby="habitual">${head}
<p>No se entregaron cifras de las semanas anteriores, así que esta memoria no compara. Con ellas (<code>--base</code>) el mismo programa hace la comparación.</p></section>`;
  }
  const { days, mean, median } = base;
  const usualRow = (name: string, of: typeof mean) => [
    name,
    average(of.visits),
    average(of.pages),
    average(of.hits),
    of.bytes === null ? '—' : sizeOf(Math.round(of.bytes)),
  ];
  const told = figures.days.map((row) => {
    const isWhole = instantOf(row.to) - instantOf(row.from) === 86_400_000;
    const name = isWhole ? dayOf(row.from) : html`${dayOf(row.from)} <small>(no está completo)</small>`;
    return [name, counted(row.visits), countOf(row.pages), countOf(row.hits), sizeOf(row.bytes)];
  });
  const times = figures.days.map((row) => [
    `${dayOf(row.from)}, frente a la mediana`,
    timesOf(row.visits.value, median.visits),
    timesOf(row.pages, median.pages),
    timesOf(row.hits, median.hits),
    median.bytes === null ? '—' : timesOf(row.bytes, median.bytes),
  ]);
  const bars = [
    ...days.slice(-MOST_DAYS).map((day) => ({ ...barOf(day), isElection: false })),
    ...figures.days.map((row) => ({ name: dayName(row.from), value: row.pages, shown: countOf(row.pages), isElection: true })),
  ];
  return html`<section aria-labelledby="habitual">${head}
<p>Lo habitual es lo de ${days.length} ${days.length === 1 ? 'día completo' : 'días completos'}, del ${spokenDay(days[0])} al ${spokenDay(days.at(-1))}, ${
    base.by === 'logs'
      ? 'contados de las bitácoras del sitio con las mismas definiciones'
      : 'según las cifras que entregó el Difusor'
  }${base.isExact ? '' : '; sus visitas son, en parte, estimaciones'}.</p>
${tableOf('Los días de esta memoria y lo habitual', COLUMNS, [...told, usualRow('Media de un día habitual', mean), usualRow('Mediana de un día habitual', median), ...times], 'compared')}
<figure>${dayPlot('Páginas por día: los habituales y los de esta memoria', bars)}
<figcaption>Páginas por día: los habituales en claro, los de esta memoria en oscuro.</figcaption></figure></section>`;
}

/** The annex with every usual day. */
export function usualTable({ days }: Base): Html {
  const rows = days
    .slice(-MOST_DAYS)
    .map(({ day, visits, pages, hits, bytes }) => [
      dayName(`${day}T00:00:00+00:00`),
      countOf(visits),
      countOf(pages),
      countOf(hits),
      bytes === null ? '—' : sizeOf(bytes),
    ]);
  return html`${tableOf('Los días habituales', COLUMNS, rows, 'long')}
${days.length > MOST_DAYS ? html`<p class="soft">Son los últimos ${MOST_DAYS} de ${days.length}; todos están en <code>datos/lo-habitual.csv</code>.</p>` : nothing}`;
}

function barOf({ day, pages }: BaseDay) {
  return { name: dayName(`${day}T00:00:00+00:00`), value: pages, shown: countOf(pages) };
}

/** `dom 17 de junio` */
function dayName(time: string): string {
  return dayOf(time)
    .replace(/^(\p{L}{3})\p{L}*/u, '$1')
    .replace(/ de \d{4}$/, '');
}

function spokenDay(day: BaseDay | undefined): string {
  return day === undefined ? '—' : dayOf(`${day.day}T00:00:00+00:00`);
}
