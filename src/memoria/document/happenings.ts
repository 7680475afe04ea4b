import { asOneLine } from '../../format/text.ts';
import { formatTime } from '../../format/time.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { spanOf } from '../../html/span.ts';
import type { Incident, Kind } from '../incident/kinds.ts';
import type { Memoria } from '../memoria.ts';
import { cellHour, many } from './numbers.ts';
import { tableOf } from './table.ts';
import { incidentWords, kindWords } from './words.ts';

/** The incidents, in the order in which they began. */

const MOST_ROWS = 200;
const LONGEST = 120;

export function happeningsSection({ incidents, untold, nodes, offset }: Memoria): Html {
  const at = (ms: number) => cellHour(formatTime(ms, offset));
  const isAlone = nodes.length === 1;
  const rows = incidents
    .slice(0, MOST_ROWS)
    .map((one) => [
      at(one.from),
      one.to === one.from ? '' : html`${at(one.to)}<br><small>${spanOf((one.to - one.from) / 1000)}</small>`,
      kindWords(one.kind),
      html`${incidentWords(one)}${examplesOf(one)}${isAlone ? nothing : html` <small>Nodo ${one.node}.</small>`}`,
    ]);
  const rest = incidents.length - rows.length + untold;
  const columns = [{ head: 'Desde' }, { head: 'Hasta' }, { head: 'Incidente' }, { head: 'Qué pasó' }];
  return html`<section aria-labelledby="incidentes"><h2 id="incidentes">Incidentes</h2>
${
  rows.length === 0
    ? html`<p>El registro no tiene ningún incidente en el periodo.</p>`
    : tableOf(
        `${many(incidents.length + untold, 'incidente', 'incidentes')}, por la hora en que comenzaron`,
        columns,
        rows,
        'incidents',
      )
}
${rest > 0 ? html`<p class="soft">Siguen ${rest}; ${untold > 0 ? 'los primeros' : 'todos'} están en <code>datos/incidentes.csv</code> y en <code>incidentes.json</code>.</p>` : nothing}</section>`;
}

function examplesOf({ kind, code, examples, count }: Incident): Html {
  if (examples.length === 0) return nothing;
  const shown = examples.map((one) => html`<code>${asOneLine(exampleWords(kind, code, one), LONGEST)}</code>`);
  const more = count > examples.length ? ' …' : '';
  return html`<br><small>${shown.map((one, i) => (i === 0 ? one : html`, ${one}`))}${more}</small>`;
}

function exampleWords(kind: Kind, code: string | null, example: string): string {
  if (kind === 'alteracion' && example === '.') return 'la liga de la carpeta pública';
  return kind === 'falla' ? `${code}: ${example}` : example;
}
