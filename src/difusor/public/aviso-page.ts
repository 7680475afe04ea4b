import type { Statement } from '../../format/statement.ts';
import type { Phase } from '../../format/trust.ts';
import { hourInEnglish, hourOf } from '../../html/hour.ts';
import { type Html, html, joined, nothing, styleOf } from '../../html/html.ts';
import { PAGE_STYLE } from './aviso-style.ts';

/**
 * The pages that stand in for a corte, as readers see them: the notice when none arrives any more, the wait before the
 * opening. One file each, without any other resource, so that they show even where nothing else works. One key press
 * shows it in English, without a script.
 */

interface Facts {
  /** the trust document's title of the election */
  readonly title: string;
  readonly phase: Phase;
}

export interface OtherDifusor {
  readonly title: string;
  readonly url: string;
}

interface Words {
  readonly title: string;
  /** in place of a picture: the hour that this page is about */
  readonly hourTitle: string;
  readonly hour: string;
  /** a time of the format, null where there is none */
  readonly time: string | null;
  readonly paragraphs: readonly string[];
}

/** What a notice says of the newest corte, and where it leads. */
interface Notice extends Facts {
  /** the newest corte, whose hour it states */
  readonly last: Statement | null;
  /** where the IEC itself publishes, null where that is not known */
  readonly institute?: string | null;
  readonly difusores?: readonly OtherDifusor[];
}

/** The notice, as a whole HTML page. */
export function avisoPage({ title, phase, last, institute = null, difusores = [] }: Notice): string {
  const time = last?.taken_at ?? null;
  const spanish: Words = {
    title: 'La información no se está actualizando',
    hourTitle: 'Último corte recibido',
    hour: time ? hourOf(time) : 'Ninguno todavía',
    time,
    paragraphs: [
      'Este sitio difunde los resultados electorales preliminares que publica el Instituto Electoral de Coahuila. En este momento no recibe cortes nuevos, y por eso no muestra resultados que pudieron haber cambiado.',
      `Puede consultarlos en el sitio del Instituto${difusores.length > 0 ? ' o con otro difusor oficial' : ' y con los demás difusores oficiales'}. Esta página vuelve por sí sola a los resultados en cuanto llega un corte.`,
    ],
  };
  const english: Words = {
    title: 'The information is not being updated',
    hourTitle: 'Last update received',
    hour: time ? hourInEnglish(time) : 'None yet',
    time,
    paragraphs: [
      'This site shows the preliminary results published by the electoral institute of Coahuila. It is not receiving new updates at the moment, so it does not show results that may have changed.',
      'Please see the institute’s own site or another official site. This page returns to the results by itself.',
    ],
  };
  return page(title, phase, spanish, english, ways(institute, difusores));
}

/** The page that is shown until the phase opens, as a whole HTML page. */
export function esperaPage({ title, phase }: Facts): string {
  const spanish: Words = {
    title: 'La publicación todavía no comienza',
    hourTitle: 'Comienza a las',
    hour: hourOf(phase.opens_at),
    time: phase.opens_at,
    paragraphs: [
      'Aquí se publicarán los resultados electorales preliminares, tal como los emite el Instituto Electoral de Coahuila, con la fecha y la hora de cada corte. Esta página cambia por sí sola a la hora señalada.',
    ],
  };
  const english: Words = {
    title: 'Publication has not begun yet',
    hourTitle: 'It begins at',
    hour: hourInEnglish(phase.opens_at),
    time: phase.opens_at,
    paragraphs: [
      'The preliminary results will be published here, exactly as the electoral institute of Coahuila issues them, with the date and time of each update.',
    ],
  };
  return page(title, phase, spanish, english, nothing);
}

/** @param leading where the page leads to */
function page(election: string, phase: Phase, spanish: Words, english: Words, leading: Html): string {
  const isDrill = phase.kind === 'simulacro';
  const drill = isDrill
    ? html`<p class="simulacro"><strong>Simulacro</strong> Lo que aquí se publica es un ensayo. No son resultados de la elección.</p>\n`
    : nothing;
  const drillInEnglish = isDrill
    ? html`<p><strong>This is a drill. These are not results of the election.</strong></p>\n`
    : nothing;
  return html`<!doctype html>
<html lang="es-MX"${isDrill ? html` class="drill"` : nothing}>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="60">
<title>${isDrill ? 'SIMULACRO · ' : ''}${spanish.title}</title>
${styleOf(PAGE_STYLE)}
${drill}<header>
<p class="institute">Programa de Resultados Electorales Preliminares</p>
<p class="election">${election}</p>
</header>
<main>
<h1>${spanish.title}</h1>
${hourCard(spanish)}
${paragraphs(spanish)}
${leading}<details lang="en">
<summary>In English</summary>
${drillInEnglish}<h2>${english.title}</h2>
${hourCard(english)}
${paragraphs(english)}
</details>
</main>
<footer>
<p>Los resultados preliminares son informativos: no son definitivos ni tienen efectos jurídicos.</p>
</footer>
${drill}</html>
`.toString();
}

function hourCard({ hourTitle, hour, time }: Words): Html {
  const shown = time === null ? hour : html`<time datetime="${time}">${hour}</time>`;
  return html`<p class="hour"><span>${hourTitle}</span> ${shown}</p>`;
}

function paragraphs({ paragraphs: texts }: Words): Html {
  return joined(
    texts.map((text) => html`<p>${text}</p>`),
    '\n',
  );
}

/** Where the results can be seen meanwhile: first the IEC's own site, then the other Difusores. */
function ways(institute: string | null, difusores: readonly OtherDifusor[]): Html {
  const own =
    institute === null
      ? nothing
      : html`<h2>Sitio del Instituto</h2>
<ul class="difusores">
${linkTo({ title: 'Instituto Electoral de Coahuila', url: institute })}
</ul>
`;
  if (difusores.length === 0) return own;
  return html`${own}<h2>Otros difusores oficiales</h2>
<ul class="difusores">
${joined(difusores.map(linkTo), '\n')}
</ul>
`;
}

function linkTo({ title, url }: OtherDifusor): Html {
  return html`<li><a href="${url}" rel="noopener">${title}</a></li>`;
}
