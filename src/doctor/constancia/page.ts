import { fingerprint } from '../../format/key.ts';
import { momentOf } from '../../html/hour.ts';
import { type Html, html, joined, nothing } from '../../html/html.ts';
import { pageOf } from '../../html/page.ts';
import { countsOf, type SpanishCheck } from '../check.ts';
import { words } from '../words.ts';
import type { Statement } from './statement.ts';

/**
 * The constancia: one page to print, to sign by hand and to hand in. What the program measured, what it could not, and
 * what whoever runs the machine declares, each told as that. The statement is in it as JSON, too, from which the same
 * page can be made again.
 */
export function constanciaPage(statement: Statement): string {
  const { difusor, node, made_at, key, checks, fit, cotejo } = statement;
  const counts = countsOf(checks);
  const who = difusor === null ? 'Instituto Electoral de Coahuila' : `${difusor}, nodo ${node}`;
  const asked = checks.filter(({ clause }) => clause !== null);
  const own = checks.filter(({ clause }) => clause === null);
  const body = html`<header>
<p>Programa de Resultados Electorales Preliminares</p>
<h1>Constancia de características técnicas: ${who}</h1>
</header>
<p>El ${momentOf(made_at)}, el programa cotejo ${cotejo} revisó este equipo. Características que
<strong>cumplen: ${counts.cumple}</strong>; que <strong>no cumplen: ${counts['no-cumple']}</strong>; que no se pudieron saber: ${counts['no-se-sabe']}; que declara quien administra: ${counts.declarado}.
${fit ? 'Nada de lo medido incumple lo que se pide.' : 'Lo que no cumple se señala.'} Lo declarado no fue medido.</p>
${asked.length === 0 ? nothing : html`<h2>Lo que pide la convocatoria</h2>\n${tableOf(asked)}`}
${own.length === 0 ? nothing : html`<h2>Lo que necesita el programa</h2>\n${tableOf(own)}`}
<section class="hands">
<div><span></span>Responsable técnico: nombre y firma</div>
<div><span></span>Lugar y fecha</div>
</section>
<footer>Firmada con la llave <code>${fingerprint(key)}</code>${difusor === null ? ' del IEC' : ' (la de acuses del nodo)'}; la firma está
en el archivo del mismo nombre terminado en <code>.sig</code>. Para comprobarla: <code>cotejo difusor doctor --verify ARCHIVO --key LLAVE.pub</code>, o sin este
programa, <code>ssh-keygen -Y verify -n constancia@cotejo -f FIRMANTES -I nodo -s ARCHIVO.sig &lt; ARCHIVO</code>.</footer>
<pre id="datos" hidden>${JSON.stringify(statement)}</pre>`;
  const title = `Constancia: ${who}`;
  return pageOf({ title, style: STYLE, body, bodyClass: sizeFor(checks), schemes: 'light' });
}

/**
 * A node's checks fit on one page, with long declarations too; those of many links go on as many pages as they need. The
 * fonts of the machine that prints are unknown, so that the lines are counted with room to spare.
 */
function sizeFor(checks: readonly SpanishCheck[]): 'usual' | 'compact' | 'small' {
  const linesOf = ({ title, measured, required }: SpanishCheck) =>
    Math.max(Math.ceil(measured.length / 42), Math.ceil(required.length / 34), Math.ceil(title.length / 26));
  const lines = checks.reduce((sum, check) => sum + linesOf(check), 0);
  return lines > 85 ? 'small' : lines > 60 ? 'compact' : 'usual';
}

function tableOf(checks: readonly SpanishCheck[]): Html {
  const line = ({ clause, title, measured, required, verdict }: SpanishCheck) =>
    html`<tr class="${verdict}"><td>${title}<td>${required}<td>${measured}<td>${words[verdict].es}${clause === null ? nothing : html`<td>${clause}`}</tr>`;
  const base = checks[0]?.clause === null ? nothing : html`<th>Base`;
  return html`<table>
<tr><th>Característica<th>Se pide<th>Se encontró<th>Resultado${base}</tr>
${joined(checks.map(line), '\n')}
</table>`;
}

// The page has room for all checks of a node, some of them with a second line.
const STYLE = `
@page { size: letter; margin: 9mm 13mm }
* { box-sizing: border-box }
body { font: 7.1pt/1.22 'Liberation Sans', Arial, 'DejaVu Sans', sans-serif; font-size-adjust: .51; color: #111; max-width: 190mm; margin: 0 auto }
.compact { font-size: 6.2pt; line-height: 1.15 }
.small { font-size: 5.2pt; line-height: 1.1 }
@media screen { body { padding: 8mm 0 } }
header { border-bottom: 1.5px solid #111; margin-bottom: 1.5mm }
header p { margin: 0 }
h1 { font-size: 1.75em; margin: .1em 0 .25em }
h2 { font-size: 1.15em; margin: 2mm 0 .6mm }
p { margin: 1mm 0 }
code { font-family: 'Liberation Mono', 'DejaVu Sans Mono', Consolas, monospace; font-size-adjust: .53; font-size: .95em; overflow-wrap: anywhere }
table { width: 100%; border-collapse: collapse }
th { text-align: left; font-weight: normal; color: #444 }
td, th { border-bottom: .5px solid #999; padding: .25mm 2mm .25mm 0; vertical-align: top }
td:nth-child(1) { width: 21% }
td:nth-child(2) { width: 26%; color: #444 }
td:nth-child(3) { overflow-wrap: anywhere }
td:nth-child(4) { width: 13% }
td:nth-child(5) { width: 4% }
.no-cumple td { font-weight: bold }
.no-cumple td:nth-child(4) { text-decoration: underline }
.declarado td:nth-child(4), .no-se-sabe td:nth-child(4) { font-style: italic }
.hands { display: flex; gap: 10mm; margin-top: 9mm }
.hands div { flex: 1; text-align: center }
.hands span { display: block; border-bottom: 1px solid #111; margin-bottom: .6mm }
footer { margin-top: 2mm; font-size: .92em; color: #444 }
tr, .hands { break-inside: avoid }
`;
