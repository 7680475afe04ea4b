import { inGroups } from '../../format/hash.ts';
import { spanOf } from '../../html/span.ts';
import type { LiveAudit } from '../check/live-check.ts';
import type { Comparison, Fork } from '../compare.ts';
import type { History } from '../histories.ts';
import type { CorteAudit } from '../one-corte.ts';
import { labelled, trustJson } from './chain-text.ts';

/** What the audits of a site, of several chains and of one corte found, as JSON for scripts and as text for people. */

/** How many paths of one kind a text lists; JSON has them all. */
const LISTED = 40;

export function liveJson(live: LiveAudit) {
  return live;
}

/** @param older the corte before the newest that the site shows whole, and may still show; null where it does not */
export function liveText(live: LiveAudit, sample: { readonly seed: string } | null, older: number | null = null): string {
  if (older !== null) {
    const { number, phase } = live;
    return `corte ${number} of ${phase}: the site shows corte ${older}, whole, which is not stale yet: try again`;
  }
  const { altered, missing, stale, redirected, blocked, failed, unserved } = live;
  return [
    headOf(live, sample),
    ...listed('altered', altered),
    ...listed('missing', missing),
    ...listed(
      'stale',
      stale.map(({ path, number: older }) => `${path}, as it was in corte ${older}`),
    ),
    ...listed(
      'redirected elsewhere',
      redirected.map(({ path, location }) => `${path} to ${location}`),
    ),
    ...listed(
      'blocked',
      blocked.map(({ path, why }) => `${path}: ${why}`),
    ),
    ...listed(
      'not to be had',
      failed.map(({ path, why }) => `${path}: ${why}`),
    ),
    ...listed('not compared, since not every site shows them', unserved),
  ].join('\n');
}

/** The first line is the whole truth for whoever reads no further: a sample says that it was one. */
function headOf({ phase, number, shows, files, same }: LiveAudit, sample: { readonly seed: string } | null): string {
  const corte = `corte ${number} of ${phase}`;
  switch (shows) {
    case 'aviso':
      return `${corte}: the site shows the notice in place of results: nothing to compare, and nothing falsified`;
    case 'espera':
      return `${corte}: the site shows that publication has not begun: nothing to compare, and nothing falsified`;
    case 'nada':
      return `${corte}: no publication here, not one of ${files} files: is the address right?`;
    case 'corte':
      return `${corte}: ${files} files${sample ? `, a sample drawn by the seed ${sample.seed}` : ''}, ${same} the same to the byte`;
  }
}

function listed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > LISTED ? [`  … and ${lines.length - LISTED} more`] : [];
  return [`${title}: ${lines.length}`, ...lines.slice(0, LISTED).map((line) => `  ${line}`), ...rest];
}

export function compareJson(histories: readonly History[], { standings, forks }: Comparison, evidence: readonly string[]) {
  return {
    one_history: forks.length === 0,
    chains: histories.map((history) => ({
      chain: history.name,
      trust: history.kind === 'chain' ? trustJson(history.audit.trust) : null,
      phases: standings
        .filter(({ name }) => history.kind === 'chain' && name === history.name)
        .map(({ phase, number, head, taken_at, behind, behind_seconds }) => ({
          phase,
          number,
          head,
          taken_at,
          behind,
          behind_seconds,
        })),
      refused: history.kind === 'chain' ? history.audit.refused : null,
      error: history.kind === 'none' ? (history.error instanceof Error ? history.error.message : String(history.error)) : null,
    })),
    forks: forks.map(({ phase, number, between }, i) => ({
      phase,
      number,
      between: between.map(({ name }) => name),
      evidence: evidence[i] ?? null,
    })),
  };
}

export function compareText({ standings, forks }: Comparison, evidence: readonly string[]): string {
  const phases = [...new Set(standings.map(({ phase }) => phase))];
  const blocks = phases.map((phase) => {
    const rows = standings
      .filter((standing) => standing.phase === phase)
      .map(({ name, number, taken_at, behind, behind_seconds }): [string, string] => {
        const lag = behind === 0 ? 'newest' : `${behind} behind, ${spanOf(behind_seconds)}`;
        return [name, number === 0 ? `no corte${behind === 0 ? '' : `, ${lag}`}` : `corte ${number}, ${taken_at}, ${lag}`];
      });
    return `${phase}\n${labelled(rows)}`;
  });
  const verdict = forks.length === 0 ? ['one history'] : forks.map((fork, i) => forkText(fork, evidence[i]));
  return [...blocks, ...verdict].join('\n\n');
}

function forkText({ phase, number, between: [one, other] }: Fork, evidence: string | undefined): string {
  const what = phase === null ? `trust document ${number}` : `corte ${number} of ${phase}`;
  return `two histories: ${what} is one in ${one.name} and another in ${other.name}\n  the proof is in ${evidence ?? 'no folder'}`;
}

export function corteJson({ statement, sha256, signer, unchecked }: CorteAudit) {
  const { phase, number, taken_at, final, note, trust, manifest } = statement;
  return { phase, number, corte: sha256, taken_at, final, note, signer: signer.name, trust, manifest, unchecked, refused: null };
}

export function corteText({ statement, sha256, signer, unchecked }: CorteAudit): string {
  const { phase, number, taken_at, final, note, trust, manifest, package: pack } = statement;
  return `corte ${number} of ${phase}: authentic\n${labelled([
    ['hour', `${taken_at}${final ? ', final' : ''}`],
    ['signer', signer.name],
    ['trust', `version ${trust.version}`],
    ['hash', inGroups(sha256).join(' ')],
    ['files', `${manifest.files}, ${manifest.content_bytes} bytes; ${pack.files} in the package, ${pack.bytes} bytes`],
    ...(note === null ? [] : [['note', note] as const]),
    ...unchecked.map((what, i) => [i === 0 ? 'not checked' : '', what] as const),
  ])}`;
}
