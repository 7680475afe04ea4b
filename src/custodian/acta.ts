import { fingerprint } from '../format/key.ts';
import type { Custodian, Phase, Signer, Trust } from '../format/trust.ts';
import { type Html, html, joined, nothing } from '../html/html.ts';
import { pageOf } from '../html/page.ts';
import { qrOf } from '../html/qr.ts';
import { ceremonyInSpanish as words } from './ceremony-es.ts';
import type { Inspected } from './inspect.ts';
import { grouped } from './review.ts';

/**
 * The acta: a page to print, read aloud against the screen, sign by hand and keep. It says what was signed, with the
 * hash and the fingerprints by which anyone can recognise it years later. One self-contained HTML file, in Spanish.
 */
export function acta(inspected: Inspected): string {
  const { document, before, changes } = inspected;
  const trust = document.document;
  // A usual document fits on one page; that depends on its number of lines.
  const lines = trust.signers.length + trust.custodians.length * 2 + trust.phases.length * 2 + (changes?.length ?? 0) * 1.5;
  const size = lines > 30 ? 'small' : lines > 14 ? 'compact' : 'usual';
  const [firstHalf = '', secondHalf = ''] = grouped(document.sha256);
  const body = html`<header>
<p>${trust.title}</p>
<h1>Acta del documento de confianza, versión ${trust.version}</h1>
</header>
<p>Quienes firman esta acta leyeron en voz alta el código de integridad del documento <code>${trust.election}</code>,
versión ${trust.version}, lo compararon con el de su pantalla y lo hallaron igual.</p>
<section class="hash">
<div>
<h2>Código de integridad (SHA-256)</h2>
<p>${firstHalf}<br>${secondHalf}</p>
<small>El cuadro dice lo mismo, para leerlo con una cámara; vale lo que está escrito.</small>
</div>
${qrOf(document.sha256.toUpperCase(), 'El mismo código de integridad, como QR')}
</section>
<dl>
${row('Emitido', words.moment(trust.issued_at))}
${row('Vence', words.moment(trust.expires_at))}
${row('Sigue a', previousOf(trust))}
</dl>
${changed(inspected)}
<h2>${words.custodians(trust.threshold, trust.custodians.length)}</h2>
${custodianTable(inspected)}
<h2>${words.signers}</h2>
${signerTable(trust)}
<h2>${words.phases}</h2>
${phaseTable(trust)}
<section class="place">
<p>Lugar <span class="line"></span></p><p>Fecha y hora <span class="line"></span></p>
</section>
<section class="witnesses">
${lined(['Testigo', 'Testigo', 'Fe pública'], (who) => html`<div><span class="line"></span><small>${who}: nombre y firma</small></div>`)}
</section>
<footer>Para comprobarlo sin este programa: <code>sha256sum ${trust.version}.json</code> da el código de arriba;
<code>ssh-keygen -lf LLAVE.pub</code> da la huella de cada llave${before || trust.version === 1 ? '' : '. No se comparó con la versión anterior'}.</footer>`;
  // Made for paper, and black on white on a screen, too.
  const title = `Acta: ${trust.election}, versión ${trust.version}`;
  return pageOf({ title, style: STYLE, body, bodyClass: size, schemes: 'light' });
}

function changed({ before, changes, document }: Inspected): Html {
  if (document.document.version === 1) return nothing;
  if (!before || !changes) return html`<p><strong>${words.notCompared}</strong></p>`;
  const last = changes.length === 0 ? words.nothingChanges : words.nothingElse;
  const items = [...changes.map((change) => `${words.change(change)}.`), last];
  return html`<h2>${words.changesSince(before.document.version)}</h2>
<ul>
${lined(items, (item) => html`<li>${item}</li>`)}
</ul>`;
}

/** The custodians who stay or enter, then those who leave and may sign for the version before. */
function custodianTable({ document, before, sides }: Inspected): Html {
  const signed = new Map(sides.map(({ version, signed }) => [version, new Set(signed)]));
  const own = document.document.custodians;
  const leaving = (before?.document.custodians ?? []).filter(({ key }) => !own.some((c) => c.key === key));
  const line = ({ name, key }: Custodian, version: number, note: Html) => {
    const mark = signed.get(version)?.has(name) ? 'sí' : 'pendiente';
    return html`<tr><td>${name}${note}<td class="mono">${fingerprint(key)}<td>${mark}<td class="by-hand"></tr>`;
  };
  return html`<table class="custodians">
<tr><th>Custodio<th>Huella de su llave<th>Firma digital<th>Nombre y firma autógrafa</tr>
${lined(own, (c) => line(c, document.document.version, nothing))}
${lined(leaving, (c) => line(c, before?.document.version ?? 0, html`<br> <small>sale</small>`))}
</table>`;
}

