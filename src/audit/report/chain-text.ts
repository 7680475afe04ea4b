import { inGroups } from '../../format/hash.ts';
import { fingerprint } from '../../format/key.ts';
import type { Code } from '../../format/refusal.ts';
import type { Language, Said } from '../../format/said.ts';
import { spanOf } from '../../html/span.ts';
import { columnsOf } from '../../terminal/columns.ts';
import type { Corte } from '../../verdict/history.ts';
import type { TrustWalk } from '../../verdict/trust-walk.ts';
import { type AcuseAudit, isPastEnd } from '../acuses.ts';
import type { ChainAudit, PhaseAudit } from '../chain.ts';
import { rangesOf, signersOf } from '../check/signers.ts';
import type { Looked } from '../looks.ts';
import type { SellosAudit } from '../sellos/sellos.ts';
import { LOOKS_IN_ENGLISH, LOOKS_IN_SPANISH } from './look-words.ts';
import { type RecibosReport, receiptsIn, recibosJson, recibosText } from './recibos.ts';
import { sealedSaid, sellosJson, sellosSaid } from './sellos.ts';
import { REPORT } from './words.ts';

/** What an audit of a chain found, as JSON for scripts and as text for people. */

/** As `trust verify --json` has it. */
export function trustJson({ chain, refused }: TrustWalk) {
  const { document, sha256 } = chain.newest;
  return {
    anchor: chain.anchor.document.version,
    version: document.version,
    sha256,
    expires_at: document.expires_at,
    refused: refused && { version: refused.version, code: refused.code, detail: refused.detail },
  };
}

/** What was asked for beside the chain, and could not be had. */
export interface Failed {
  readonly what: 'acuses' | 'recibos' | 'sellos' | 'html';
  /** of its refusal; null where it could not be read or written */
  readonly code: Code | null;
  readonly detail: Said;
}

/** What others say of a chain: each null, or absent, where it was not asked for or could not be had. */
export interface Beside {
  readonly acuses?: AcuseAudit | null;
  readonly recibos?: RecibosReport | null;
  readonly sellos?: SellosAudit | null;
  readonly failed?: readonly Failed[];
}

export function chainJson(
  audit: ChainAudit,
  { acuses = null, recibos = null, sellos = null, failed = [] }: Beside,
  looked: Looked,
) {
  const sealedIn = (name: string) => sellos?.phases.find(({ phase }) => phase === name)?.sealed;
  return {
    trust: trustJson(audit.trust),
    phases: audit.phases.map(({ summary }) => ({
      ...summary,
      ...(sellos && { sealed: sealedIn(summary.phase) }),
      ...(recibos && { receipts: receiptsIn(recibos, summary.phase) }),
    })),
    refused: audit.refused,
    ...(acuses && { acuses }),
    ...(recibos && { recibos: recibosJson(recibos) }),
    ...(sellos && { sellos: sellosJson(sellos) }),
    ...(failed.length > 0 && { failed }),
    checked: looked.checked,
    not_checked: looked.not_checked,
  };
}

/** Who reads a text, and on what. */
export interface Reader {
  readonly language: Language;
  readonly told: (text: string | Said) => string;
  readonly bold: (text: string) => string;
}

export function chainText(
  audit: ChainAudit,
  { acuses = null, recibos = null, sellos = null }: Beside,
  looked: Looked,
  reader: Reader,
): string {
  return [
    trustText(audit.trust, reader),
    ...audit.phases.map((phase) => phaseText(phase, sellos, reader)),
    ...(acuses ? [acusesText(acuses, reader)] : []),
    ...(recibos ? [recibosText(recibos, reader)] : []),
    ...(sellos ? [sellosText(sellos, audit, reader)] : []),
    lookedText(looked, reader),
  ].join('\n\n');
}

