import { inGroups } from '../../format/hash.ts';
import { type Said, said } from '../../format/said.ts';
import { spanOf } from '../../html/span.ts';
import { isChainBehind } from '../behind.ts';
import type { LiveAudit } from '../check/live-check.ts';
import type { Comparison, Disowned, Fork } from '../compare.ts';
import type { History } from '../histories.ts';
import type { CorteAudit } from '../one-corte.ts';
import type { PresentationAudit } from '../presentation.ts';
import { labelled, type Reader, trustJson } from './chain-text.ts';
import { REPORT } from './words.ts';

/** What the audits of a site, of several chains and of one corte found, as JSON for scripts and as text for people. */

/** How many paths of one kind a text lists; JSON has them all. */
const LISTED = 40;

export function liveJson(live: LiveAudit) {
  return live;
}

/** @param older the corte before the newest that the site shows whole, and may still show; null where it does not */
export function liveText(
  live: LiveAudit,
  sample: { readonly seed: string } | null,
  older: number | null,
  { told }: Pick<Reader, 'told'>,
): string {
  if (older !== null) return told(REPORT.older(live.number, live.phase, older));
  if (isChainBehind(live)) {
    const newer = Math.max(...live.stale.map((one) => one.number));
    const said = REPORT.chainBehind(live.number, live.phase, newer);
    return [said, ...listed(REPORT.failed, live.failed.map(because))].map(told).join('\n');
  }
  const { altered, missing, stale, redirected, blocked, failed, unserved } = live;
  return [
    headOf(live, sample),
    ...listed(REPORT.altered, altered.map(named)),
    ...listed(REPORT.missing, missing),
    ...listed(
      REPORT.stale,
      stale.map(({ path, number, off_chain, absent }) => {
        if (absent) return REPORT.gone(path, number);
        return off_chain ? REPORT[off_chain.standing](path, number) : REPORT.staleFrom(path, number);
      }),
    ),
    ...listed(REPORT.asGzip, live.compressed?.wrong ?? []),
    ...listed(
      REPORT.redirected,
      redirected.map(({ path, location }) => REPORT.redirectedTo(path, location)),
    ),
    ...listed(REPORT.blocked, blocked.map(because)),
    ...listed(REPORT.failed, failed.map(because)),
    ...listed(REPORT.unserved, unserved),
  ]
    .map(told)
    .join('\n');
}

/** Of a folder's address, what should be there. */
function named(path: string): Said | string {
  return path.endsWith('/') ? REPORT.folder(path) : path;
}

function because({ path, why }: { readonly path: string; readonly why: Said }): Said {
  return REPORT.because(path, why);
}

/** Below what the site itself was found to be. */
export function presentationText(audit: PresentationAudit, reader: Pick<Reader, 'told'>): string {
  const { name, verdict, authorisation: by, files, altered, missing, failed, data } = audit;
  const what = {
    same: REPORT.presentationSame(files),
    altered: REPORT.presentationAltered,
    'not-authorised': REPORT.presentationUnauthorised,
    'not-shown': REPORT.presentationNotShown,
    failed: REPORT.presentationFailed,
  }[verdict];
  const whose = by === null ? REPORT.presentation(name) : REPORT.presentationBy(name, by.title, by.difusor, by.first);
  return [
    reader.told(REPORT.because(whose, what)),
    ...[
      ...listed(REPORT.altered, altered.map(named)),
      ...listed(REPORT.missing, missing),
      ...listed(
        REPORT.failed,
        failed.map(({ path, why }) => REPORT.because(path, why)),
      ),
    ].map(reader.told),
    ...(data === null || verdict === 'same' ? [] : [reader.told(REPORT.presentationData(liveText(data, null, null, reader)))]),
  ].join('\n');
}

