import type { Said } from '../../format/said.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import type { NodeName, RecibosCount } from '../../verdict/recibos.ts';
import type { RecibosAudit } from '../recibos/recibos.ts';
import { REPORT } from './words.ts';

/** What the published receipts of a corte say, as JSON for scripts, as text, and as a part of the page. */

/** An audit of receipts, and the folders that prove that nodes signed for another corte of its number. */
export interface RecibosReport {
  readonly audit: RecibosAudit;
  readonly evidence: readonly string[];
}

export function recibosJson({ audit, evidence }: RecibosReport) {
  const { phase, number, verdict, count, refused, unread } = audit;
  return {
    phase,
    number,
    verdict,
    nodes: count && { signed: count.signed.length, of: count.total.nodes },
    difusores: count && { signed: count.difusores, of: count.total.difusores },
    signed: count?.signed ?? [],
    admitted: count?.admitted ?? [],
    contrary: count?.contrary ?? [],
    missing: count?.missing ?? [],
    unknown: count?.unknown ?? 0,
    refused: refused.map(({ place, entry, code, detail }) => ({ place, entry, code, detail })),
    unread,
    evidence,
  };
}

/** How many signed for the corte that was counted, in its phase; null in others, and where nothing was counted. */
export function receiptsIn({ audit }: RecibosReport, phase: string) {
  if (phase !== audit.phase || audit.verdict !== 'counted' || !audit.count) return null;
  const { signed, total, difusores } = audit.count;
  return { nodes: signed.length, of: total.nodes, difusores, of_difusores: total.difusores };
}

/** Who reads a text: their words for what is said, and what stands out. */
interface Teller {
  readonly told: (text: string | Said) => string;
  readonly bold: (text: string) => string;
}

export function recibosText(report: RecibosReport, { told, bold }: Teller): string {
  const [head, ...rest] = sentences(report);
  return [head ? bold(told(head)) : '', ...rest.map((one) => `  ${told(one)}`)].join('\n');
}

/** @param bothOf shows a sentence in both languages */
export function recibosSection(report: RecibosReport, bothOf: (text: string | Said) => Html): Html {
  const [head, ...rest] = sentences(report);
  const { audit } = report;
  const isBad = audit.refused.length > 0 || (audit.count?.contrary.length ?? 0) > 0;
  return html`<section><h2>${bothOf(REPORT.recibos)}</h2>
<p class="${isBad ? 'verdict bad' : audit.verdict === 'counted' && audit.unread.length === 0 ? 'verdict good' : 'warning'}">${bothOf(head ?? '')}</p>
${rest.length > 0 ? html`<ul>${rest.map((one) => html`<li>${bothOf(one)}</li>`)}</ul>` : nothing}</section>`;
}

/** The first one is the answer, the others what belongs to it. */
function sentences({ audit: { phase, number, verdict, count, refused, unread }, evidence }: RecibosReport): Said[] {
  return [
    verdict === 'counted' && count ? countOf(count, phase, number) : notCounted(verdict, phase, number),
    ...(count ? lists(count) : []),
    ...refused.map(({ place, entry, code, detail }) =>
      entry === null ? REPORT.recibosFile(place, code, detail) : REPORT.reciboRefused(place, entry, code, detail),
    ),
    ...unread.map(({ place, detail }) => REPORT.recibosUnread(place, detail)),
    ...(count?.contrary ?? []).map(({ difusor, node }) => REPORT.recibosContrary(`${difusor}/${node}`, number, phase)),
    ...evidence.map((folder) => REPORT.proof(folder)),
  ];
}

function countOf({ signed, total, difusores }: RecibosCount, phase: string, number: number): Said {
  return REPORT.recibosCount(signed.length, total.nodes, difusores, total.difusores, number, phase);
}

function notCounted(verdict: RecibosAudit['verdict'], phase: string, number: number): Said {
  return verdict === 'no-padron' ? REPORT.recibosNoPadron(number, phase) : REPORT.recibosNone(number, phase);
}

function lists({ missing, admitted, unknown }: RecibosCount): Said[] {
  return [
    ...(missing.length > 0 ? [REPORT.recibosMissing(namesOf(missing))] : []),
    ...(admitted.length > 0 ? [REPORT.recibosAdmitted(namesOf(admitted))] : []),
    ...(unknown > 0 ? [REPORT.recibosUnknown(unknown)] : []),
  ];
}

function namesOf(nodes: readonly NodeName[]): string {
  return nodes.map(({ difusor, node }) => `${difusor}/${node}`).join(', ');
}
