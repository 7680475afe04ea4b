import { type Html, html, joined, nothing } from '../../html/html.ts';
import { countOf, sizeOf } from '../../html/size.ts';
import { ruleSpan, spanOf } from '../../html/span.ts';
import type { Memoria } from '../memoria.ts';
import { avisoSeconds } from '../result.ts';
import { counted, many, minuteOf, timesOf } from './numbers.ts';

/** The first page: what a member of the Consejo reads if they read no more. */

export function summarySection(memoria: Memoria): Html {
  const { figures, base, nodes, chain, phase } = memoria;
  const [own] = nodes;
  const { seen, robots, unseen, visits, peakRequests } = figures;
  const tiles: [string, string][] = [
    [counted(visits), 'visitas'],
    [countOf(seen.pages), 'páginas'],
    [countOf(seen.hits), 'hits'],
    [sizeOf(seen.bytes), 'enviados a lectores'],
    [`${countOf(own.pace.published)} de ${countOf(chain.cortes)}`, 'cortes publicados en el periodo'],
    [spanOf(avisoSeconds(memoria)), 'con el aviso a la vista'],
  ];
  const lines = [
    peakRequests === null
      ? nothing
      : html`<li>El minuto de mayor demanda comenzó a las ${minuteOf(peakRequests.from)}, con ${countOf(peakRequests.value)} peticiones.</li>`,
    base === null
      ? html`<li>No se entregaron cifras de semanas anteriores: no hay con qué comparar estas.</li>`
      : html`<li>${againstUsual(memoria)}</li>`,
    own.pace.median === null
      ? html`<li>En el periodo no se publicó ningún corte.</li>`
      : html`<li>De la hora de un corte (o de la apertura) a que los lectores lo tuvieron pasaron ${spanOf(own.pace.median / 1000)} en la mediana y ${spanOf((own.pace.longest ?? 0) / 1000)} a lo más.</li>`,
    html`<li>${alteredWords(memoria)}</li>`,
    html`<li>Aparte quedan ${many(robots.requests, 'petición', 'peticiones')} de programas (robots) y ${countOf(unseen.requests)} que no recibieron un documento (errores, redirecciones, el aviso y otras).</li>`,
  ];
  return html`<section aria-labelledby="principal"><h2 id="principal">Lo principal</h2>
<dl class="tiles">${tiles.map(([value, name]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<ul>
${joined(lines, '\n')}
</ul>
${chainWords(memoria)}
<p class="soft">La publicación de la fase ${phase.name} prevé un corte nuevo cada ${ruleSpan(phase.period_seconds)} y, tras ${phase.missed_limit} periodos sin corte, un aviso en su lugar.</p></section>`;
}

function againstUsual({ figures, base }: Memoria): string {
  const busiest = figures.days.toSorted((a, b) => b.pages - a.pages)[0];
  if (!base || !busiest || base.median.pages === 0)
    return 'En un día habitual no se consulta ninguna página: no hay con qué comparar.';
  const times = timesOf(busiest.pages, base.median.pages).replace('× ', '');
  return `En el día de mayor consulta las páginas fueron ${times} veces las de un día habitual (mediana de ${many(base.days.length, 'día', 'días')}).`;
}

function alteredWords({ incidents, untold }: Memoria): string {
  const altered = incidents.filter(({ kind }) => kind === 'alteracion');
  const count = altered.reduce((sum, one) => sum + one.count, 0);
  const restored = altered.reduce((sum, one) => sum + (one.restored ?? 0), 0);
  const refused = incidents.filter(({ kind }) => kind === 'rechazo').reduce((sum, one) => sum + one.count, 0);
  const hasGaps = untold > 0 || incidents.some(({ kind }) => kind === 'registro');
  const wasDown = incidents.some(({ kind }) => kind === 'caida' || kind === 'reinicio');
  const within = [...(hasGaps ? ['hasta donde llega el registro'] : []), ...(wasDown ? ['mientras el programa trabajaba'] : [])];
  const head = [...within.slice(0, 1), ...within.slice(1).map((one) => `y ${one}`)].join(' ');
  const found =
    count === 0
      ? 'no encontró ningún archivo publicado que no fuera como lo hizo el IEC'
      : `encontró ${many(count, 'archivo alterado', 'archivos alterados')} y restauró ${countOf(restored)}`;
  const files = capital(`${head}${head === '' ? '' : ', '}la revisión permanente ${found}.`);
  const where = hasGaps ? ', de las que tiene el registro' : '';
  return `${files} Entregas que no se publicaron por no ser auténticas o no estar en regla${where}: ${countOf(refused)}.`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function chainWords({ chain }: Memoria): Html {
  if (chain.refused)
    return html`<p class="bad">La cadena de cortes de este nodo no es auténtica desde el corte ${chain.refused.number} (<code>${chain.refused.code}</code>); lo que sigue no se toma en cuenta.</p>`;
  if (chain.cortes === 0) return html`<p>El nodo no tiene cortes de esta fase.</p>`;
  const end = chain.final
    ? 'del primero al último, sin que falte alguno; el último es el final'
    : 'del primero hasta el último que recibió este nodo, que no es el final; si el IEC emitió otros, aquí no se sabe';
  return html`<p>Se comprobaron las firmas de los ${many(chain.cortes, 'corte', 'cortes')} de la cadena, ${end}. Acuses del nodo: ${countOf(chain.acuses)}${chain.badAcuses === 0 ? '' : `; archivos que no son acuses de esta cadena: ${countOf(chain.badAcuses)}`}.</p>`;
}
