import { fingerprint } from '../format/key.ts';
import { inHtml, visible } from '../format/text.ts';
import type { Custodian, Trust } from '../format/trust.ts';
import type { Inspected } from './inspect.ts';
import { grouped } from './review.ts';
import { spanish as words } from './words-es.ts';

/**
 * The acta: a page to print, read aloud against the screen, sign by hand and keep. It says what was signed, with the
 * hash and the fingerprints by which anyone can recognise it years later. One self-contained HTML file, in Spanish.
 */
export function acta(inspected: Inspected): string {
  const { document, before, changes } = inspected;
  const trust = document.document;
  // A usual document stands on one page; what decides is how many lines it has.
  const lines = trust.signers.length + trust.custodians.length * 2 + trust.phases.length * 2 + (changes?.length ?? 0) * 1.5;
  const size = lines > 30 ? 'small' : lines > 14 ? 'compact' : 'usual';
  return `<!doctype html>
<html lang="es-MX">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(`Acta: ${trust.election}, versión ${trust.version}`)}</title>
<style>${STYLE}</style>
</head>
<body class="${size}">
<header>
<p>${html(trust.title)}</p>
<h1>Acta del documento de confianza, versión ${trust.version}</h1>
</header>
<p>Quienes firman esta acta leyeron en voz alta el código de integridad del documento <code>${html(trust.election)}</code>,
versión ${trust.version}, lo compararon con el de su pantalla y lo hallaron igual.</p>
<section class="hash">
<h2>Código de integridad (SHA-256)</h2>
<p>${grouped(document.sha256).map(html).join('<br>')}</p>
</section>
<dl>
${row('Emitido', words.when(trust.issued_at))}
${row('Vence', words.when(trust.expires_at))}
${row('Sigue a', previousOf(trust))}
</dl>
${changed(inspected)}
<h2>${html(words.custodians(trust.threshold, trust.custodians.length))}</h2>
${custodianTable(inspected)}
<h2>${html(words.signers)}</h2>
<table>
<tr><th>Llave<th>Huella<th>Qué firma</tr>
${trust.signers
  .map((s) => {
    const phase = trust.phases.find((p) => p.name === s.phase);
    return `<tr><td>${html(s.name)}<td class="mono">${html(fingerprint(s.key))}<td>${html(words.maySign(s, phase))}</tr>`;
  })
  .join('\n')}
</table>
<h2>${html(words.phases)}</h2>
<table>
${trust.phases.map((p) => `<tr><td>${html(p.name)}<br> <small>${p.kind}</small><td>${html(words.phaseHours(p))}<br> <small>${html(words.phaseRule(p))}</small></tr>`).join('\n')}
</table>
<section class="place">
<p>Lugar <span class="line"></span></p><p>Fecha y hora <span class="line"></span></p>
</section>
<section class="witnesses">
${['Testigo', 'Testigo', 'Fe pública'].map((who) => `<div><span class="line"></span><small>${who}: nombre y firma</small></div>`).join('\n')}
</section>
<footer>Para comprobarlo sin este programa: <code>sha256sum ${trust.version}.json</code> da el código de arriba;
<code>ssh-keygen -lf LLAVE.pub</code> da la huella de cada llave${before || trust.version === 1 ? '' : '. No se comparó con la versión anterior'}.</footer>
</body>
</html>
`;
}

function changed({ before, changes, document }: Inspected): string {
  if (document.document.version === 1) return '';
  if (!before || !changes) return `<p><strong>${html(words.notCompared)}</strong></p>`;
  const last = changes.length === 0 ? words.nothingChanges : words.nothingElse;
  const items = [...changes.map((change) => `${words.change(change)}.`), last];
  return `<h2>${html(words.changesSince(before.document.version))}</h2>
<ul>
${items.map((item) => `<li>${html(item)}</li>`).join('\n')}
</ul>`;
}

/** The custodians who stay or enter, then those who leave and may sign for the version before. */
function custodianTable({ document, before, sides }: Inspected): string {
  const signed = new Map(sides.map(({ version, signed }) => [version, new Set(signed)]));
  const own = document.document.custodians;
  const leaving = (before?.document.custodians ?? []).filter(({ key }) => !own.some((c) => c.key === key));
  const line = ({ name, key }: Custodian, version: number, note: string) => {
    const mark = signed.get(version)?.has(name) ? 'sí' : 'no';
    return `<tr><td>${html(name)}${note}<td class="mono">${html(fingerprint(key))}<td>${mark}<td class="by-hand"></tr>`;
  };
  return `<table class="custodians">
<tr><th>Custodio<th>Huella de su llave<th>Firma digital<th>Nombre y firma autógrafa</tr>
${own.map((c) => line(c, document.document.version, '')).join('\n')}
${leaving.map((c) => line(c, before?.document.version ?? 0, '<br> <small>sale</small>')).join('\n')}
</table>`;
}

function previousOf({ previous, version }: Trust): string {
  return previous === null ? words.first : words.version(version - 1, grouped(previous).join(' '));
}

function row(term: string, value: string): string {
  return `<div><dt>${html(term)}</dt><dd>${html(value)}</dd></div>`;
}

function html(text: string): string {
  return inHtml(visible(text));
}

// The machine of a ceremony has whatever fonts it has: by the height of their letters (font-size-adjust) they take one room.
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
.hash { border: 1.5px solid #111; padding: 1mm 4mm 2mm; text-align: center }
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
