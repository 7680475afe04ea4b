import type { Entry } from '../../format/manifest.ts';
import { momentOf } from '../../html/hour.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { pageOf } from '../../html/page.ts';
import type { Memoria } from '../memoria.ts';
import { commentsSection, definitionsSection, filesTables, limitsSection, signatureSection } from './closing.ts';
import { cortesSection, cortesTable } from './cortes.ts';
import { happeningsSection } from './happenings.ts';
import { originSection } from './origin.ts';
import { readersSection } from './readers.ts';
import { DRILL_STYLE, STYLE } from './style.ts';
import { summarySection } from './summary.ts';
import { hoursTable, trafficSection } from './traffic.ts';
import { usualSection, usualTable } from './usual.ts';

/**
 * The report as one document, for the Consejo and for paper: no script, no picture from elsewhere, every text of a log
 * escaped. What is in it is in the tables of the folder, too.
 *
 * @param files of the folder, but for the document itself
 * @returns the whole file, to be written in UTF-8; the same for the same input
 */
export function memoriaPage(memoria: Memoria, files: readonly (Entry & { readonly bytes: number })[]): string {
  const { about } = memoria;
  const isDrill = about.kind === 'simulacro';
  const body = html`${isDrill ? DRILL : nothing}<main>
${headerOf(memoria)}
${summarySection(memoria)}
${readersSection(memoria)}
${trafficSection(memoria)}
${cortesSection(memoria)}
${usualSection(memoria)}
${originSection(memoria)}
${happeningsSection(memoria)}
${commentsSection(memoria)}
${limitsSection(memoria)}
${definitionsSection(memoria)}
${signatureSection(memoria)}
${annex('A', 'Cada hora', hoursTable(memoria))}
${annex('B', 'Cada corte', cortesTable(memoria))}
${memoria.base === null ? nothing : annex('C', 'Lo habitual, día por día', usualTable(memoria.base))}
${annex(memoria.base === null ? 'C' : 'D', 'De qué está hecha y qué contiene', filesTables(memoria, files))}
<footer>Resultados preliminares: son informativos, no son definitivos ni tienen efectos jurídicos. Esta memoria dice cómo se difundieron, y nada de su contenido.</footer>
</main>`;
  const title = `${isDrill ? 'SIMULACRO · ' : ''}Memoria técnica: ${about.nombre ?? about.difusor}`;
  const style = isDrill ? STYLE + DRILL_STYLE : STYLE;
  return pageOf({ title, style, body, schemes: 'light', ...(isDrill && { bodyClass: 'drill' }) });
}

function annex(letter: string, title: string, body: Html): Html {
  return html`<section class="annex" aria-labelledby="anexo-${letter}"><h2 id="anexo-${letter}">Anexo ${letter}. ${title}</h2>
${body}</section>`;
}

function headerOf({ about, phase, nodes }: Memoria): Html {
  const names = nodes.map(({ node }) => node).join(', ');
  return html`<header>
<p class="institute">Programa de Resultados Electorales Preliminares</p>
<p class="election">${about.title}</p>
<h1>Memoria técnica de la difusión</h1>
<dl>
<div><dt>Difusor</dt><dd>${about.nombre === null ? about.difusor : html`${about.nombre} <small>(${about.difusor})</small>`}</dd></div>
<div><dt>${nodes.length === 1 ? 'Nodo' : 'Nodos'}</dt><dd>${names}</dd></div>
<div><dt>Fase</dt><dd>${phase.name} (${about.kind === 'oficial' ? 'oficial' : 'simulacro'}): abre el ${momentOf(phase.opens_at)} y cierra el ${momentOf(phase.closes_at)}</dd></div>
<div><dt>Periodo</dt><dd>del ${momentOf(about.from)} al ${momentOf(about.to)}</dd></div>
<div><dt>Hecha</dt><dd>el ${momentOf(about.made_at)}, con cotejo ${about.cotejo}</dd></div>
</dl>
</header>`;
}

/** On every page of paper, and always in sight on a screen. */
const DRILL = html`<p class="simulacro"><strong>Simulacro</strong> Ensayo: no son resultados ni lecturas de la elección.</p>
<p class="mark" aria-hidden="true">SIMULACRO</p>
`;
