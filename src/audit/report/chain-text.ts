import { inGroups } from '../../format/hash.ts';
import { fingerprint } from '../../format/key.ts';
import { spanOf } from '../../html/span.ts';
import { columnsOf } from '../../terminal/columns.ts';
import type { Corte } from '../../verdict/history.ts';
import type { TrustWalk } from '../../verdict/trust-walk.ts';
import type { AcuseAudit } from '../acuses.ts';
import type { ChainAudit, PhaseAudit } from '../chain.ts';
import { rangesOf, signersOf } from '../check/signers.ts';
import type { Looked } from '../looks.ts';
import { LOOKS_IN_ENGLISH } from './look-words.ts';

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

export function chainJson(audit: ChainAudit, acuses: AcuseAudit | null, looked: Looked) {
  return {
    trust: trustJson(audit.trust),
    phases: audit.phases.map(({ summary }) => summary),
    refused: audit.refused,
    ...(acuses && { acuses }),
    checked: looked.checked,
    not_checked: looked.not_checked,
  };
}

export function chainText(audit: ChainAudit, acuses: AcuseAudit | null, looked: Looked, bold: (text: string) => string): string {
  return [
    trustText(audit.trust),
    ...audit.phases.map((phase) => phaseText(phase, bold)),
    ...(acuses ? [acusesText(acuses)] : []),
    lookedText(looked, bold),
  ].join('\n\n');
}

function lookedText({ checked, not_checked }: Looked, bold: (text: string) => string): string {
  const words = LOOKS_IN_ENGLISH;
  const done = checked.map((look, i) => [i === 0 ? 'checked' : '', words[look].is] as const);
  const left = not_checked.map((look, i) => [i === 0 ? 'not checked' : '', `${words[look].is} (${words[look].how})`] as const);
  return `${bold('what was checked')}\n${labelled([...done, ...left])}`;
}

function trustText({ chain }: TrustWalk): string {
  const { document, sha256 } = chain.newest;
  const versions = [...chain.held.keys()].sort((a, b) => a - b);
  return labelled([
    ['election', document.title],
    ['trust', `version ${document.version}, from the anchor ${chain.anchor.document.version}; held: ${rangesOf(versions)}`],
    ['', inGroups(sha256).join(' ')],
    ['expires', document.expires_at],
  ]);
}

function phaseText({ summary, cortes, refused }: PhaseAudit, bold: (text: string) => string): string {
  const { phase, kind } = summary;
  const state = refused ? `corte ${refused.number} is refused: ${refused.code}` : summary.final ? 'complete' : 'unbroken';
  const title = bold(`${phase} (${kind}): ${summary.cortes === 1 ? '1 corte' : `${summary.cortes} cortes`}, ${state}`);
  if (summary.cortes === 0) return title;
  const notes = cortes.filter(({ statement }) => statement.note !== null).map(noteOf);
  return `${title}\n${labelled([
    ['first', summary.first_taken_at ?? ''],
    ['last', `${summary.last_taken_at}${summary.final ? ', final' : ''}`],
    ...(summary.median_gap_seconds === null
      ? []
      : [
          [
            'cadence',
            `${spanOf(summary.median_gap_seconds)} in the median, longest gap ${spanOf(summary.longest_gap_seconds ?? 0)}`,
          ] as const,
        ]),
    ...signersOf(cortes).map(([name, range], i) => [i === 0 ? 'signers' : '', `${name}, cortes ${range}`] as const),
    ['head', inGroups(summary.head ?? '').join(' ')],
    ...notes.map((note, i) => [i === 0 ? 'notes' : '', note] as const),
  ])}`;
}

function noteOf({ statement }: Corte): string {
  return `corte ${statement.number}: ${statement.note}`;
}

function acusesText({ nodes, refused }: AcuseAudit): string {
  const rows = nodes.map(({ difusor, node, key, acuses, median_delay_seconds, longest_delay_seconds }): [string, string] => [
    `${difusor}/${node}`,
    `${acuses} acuses, admitted ${spanOf(median_delay_seconds)} after the corte's hour in the median, ${spanOf(longest_delay_seconds)} at most; key ${fingerprint(key)}`,
  ]);
  return `acuses: ${nodes.reduce((n, { acuses }) => n + acuses, 0)} good, ${refused.length} refused\n${labelled(rows)}`;
}

/** Labels with their values, indented. */
export function labelled(rows: ReadonlyArray<readonly [string, string]>): string {
  return columnsOf(rows)
    .map((line) => `  ${line}`)
    .join('\n');
}
