import type { LiveAudit } from '../audit/check/live-check.ts';
import type { Findings } from './findings.ts';

/** What a check comes to, in one of four words. */

/** How far the result can be trusted: `uncompared` means that the anchor is the chain's own. */
export type Tone = 'good' | 'uncompared' | 'bad' | 'unknown';

/** @param compared whether the reader said that he compared the anchor */
export function toneOf({ fault, otherAnchor, live, stop, plan, expected }: Findings, compared: boolean): Tone {
  if (fault || otherAnchor) return 'bad';
  if (live && live.shows !== 'corte') return 'unknown';
  if (live && isWrong(live)) return expected === 'corte' ? 'bad' : 'unknown';
  if (stop || (live && live.failed.length > 0)) return 'unknown';
  return plan.pin.kind === 'none' && !compared ? 'uncompared' : 'good';
}

/** Whether the site shows something else than the newest corte; files that could not be had say nothing. */
export function isWrong({ altered, missing, stale, redirected, blocked }: LiveAudit): boolean {
  return [altered, missing, stale, redirected, blocked].some((list) => list.length > 0);
}