function signerTable({ signers, phases }: Trust): Html {
  const line = (signer: Signer) => {
    const phase = phases.find(({ name }) => name === signer.phase);
    return html`<tr><td>${signer.name}<td class="mono">${fingerprint(signer.key)}<td>${words.maySign(signer, phase)}</tr>`;
  };
  return html`<table>
<tr><th>Llave<th>Huella<th>Qué firma</tr>
${lined(signers, line)}
</table>`;
}

function phaseTable({ phases }: Trust): Html {
  const line = (phase: Phase) =>
    html`<tr><td>${phase.name}<br> <small>${phase.kind}</small><td>${words.phaseHours(phase)}<br> <small>${words.phaseRule(phase)}</small></tr>`;
  return html`<table>
${lined(phases, line)}
</table>`;
}

function previousOf({ previous, version }: Trust): string {
  return previous === null ? words.first : words.version(version - 1, grouped(previous).join(' '));
}

function row(term: string, value: string): Html {
  return html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
}

function lined<T>(items: readonly T[], piece: (item: T) => Html): Html {
  return joined(items.map(piece), '\n');
}

// The fonts of the ceremony's machine are unknown; font-size-adjust makes them all take about the same room.
const STYLE = `
@page { margin: 11mm 16mm }
* { box-sizing: border-box }
body { font: 10pt/1.35 Georgia, 'Liberation Serif', 'DejaVu Serif', serif; font-size-adjust: .45; color: #111; max-width: 176mm; margin: 0 auto }
@media screen { body { padding: 8mm 0 } }
.compact { font-size: 8.8pt }
.small { font-size: 6.8pt; line-height: 1.25 }
header { border-bottom: 2px solid #111; margin-bottom: 3mm }
header p { margin: 0; font-size: 1.05em; letter-spacing: .02em }
h1 { font-size: 1.6em; margin: .1em 0 .3em }
h2 { font-size: 1em; margin: 3.5mm 0 1mm; font-weight: bold }
p { margin: 1.5mm 0 }
code, .mono, .hash p { font-family: 'Liberation Mono', 'DejaVu Sans Mono', Consolas, monospace; font-size-adjust: .53 }
.mono { font-size: .82em; white-space: nowrap }
.hash { border: 1.5px solid #111; padding: 1mm 1mm 1mm 4mm; text-align: center; display: flex; align-items: center; gap: 2mm }
.hash div { flex: 1 }
.qr { width: 27mm; height: 27mm; flex: none; fill: #000 }
.compact .qr { width: 25mm; height: 25mm }
.small .qr { width: 18mm; height: 18mm; margin: -.5mm 0 }
.hash h2 { margin-top: 1mm }
.hash p { font-size: 1.5em; font-weight: bold; letter-spacing: .06em; word-spacing: .35em; margin: 0 }
dl { margin: 2.5mm 0; }
dl div { display: flex; gap: 3mm }
dt { width: 18mm; flex: none; color: #444 }
dd { margin: 0 }
table { width: 100%; border-collapse: collapse }
th { text-align: left; font-weight: normal; font-size: .85em; color: #444 }
td, th { border-bottom: 1px solid #999; padding: .8mm 2mm .8mm 0; vertical-align: top }
.custodians td { height: 10mm; vertical-align: middle }
.compact .custodians td { height: 8.5mm }
.small .custodians td { height: 6mm }
.small td { padding-block: .3mm }
.small h2 { margin-top: 2.2mm }
.small td br { display: none }
.by-hand { width: 36% }
th:nth-child(3) { white-space: nowrap }
ul { margin: 1mm 0; padding-left: 5mm }
small { color: #444; font-size: .85em }
.place, .witnesses { display: flex; gap: 8mm; margin-top: 4mm }
.place p { flex: 1; display: flex; gap: 2mm; align-items: end; margin: 0 }
.witnesses { margin-top: 9mm }
.witnesses div { flex: 1; text-align: center }
.line { display: block; flex: 1; border-bottom: 1px solid #111; height: 1em }
footer { margin-top: 4mm; font-size: .8em; color: #444 }
tr, .hash, .witnesses, .place { break-inside: avoid }
`;