/** The first line is the whole truth for whoever reads no further: a sample says that it was one. */
function headOf({ phase, number, shows, files, same }: LiveAudit, sample: { readonly seed: string } | null): Said {
  switch (shows) {
    case 'aviso':
      return REPORT.showsAviso(number, phase);
    case 'espera':
      return REPORT.showsEspera(number, phase);
    case 'nada':
      return REPORT.showsNothing(number, phase, files);
    case 'corte':
      return sample ? REPORT.sampleSame(number, phase, files, sample.seed, same) : REPORT.same(number, phase, files, same);
  }
}

function listed(title: (count: number) => Said, lines: ReadonlyArray<string | Said>): Said[] {
  if (lines.length === 0) return [];
  const rest = lines.length > LISTED ? [REPORT.andMore(lines.length - LISTED)] : [];
  const shown = [...lines.slice(0, LISTED), ...rest].map((line) => said(line).map((text) => `  ${text}`));
  return [title(lines.length), ...shown];
}

/** A fork with what was found out of it. */
export interface ToldFork {
  readonly fork: Fork;
  /** the folder of its proof; null where that could not be written */
  readonly evidence: string | null;
  readonly disowned: readonly Disowned[];
}

export function compareJson(histories: readonly History[], { standings }: Comparison, forks: readonly ToldFork[]) {
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
    forks: forks.map(({ fork: { phase, number, between }, evidence, disowned }) => ({
      phase,
      number,
      between: between.map(({ name }) => name),
      evidence,
      disowned,
    })),
  };
}

export function compareText({ standings }: Comparison, forks: readonly ToldFork[], { told }: Pick<Reader, 'told'>): string {
  const phases = [...new Set(standings.map(({ phase }) => phase))];
  const blocks = phases.map((phase) => {
    const rows = standings
      .filter((standing) => standing.phase === phase)
      .map(({ name, number, taken_at, behind, behind_seconds }): [string, string] => {
        const corte = number === 0 ? told(REPORT.noCorte) : `corte ${number}, ${taken_at}`;
        const lag = told(behind === 0 ? REPORT.newest : REPORT.behind(behind, spanOf(behind_seconds)));
        return [name, number === 0 && behind === 0 ? corte : `${corte}, ${lag}`];
      });
    return `${phase}\n${labelled(rows)}`;
  });
  const verdict = forks.length === 0 ? [told(REPORT.oneHistory)] : forks.map((fork) => forkText(fork, told));
  return [...blocks, ...verdict].join('\n\n');
}

function forkText({ fork, evidence, disowned }: ToldFork, told: Reader['told']): string {
  const { phase, number, between } = fork;
  const what = phase === null ? REPORT.trustDocument(number) : REPORT.corteOf(number, phase);
  return [
    told(REPORT.twoHistories(what, between[0].name, between[1].name)),
    ...disowned.map(({ name, signer, trust }) => `  ${told(REPORT.disownedThere(name, signer, trust))}`),
    `  ${told(REPORT.proof(evidence ?? REPORT.noFolder))}`,
  ].join('\n');
}

export function corteJson({ statement, sha256, signer, unchecked }: CorteAudit) {
  const { phase, number, taken_at, final, note, trust, manifest } = statement;
  return { phase, number, corte: sha256, taken_at, final, note, signer: signer.name, trust, manifest, unchecked, refused: null };
}

export function corteText({ statement, sha256, signer, unchecked }: CorteAudit, { told }: Pick<Reader, 'told'>): string {
  const { phase, number, taken_at, final, note, trust, manifest, package: pack } = statement;
  const files = REPORT.filesAre(manifest.files, manifest.content_bytes, pack.files, pack.bytes);
  return `${told(REPORT.authentic(number, phase))}\n${labelled([
    [told(REPORT.hour), `${taken_at}${final ? ', final' : ''}`],
    [told(REPORT.signedBy), signer.name],
    [told(REPORT.trust), told(REPORT.version(trust.version))],
    [told(REPORT.hash), inGroups(sha256).join(' ')],
    [told(REPORT.files), told(files)],
    ...(note === null ? [] : [[told(REPORT.note), note] as const]),
    ...unchecked.map((what, i) => [i === 0 ? told(REPORT.notChecked) : '', told(what)] as const),
  ])}`;
}
