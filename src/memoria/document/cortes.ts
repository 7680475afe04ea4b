import { formatTime, instantOf } from '../../format/time.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { countOf } from '../../html/size.ts';
import { spanOf } from '../../html/span.ts';
import type { Published } from '../incident/publication.ts';
import type { Memoria } from '../memoria.ts';
import { cellHour, counted } from './numbers.ts';
import { timePlot } from './plots.ts';
import { number, tableOf } from './table.ts';
import { noticesOf, shadeWords } from './traffic.ts';

/** What readers asked for with each corte in sight. */

/** On paper no more rows than this; the CSV has all. */
const MOST_ROWS = 320;

/** Those that readers had in the span. */
function seenCortes({ nodes: [own] }: Memoria): readonly Published[] {
  return own.published.filter(({ shown }) => shown > 0);
}

export function cortesSection(memoria: Memoria): Html {
  const seen = seenCortes(memoria).length;
  if (seen === 0) return nothing;
  const rest = memoria.chain.cortes - seen;
  return html`<section aria-labelledby="cortes"><h2 id="cortes">Por corte</h2>
${cortePlot(memoria)}
<p>Cada corte, con su hora, su demora y lo que se consultó con él a la vista, está en el anexo B.${rest > 0 ? ` De los ${countOf(memoria.chain.cortes)} cortes de la cadena, ${countOf(rest)} no estuvieron a la vista en este periodo.` : ''}</p></section>`;
}

/** The annex with every corte. */
export function cortesTable(memoria: Memoria): Html {
  const { nodes, offset } = memoria;
  const seen = seenCortes(memoria);
  const served = servedWith(memoria);
  const rows = seen.slice(0, MOST_ROWS).map(({ number: n, taken_at, from, delay, shown }) => {
    const of = served.get(n);
    return [
      String(n),
      cellHour(taken_at),
      from === null ? '—' : cellHour(formatTime(from, offset)),
      delay === null ? '—' : spanOf(delay / 1000),
      spanOf(shown / 1000),
      of?.visits ?? '0',
      countOf(of?.pages ?? 0),
      countOf(of?.hits ?? 0),
    ];
  });
  const columns = [
    { head: 'Corte' },
    { head: 'Su hora' },
    { head: 'Publicado' },
    number('Demora'),
    number('A la vista'),
    number('Visitas'),
    number('Páginas'),
    number('Hits'),
  ];
  const rest = seen.length - rows.length;
  return html`<p>Los cortes que se vieron en el nodo ${nodes[0].node}. <em>Demora</em>: de la hora del corte, o de la apertura si fue después, a que los lectores lo tuvieron. <em>Visitas</em>: las que comenzaron con él a la vista.</p>
${tableOf('Por corte', columns, rows, 'long')}
${rest > 0 ? html`<p class="soft">Siguen ${rest} cortes en <code>datos/cortes.csv</code> y <code>datos/por-corte.csv</code>.</p>` : nothing}`;
}

/** A corte may have been in sight more than once: then its pages are of all times, and its visits are not told. */
function servedWith({ figures }: Memoria): Map<number, { visits: string; pages: number; hits: number }> {
  const served = new Map<number, { visits: string; pages: number; hits: number }>();
  for (const { number: n, visits, pages, hits } of figures.cortes) {
    const before = served.get(n);
    served.set(n, {
      visits: before ? '—' : counted(visits),
      pages: (before?.pages ?? 0) + pages,
      hits: (before?.hits ?? 0) + hits,
    });
  }
  return served;
}

/** Pages in a minute: what each corte drew, however long it was shown. */
function cortePlot(memoria: Memoria): Html {
  const { figures, offset } = memoria;
  const [first] = figures.cortes;
  const last = figures.cortes.at(-1);
  if (!first || !last) return nothing;
  const from = instantOf(first.from);
  // The last one may have been shown for days: of it the beginning is drawn.
  const to = Math.min(instantOf(last.to), Math.max(instantOf(last.from) + 3_600_000, from + (instantOf(last.from) - from) * 1.08));
  const bars = figures.cortes.map((row) => {
    const [begin, end] = [instantOf(row.from), instantOf(row.to)];
    const value = row.pages / Math.max((end - begin) / 60_000, 1 / 60);
    return {
      from: begin,
      to: end,
      value,
      title: `Corte ${row.number}: ${countOf(row.pages)} páginas en ${spanOf((end - begin) / 1000)}`,
    };
  });
  const shades = noticesOf(memoria);
  return html`<figure>${timePlot({ label: 'Páginas por minuto con cada corte', from, to, offset, bars, shades })}
<figcaption>Páginas por minuto mientras cada corte estuvo a la vista; cada barra es un corte. ${shadeWords(shades)}</figcaption></figure>`;
}