function lookedText({ checked, not_checked }: Looked, { language, told, bold }: Reader): string {
  const words = language === 'es' ? LOOKS_IN_SPANISH : LOOKS_IN_ENGLISH;
  const done = checked.map((look, i) => [i === 0 ? told(REPORT.checked) : '', words[look].is] as const);
  const left = not_checked.map(
    (look, i) => [i === 0 ? told(REPORT.notChecked) : '', `${words[look].is} (${words[look].how})`] as const,
  );
  return `${bold(told(REPORT.whatWasChecked))}\n${labelled([...done, ...left])}`;
}

function trustText({ chain }: TrustWalk, { told }: Reader): string {
  const { document, sha256 } = chain.newest;
  const versions = [...chain.held.keys()].sort((a, b) => a - b);
  return labelled([
    [told(REPORT.election), document.title],
    [told(REPORT.trust), told(REPORT.trustIs(document.version, chain.anchor.document.version, rangesOf(versions)))],
    ['', inGroups(sha256).join(' ')],
    [told(REPORT.expires), document.expires_at],
  ]);
}

function sellosText(sellos: SellosAudit, { phases }: ChainAudit, { told, bold }: Reader): string {
  const cortes = phases.flatMap((phase) => phase.cortes);
  const [head, ...rest] = sellosSaid(sellos, cortes);
  return [head ? bold(told(head)) : '', ...rest.map((one) => `  ${told(one)}`)].join('\n');
}

function phaseText({ summary, cortes, refused }: PhaseAudit, sellos: SellosAudit | null, { told, bold }: Reader): string {
  const { phase, kind, median_gap_seconds: median, longest_gap_seconds: longest } = summary;
  const sound = summary.final ? REPORT.complete : REPORT.unbroken;
  const state = refused ? REPORT.refusedAt(refused.number, refused.code) : sound;
  const count = summary.cortes === 1 ? '1 corte' : `${summary.cortes} cortes`;
  const title = bold(told(REPORT.phase(phase, kind, count, state)));
  if (summary.cortes === 0) return title;
  const sealed = sellos?.phases.find((one) => one.phase === phase);
  const notes = cortes.filter(({ statement }) => statement.note !== null).map(noteOf);
  return `${title}\n${labelled([
    [told(REPORT.first), summary.first_taken_at ?? ''],
    [told(REPORT.last), `${summary.last_taken_at}${summary.final ? ', final' : ''}`],
    ...(median === null ? [] : [[told(REPORT.cadence), told(REPORT.cadenceIs(spanOf(median), spanOf(longest ?? 0)))] as const]),
    ...signersOf(cortes).map(([name, range], i) => [i === 0 ? told(REPORT.signers) : '', `${name}, cortes ${range}`] as const),
    ...(sealed ? [[told(REPORT.sealed), told(sealedSaid(sealed))] as const] : []),
    [told(REPORT.head), inGroups(summary.head ?? '').join(' ')],
    ...notes.map((note, i) => [i === 0 ? told(REPORT.notes) : '', note] as const),
  ])}`;
}

function noteOf({ statement }: Corte): string {
  return `corte ${statement.number}: ${statement.note}`;
}

function acusesText({ nodes, refused, other_phases: others = 0 }: AcuseAudit, { told }: Reader): string {
  const rows = nodes.map(({ difusor, node, key, acuses, median_delay_seconds, longest_delay_seconds }): [string, string] => {
    const [median, longest] = [spanOf(median_delay_seconds), spanOf(longest_delay_seconds)];
    return [`${difusor}/${node}`, told(REPORT.acusesOf(acuses, median, longest, fingerprint(key)))];
  });
  const good = nodes.reduce((n, { acuses }) => n + acuses, 0);
  const ahead = refused.filter(isPastEnd).length;
  const head = [
    REPORT.acuses(good, refused.length - ahead),
    ...(ahead > 0 ? [REPORT.acusesAhead(ahead)] : []),
    ...(others > 0 ? [REPORT.acusesOfOthers(others)] : []),
  ];
  return `${head.map(told).join(', ')}\n${labelled(rows)}`;
}

/** Labels with their values, indented. */
export function labelled(rows: ReadonlyArray<readonly [string, string]>): string {
  return columnsOf(rows)
    .map((line) => `  ${line}`)
    .join('\n');
}
