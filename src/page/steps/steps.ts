import type { Findings } from '../findings.ts';
import type { Recibos } from '../recibos/count.ts';
import { isUnsure, isWrong } from '../tone.ts';

/**
 * What a citizen with a telephone can do after a fault, by its kind. Nobody is accused: what the page sees may be a fault
 * of the site, of the line, or of something in between.
 */

export type FaultKind =
  /** the chain itself is not in order */
  | 'chain'
  /** the reader's code is of no document of the chain */
  | 'anchor'
  /** files with other content, or that are missing */
  | 'altered'
  /** files of an earlier corte, and nothing else */
  | 'behind'
  /** other pages in the place of files, or a way to another site */
  | 'blocked'
  /** a notice in the place of results, or what is not the newest corte at an hour when a notice is due */
  | 'instead'
  /** nothing of a publication at that address */
  | 'nothing'
  /** servers that did not answer, so that it is not known whether the site is wrong */
  | 'network'
  /** receipts that contradict each other */
  | 'contrary';

export type Step = 'distrust' | 'retype' | 'address' | 'again' | 'line' | 'other' | 'keep' | 'difusor' | 'institute';

const STEPS: Readonly<Record<FaultKind, readonly Step[]>> = {
  chain: ['distrust', 'other', 'keep', 'institute'],
  anchor: ['retype', 'distrust', 'other', 'keep', 'institute'],
  altered: ['again', 'line', 'other', 'keep', 'difusor', 'institute'],
  behind: ['again', 'other', 'keep', 'difusor'],
  blocked: ['line', 'again', 'other', 'difusor'],
  instead: ['other', 'again'],
  nothing: ['address', 'other'],
  network: ['again', 'line', 'other'],
  contrary: ['keep', 'institute'],
};

/** @returns null where there is no fault, or the reader stopped the check */
export function kindOf(findings: Findings, recibos: Recibos | null): FaultKind | null {
  const { fault, otherAnchor, live, stop, expected } = findings;
  if (fault) return 'chain';
  if (otherAnchor) return 'anchor';
  if (stop?.kind === 'cancelled' || stop?.kind === 'bug') return null;
  if (stop?.kind === 'no-chain' || live?.shows === 'nada') return 'nothing';
  if (live && (live.shows !== 'corte' || (isWrong(live) && expected !== 'corte'))) return 'instead';
  if (live && isWrong(live)) {
    if (isUnsure(findings)) return 'network';
    if (live.altered.length > 0 || live.missing.length > 0) return 'altered';
    return live.blocked.length > 0 || live.redirected.length > 0 ? 'blocked' : 'behind';
  }
  if (stop) return expected && expected !== 'corte' ? 'instead' : 'network';
  if (live && live.failed.length > 0) return 'network';
  return recibos?.kind === 'counted' && recibos.count.contrary.length > 0 ? 'contrary' : null;
}

export function stepsFor(kind: FaultKind): readonly Step[] {
  return STEPS[kind];
}
