import { inGroups } from '../../format/hash.ts';
import { fingerprint } from '../../format/key.ts';
import type { Trust } from '../../format/trust.ts';
import { columnHour } from '../../html/hour.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { pageOf } from '../../html/page.ts';
import { sizeOf } from '../../html/size.ts';
import { spanOf } from '../../html/span.ts';
import { type AcuseAudit, isPastEnd } from '../acuses.ts';
import type { ChainAudit, PhaseAudit, Wrong } from '../chain.ts';
import type { Look, Looked } from '../looks.ts';
import type { PhaseSellos, SellosAudit } from '../sellos/sellos.ts';
import { AUDIT_STYLE, both, bothOf, SWITCH } from './both.ts';
import type { Beside } from './chain-text.ts';
import { LOOKS_IN_ENGLISH, LOOKS_IN_SPANISH } from './look-words.ts';
import { recibosSection } from './recibos.ts';
import { sealedSaid, sellosSection } from './sellos.ts';
import { KEY_COLOURS, keyClass, type Mark, marksOf, timeline } from './timeline.ts';

/** The audit as one page that needs nothing else: no script, no font, no address. */

/** @param at the chain as the user named it, and the hour of the audit as it is shown */
export function chainHtml(
  audit: ChainAudit,
  { acuses = null, recibos = null, sellos = null }: Beside,
  looked: Looked,
  { place, checkedAt }: { readonly place: string; readonly checkedAt: string },
): string {
  const { document, sha256 } = audit.trust.chain.newest;
  const anchor = audit.trust.chain.anchor.document.version;
  const body = html`${SWITCH}
<main>
<p class="over">${both('Revisión de la cadena de cortes', 'Audit of the chain of cortes')}</p>
<h1>${document.title}</h1>
${verdict(audit, looked)}
<dl>
<dt>${both('Copia revisada', 'Copy that was checked')}</dt><dd>${place}</dd>
<dt>${both('Hora de la revisión', 'Checked at')}</dt><dd>${checkedAt}</dd>
<dt>${both('Documento de confianza', 'Trust document')}</dt><dd>${both(
    `versión ${document.version}, desde el ancla ${anchor}; vence ${document.expires_at}`,
    `version ${document.version}, from the anchor ${anchor}; expires ${document.expires_at}`,
  )}</dd>
<dt>${both('Su código de integridad', 'Its hash')}</dt><dd class="hash">${inGroups(sha256).join(' ')}</dd>
</dl>
${lookedSection(looked)}
${audit.phases.map((phase) => section(phase, document, sellos))}
${acuses ? acusesSection(acuses) : nothing}
${recibos ? recibosSection(recibos, bothOf) : nothing}
${sellos ? sellosWrong(sellos, audit) : nothing}
<p class="foot">${both(
    'Resultados preliminares. Esta página dice que los cortes son los que firmó el Instituto, que ninguno falta entre el primero y el último, y a qué hora dice cada uno que se tomó; no dice nada de su contenido.',
    'Preliminary results. This page says that the cortes are those that the Institute signed, that none is missing between the first and the last, and at what hour each says that it was taken; it says nothing of their content.',
  )}</p>
</main>`;
  return pageOf({ lang: 'es', title: `Cotejo: ${document.title}`, style: STYLE, body });
}

/** Of what was not looked at the verdict says so itself: who reads no further must not take it for more. */
function verdict({ refused, phases, warnings }: ChainAudit, { checked }: Looked): Html {
  const cortes = phases.reduce((sum, phase) => sum + phase.cortes.length, 0);
  const good = html`<p class="verdict good">${both(
    `Auténtica, sin cortes faltantes: ${cortesOf(cortes)}.`,
    `Authentic, with no corte missing: ${cortesOf(cortes)}.`,
  )}${
    checked.includes('packages')
      ? nothing
      : html` <small>${both('No se abrieron los paquetes: de los archivos no dice nada.', 'The packages were not opened: it says nothing of the files.')}</small>`
  }</p>`;
  return html`${refused ? html`<p class="verdict bad">${wrongText(refused)}</p>` : good}${warnings.map(
    (warning) => html`<p class="warning">${bothOf(warning)}</p>`,
  )}`;
}

function lookedSection({ checked, not_checked }: Looked): Html {
  const list = (looks: readonly Look[], isLeft: boolean) =>
    looks.map((look) => {
      const [es, en] = [LOOKS_IN_SPANISH[look], LOOKS_IN_ENGLISH[look]];
      return html`<li>${both(es.is, en.is)}${isLeft ? html` <small>(${both(es.how, en.how)})</small>` : nothing}</li>`;
    });
  return html`<section class="looked"><div><h2>${both('Qué se comprobó', 'What was checked')}</h2><ul>${list(checked, false)}</ul></div>
<div><h2>${both('Qué no se comprobó', 'What was not checked')}</h2><ul>${list(not_checked, true)}</ul></div></section>`;
}

