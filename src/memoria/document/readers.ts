import { formatTime, instantOf } from '../../format/time.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { spanOf } from '../../html/span.ts';
import type { Shown } from '../../verdict/publication.ts';
import { type Span, shownFor } from '../incident/shown.ts';
import type { Memoria } from '../memoria.ts';
import { cellHour } from './numbers.ts';
import { stripPlot } from './plots.ts';
import { number, tableOf } from './table.ts';

/** What readers saw, from when to when. */

const SHOWN_WORDS: Readonly<Record<Shown, string>> = { corte: 'Corte', aviso: 'Aviso', espera: 'Página de espera' };

/** A table on paper has no more rows than this; the CSV has all. */
const MOST_ROWS = 80;

export function readersSection(memoria: Memoria): Html {
  const { nodes, figures, offset } = memoria;
  const at = (ms: number) => cellHour(formatTime(ms, offset));
  const span = { from: instantOf(figures.from), to: instantOf(figures.to), offset };
  const strips = nodes.map(({ node, spans }) => ({
    name: node,
    spans: spans.map((one) => ({ ...one, title: `${spanName(one)}, de ${at(one.from)} a ${at(one.to)}` })),
  }));
  const totals = nodes.map(({ node, spans }) => [
    node,
    ...(['corte', 'aviso', 'espera'] as const).map((shows) => spanOf(shownFor(spans, shows) / 1000)),
    unknownOf(spans, span),
  ]);
  return html`<section aria-labelledby="lectores"><h2 id="lectores">Qué vieron los lectores</h2>
<figure>${stripPlot('Lo que mostró cada nodo: cortes, aviso y espera', strips, span)}
<figcaption><span class="key corte-key"></span>corte <span class="key aviso-key"></span>aviso <span class="key espera-key"></span>espera <span class="key unknown-key"></span>no se sabe. Hora de la elección.</figcaption></figure>
${tableOf('Tiempo con cada cosa a la vista', [{ head: 'Nodo' }, number('Corte'), number('Aviso'), number('Espera'), number('No se sabe')], totals)}
${changes(memoria, at)}</section>`;
}

/** Runs of cortes as one row each: what stands between them is what matters. */
function changes({ nodes }: Memoria, at: (ms: number) => string): Html {
  const rows = nodes.flatMap(({ node, spans }) =>
    runsOf(spans).map((run) => [
      at(run.from),
      at(run.to),
      html`${runName(run)}${run.source === 'regla' ? html` <small>(por la regla)</small>` : run.source === 'acuse' ? html` <small>(por el acuse)</small>` : nothing}`,
      ...(nodes.length > 1 ? [node] : []),
      spanOf((run.to - run.from) / 1000),
    ]),
  );
  if (rows.length === 0) return html`<p>El registro no dice nada de este periodo.</p>`;
  const cut = rows.length > MOST_ROWS;
  const nodeColumn = nodes.length > 1 ? [{ head: 'Nodo' }] : [];
  const columns = [{ head: 'Desde' }, { head: 'Hasta' }, { head: 'A la vista' }, ...nodeColumn, number('Duración')];
  return html`${tableOf('En orden', columns, rows.slice(0, MOST_ROWS), 'shown')}
${cut ? html`<p class="soft">Siguen ${rows.length - MOST_ROWS} renglones en <code>datos/lo-que-se-vio.csv</code>.</p>` : nothing}`;
}

interface Run extends Span {
  readonly last: number | null;
}

function runsOf(spans: readonly Span[]): Run[] {
  const runs: Run[] = [];
  for (const span of spans) {
    const before = runs.at(-1);
    const follows = before?.shows === 'corte' && span.shows === 'corte' && before.to === span.from && before.source === span.source;
    if (follows) runs[runs.length - 1] = { ...before, to: span.to, last: span.number };
    else runs.push({ ...span, last: span.number });
  }
  return runs;
}

function runName(run: Run): string {
  if (run.shows !== 'corte' || run.number === run.last) return spanName(run);
  return `Cortes ${run.number} a ${run.last}`;
}

function spanName({ shows, number }: Span): string {
  if (shows === 'corte') return `Corte ${number}`;
  if (shows === 'aviso' && number !== null) return `Aviso, después del corte ${number}`;
  return SHOWN_WORDS[shows];
}

function unknownOf(spans: readonly Span[], { from, to }: { from: number; to: number }): string {
  const known = spans.reduce((sum, span) => sum + span.to - span.from, 0);
  return spanOf(Math.max(0, to - from - known) / 1000);
}
