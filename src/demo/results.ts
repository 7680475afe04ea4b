import { hourOf } from '../html/hour.ts';
import { type Html, html, joined, nothing } from '../html/html.ts';
import { countOf } from '../html/size.ts';
import { actaImage } from './acta-image.ts';
import { type Acta, allActas, CORTES, MUNICIPIOS, PLANILLAS, randomOf } from './election.ts';
import { STYLE } from './style.ts';

/**
 * What the IEC would publish: pages, CSV, JSON and scanned actas of 38 municipios, growing corte by corte, with the hour
 * of the corte on every page. Always the same for the same corte and hour.
 */

export type Publication = ReadonlyMap<string, Buffer>;

const ACTAS = allActas();
const images = new Map<number, Buffer>();

/**
 * @param corte from 1
 * @param takenAt a time of the format
 */
export function publicationOf(corte: number, takenAt: string): Publication {
  const captured = ACTAS.filter((acta) => acta.corte <= Math.min(corte, CORTES));
  const files = new Map<string, Buffer>();
  const add = (path: string, content: string | Buffer) => files.set(path, Buffer.from(content));
  add('index.html', statePage(corte, takenAt, captured));
  add('css/estilo.css', STYLE);
  add('base/COAH_AYUN_2018.csv', csvOf(corte, takenAt, captured));
  add('datos/resumen.json', `${JSON.stringify(summaryOf(corte, takenAt, captured), null, 1)}\n`);
  for (const municipio of MUNICIPIOS.keys()) {
    const own = captured.filter((acta) => acta.municipio === municipio);
    add(`municipios/${slug(municipio)}/index.html`, municipioPage(corte, takenAt, municipio, own));
    for (const acta of own) add(imageOf(acta), pictureOf(acta));
  }
  return files;
}

function pictureOf(acta: Acta): Buffer {
  const known = images.get(acta.serial) ?? actaImage(randomOf(`acta ${acta.serial}`));
  images.set(acta.serial, known);
  return known;
}

function imageOf({ municipio, seccion, casilla }: Acta): string {
  return `actas/${slug(municipio)}/${String(seccion).padStart(4, '0')}-${casilla}.png`;
}

function slug(municipio: number): string {
  return nameOf(municipio).normalize('NFD').replace(/\p{M}/gu, '').replace(/\W+/g, '-').toLowerCase().replace(/-$/, '');
}

function nameOf(municipio: number): string {
  return MUNICIPIOS[municipio]!;
}

function votesOf(actas: readonly Acta[]): number[] {
  return PLANILLAS.map((_, i) => actas.reduce((sum, { votes }) => sum + votes[i]!, 0));
}

function statePage(corte: number, takenAt: string, captured: readonly Acta[]): string {
  const rows = [...MUNICIPIOS.keys()].map((municipio) => {
    const all = ACTAS.filter((acta) => acta.municipio === municipio).length;
    const own = captured.filter((acta) => acta.municipio === municipio);
    const votes = votesOf(own);
    const most = Math.max(...votes);
    const cells = votes.map((n) => html`<td${n === most && n > 0 ? html` class="first"` : nothing}>${countOf(n)}</td>`);
    const link = html`<a href="municipios/${slug(municipio)}/">${nameOf(municipio)}</a>`;
    return html`<tr><th scope="row">${link}</th>${cells}<td>${own.length} de ${all}</td></tr>`;
  });
  const head = PLANILLAS.map((planilla) => html`<th scope="col">${planilla}</th>`);
  const body = html`<p class="measure"><strong>${percent(captured.length, ACTAS.length)}</strong> de las actas capturadas:
${captured.length} de ${ACTAS.length}</p>
<div class="wide"><table><caption>Votación por municipio</caption>
<thead><tr><th scope="col">Municipio</th>${head}<th scope="col">Actas</th></tr></thead>
<tbody>
${joined(rows, '\n')}
</tbody></table></div>
<p>Datos abiertos: <a href="base/COAH_AYUN_2018.csv">base de datos (CSV)</a>, <a href="datos/resumen.json">resumen (JSON)</a></p>`;
  return page('Integrantes de los Ayuntamientos, Coahuila', '', corte, takenAt, body);
}

function municipioPage(corte: number, takenAt: string, municipio: number, own: readonly Acta[]): string {
  const votes = votesOf(own);
  const total = Math.max(
    1,
    votes.reduce((a, b) => a + b, 0),
  );
  const bars = PLANILLAS.map((planilla, i) => {
    const n = votes[i]!;
    return html`<li><span>${planilla}</span><meter min="0" max="${total}" value="${n}">${n}</meter><b>${countOf(n)}</b><i>${percent(n, total)}</i></li>`;
  });
  const actas = own.map(
    (acta) =>
      html`<li><a href="../../${imageOf(acta)}"><img src="../../${imageOf(acta)}" alt="Acta de la sección ${acta.seccion}, casilla ${acta.casilla}" width="90" height="120" loading="lazy">Sección ${acta.seccion} ${acta.casilla}</a></li>`,
  );
  const results =
    own.length === 0
      ? html`<p>Todavía no se captura ninguna acta de este municipio.</p>`
      : html`<ul class="bars">
${joined(bars, '\n')}
</ul>
<h2>Actas digitalizadas</h2>
<ul class="actas">
${joined(actas, '\n')}
</ul>`;
  const body = html`${results}
<p><a href="../../">Todos los municipios</a></p>`;
  return page(nameOf(municipio), '../../', corte, takenAt, body);
}

/** A page as an institute would make it, with a style sheet of its own: not one of ours, which stand alone. */
function page(title: string, up: string, corte: number, takenAt: string, body: Html): string {
  return html`<!doctype html>
<html lang="es-MX">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: resultados preliminares</title>
<link rel="stylesheet" href="${up}css/estilo.css">
<header>
<p class="prep">Programa de Resultados Electorales Preliminares · Demostración, votos inventados</p>
<h1>${title}</h1>
<p class="corte">Resultados preliminares. Corte ${corte}, de las <time datetime="${takenAt}">${hourOf(takenAt)}</time></p>
</header>
<main>
${body}
</main>
</html>
`.toString();
}

function csvOf(corte: number, takenAt: string, captured: readonly Acta[]): string {
  const head = [
    'MUNICIPIO',
    'SECCION',
    'CASILLA',
    ...PLANILLAS.map((p) => p.toUpperCase().replace(' ', '_')),
    'NULOS',
    'LISTA_NOMINAL',
  ];
  const lines = captured.map(({ municipio, seccion, casilla, votes, nulos, lista }) =>
    [nameOf(municipio), seccion, casilla, ...votes, nulos, lista].join(','),
  );
  return [`RESULTADOS PRELIMINARES,CORTE ${corte},${takenAt}`, head.join(','), ...lines].join('\r\n').concat('\r\n');
}

function summaryOf(corte: number, takenAt: string, captured: readonly Acta[]) {
  const municipios = [...MUNICIPIOS.keys()].map((municipio) => {
    const own = captured.filter((acta) => acta.municipio === municipio);
    return {
      municipio: nameOf(municipio),
      actas: own.length,
      votos: Object.fromEntries(PLANILLAS.map((p, i) => [p, votesOf(own)[i]])),
    };
  });
  return { aviso: 'Resultados preliminares', corte, hora: takenAt, actas: captured.length, de: ACTAS.length, municipios };
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