function wrongText({ phase, number, code, detail }: Wrong): Html {
  const es = phase === null ? `El documento de confianza ${number}` : `El corte ${number} de ${phase}`;
  const en = phase === null ? `Trust document ${number}` : `Corte ${number} of ${phase}`;
  return html`${both(`${es} no es auténtico.`, `${en} is not authentic.`)} <code>${code}</code> <small>${bothOf(detail)}</small>`;
}

function sellosWrong(sellos: SellosAudit, { phases }: ChainAudit): Html {
  const cortes = phases.flatMap((phase) => phase.cortes);
  return sellosSection(
    sellos,
    cortes,
    bothOf,
    both('Sellos de tiempo que no son como deben', 'Time-stamp tokens that are not as they should be'),
  );
}

function section({ summary, cortes, refused }: PhaseAudit, document: Trust, sellos: SellosAudit | null): Html {
  const phase = document.phases.find(({ name }) => name === summary.phase);
  if (!phase) return nothing;
  const marks = marksOf(cortes, phase);
  const late = marks.filter((mark) => mark.late);
  const { signers } = summary;
  const sealed = sellos?.phases.find((one) => one.phase === phase.name) ?? null;
  const facts =
    summary.cortes === 0
      ? html`<p>${both('Todavía sin cortes.', 'No cortes yet.')}</p>`
      : html`<p>${both(
          `${cortesOf(summary.cortes)}, de ${hourOrNone(summary.first_taken_at)} a ${hourOrNone(summary.last_taken_at)}${summary.final ? ', el último es el final' : ''}.`,
          `${cortesOf(summary.cortes)}, from ${hourOrNone(summary.first_taken_at)} to ${hourOrNone(summary.last_taken_at)}${summary.final ? ', the last one is final' : ''}.`,
        )} ${cadence(summary, late.length)}</p>
<p class="legend">${signers.map((name) => html`<span class="chip ${keyClass(signers, name)}"></span>${name} `)}
<span class="chip gap-chip"></span>${both('atraso de más de medio periodo', 'late by over half a period')}
<span class="chip note-chip"></span>${both('con nota', 'with a note')}${sealed ? SEAL_LEGEND : nothing}</p>
<div class="wide">${timeline(marks, signers, sealed?.sellos ?? [])}</div>
${sealed ? html`<p>${both('Sellos de tiempo:', 'Time-stamps:')} ${bothOf(sealedSaid(sealed))}.</p>` : nothing}
<p class="hash">${both('Código de integridad del último corte:', 'Hash of the last corte:')} ${inGroups(summary.head ?? '').join(' ')}</p>
${notes(marks)}
<details><summary>${both('Todos los cortes', 'All cortes')}</summary>${tableOf(marks, sealed)}</details>`;
  return html`<section><h2>${summary.phase} <small>${summary.kind}</small></h2>${
    refused ? html`<p class="verdict bad">${wrongText(refused)}</p>` : nothing
  }${facts}</section>`;
}

const SEAL_LEGEND = html`
<span class="chip seal-chip"></span>${both('hora de un sello de tiempo', 'hour of a time-stamp token')}`;

function cadence({ median_gap_seconds: median, longest_gap_seconds: longest }: PhaseAudit['summary'], late: number): Html {
  if (median === null || longest === null) return nothing;
  return both(
    `Uno cada ${spanOf(median)} (mediana); la pausa más larga, ${spanOf(longest)}; ${late} con atraso.`,
    `One every ${spanOf(median)} (median); the longest pause, ${spanOf(longest)}; ${late} late.`,
  );
}

function notes(marks: readonly Mark[]): Html {
  const noted = marks.filter(({ corte }) => corte.statement.note !== null);
  if (noted.length === 0) return nothing;
  return html`<ul>${noted.map(
    ({ corte: { statement } }) =>
      html`<li><b>Corte ${statement.number}</b>, ${columnHour(statement.taken_at)}: ${statement.note ?? ''}</li>`,
  )}</ul>`;
}

function tableOf(marks: readonly Mark[], sealed: PhaseSellos | null): Html {
  const hoursOf = (number: number) =>
    sealed?.sellos.filter((one) => one.number === number).map(({ authority, hour }) => `${authority} ${columnHour(hour)}`);
  const rows = marks.map(
    ({ corte: { statement, signer, sha256 }, gap, late }) =>
      html`<tr${late ? html` class="late"` : nothing}><td>${statement.number}</td><td>${columnHour(statement.taken_at)}</td><td>${gap === null ? '' : spanOf(gap)}</td><td>${statement.manifest.files}</td><td>${sizeOf(statement.package.bytes)}</td><td>${signer.name}</td><td>${statement.trust.version}</td>${sealed ? html`<td>${hoursOf(statement.number)?.join(', ') ?? ''}</td>` : nothing}<td class="hash">${sha256}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>Corte</th><th>${both('Hora', 'Hour')}</th><th>${both('Desde el anterior', 'Since the last')}</th><th>${both('Archivos', 'Files')}</th><th>${both('Paquete', 'Package')}</th><th>${both('Firma', 'Signer')}</th><th>${both('Confianza', 'Trust')}</th>${sealed ? html`<th>${both('Sellado', 'Sealed')}</th>` : nothing}<th>${both('Código de integridad', 'Hash')}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function acusesSection({ nodes, refused, other_phases: others = 0 }: AcuseAudit): Html {
  const rows = nodes.map(
    (node) =>
      html`<tr><td>${node.difusor}</td><td>${node.node}</td><td>${node.acuses}</td><td>${spanOf(node.median_delay_seconds)}</td><td>${spanOf(node.longest_delay_seconds)}</td><td class="hash">${fingerprint(node.key)}</td></tr>`,
  );
  const listOf = (all: AcuseAudit['refused']) =>
    html`<ul>${all.map(({ path, code, detail }) => html`<li>${path}: <code>${code}</code> ${bothOf(detail)}</li>`)}</ul>`;
  const [ahead, bad] = [refused.filter(isPastEnd), refused.filter((one) => !isPastEnd(one))];
  const left =
    others > 0
      ? html`<p>${both(`${others} más son de fases que no se comprobaron`, `${others} more are of phases that were not checked`)}</p>`
      : nothing;
  return html`<section><h2>${both('Acuses de los Difusores', "The Difusores' receipts")}</h2>
<div class="scroll"><table><thead><tr><th>Difusor</th><th>${both('Nodo', 'Node')}</th><th>${both('Acuses', 'Receipts')}</th><th>${both('De la hora del corte a su admisión (mediana)', "From the corte's hour to its admission (median)")}</th><th>${both('la más larga', 'the longest')}</th><th>${both('Llave', 'Key')}</th></tr></thead><tbody>${rows}</tbody></table></div>
${left}${bad.length > 0 ? html`<p class="verdict bad">${both(`${bad.length} acuses no son de esta cadena`, `${bad.length} receipts are not of this chain`)}</p>${listOf(bad)}` : nothing}${ahead.length > 0 ? html`<p class="warning">${both(`${ahead.length} acuses son de después del final de esta copia: con ella no se pueden comprobar`, `${ahead.length} receipts are past the end of this copy, which can not check them`)}</p>${listOf(ahead)}` : nothing}</section>`;
}

/** The same in both languages. */
function cortesOf(count: number): string {
  return count === 1 ? '1 corte' : `${count} cortes`;
}

/** Null where there is no such corte. */
function hourOrNone(time: string | null): string {
  return time === null ? '' : columnHour(time);
}

const STYLE = `${AUDIT_STYLE}
${KEY_COLOURS}
svg{width:100%;height:auto;margin-top:.5rem}svg text{font-size:11px;fill:var(--soft)}
.axis{stroke:var(--ink)}.tick{stroke:var(--line)}svg .hour,svg .gap-label{text-anchor:middle}svg .day{font-weight:600;fill:var(--ink)}
.gap{fill:var(--bad);opacity:.18}svg .gap-label{fill:var(--bad);font-weight:600}svg .corte{fill:var(--key)}.key{stroke:var(--key);stroke-width:1.5;stroke-dasharray:3 3}svg .key-label{fill:var(--key);font-weight:600}.note,.note-chip{fill:#e69f00}svg .final{fill:var(--ink)}.seal{fill:#7b3fa0}.seal.contrary{fill:var(--bad)}
.legend{color:var(--soft);margin:.3rem 0}.chip{display:inline-block;width:.8rem;height:.8rem;margin:0 .35rem 0 .8rem;vertical-align:-1px;background:var(--key)}.chip:first-child{margin-left:0}.gap-chip{background:var(--bad);opacity:.3}.note-chip{background:#e69f00;border-radius:50%}.seal-chip{background:#7b3fa0;transform:rotate(45deg) scale(.8)}
@media(prefers-color-scheme:dark){.seal{fill:#c792ea}.seal-chip{background:#c792ea}}
tr.late td{color:var(--bad)}
@media(max-width:40rem){svg{min-width:46rem}.scroll,.wide{overflow-x:auto}}
`;
