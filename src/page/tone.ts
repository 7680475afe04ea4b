import type { LiveAudit } from '../audit/check/live-check.ts';
import { mayBeUnread } from '../audit/check/unread.ts';
import { phaseOf } from '../verdict/trust-chain.ts';
import type { Findings } from './findings.ts';

/** What a check comes to, in one of four words. */

/** How far the result can be trusted: `uncompared` means that the anchor is the chain's own. */
export type Tone = 'good' | 'uncompared' | 'bad' | 'unknown';

/** @param compared whether the reader said that he compared the anchor */
export function toneOf(findings: Findings, compared: boolean): Tone {
  const { fault, otherAnchor, live, stop, plan, expected } = findings;
  if (fault || otherAnchor) return 'bad';
  if (live && live.shows !== 'corte') return 'unknown';
  if (live && isWrong(live)) return expected === 'corte' && unreadShown(findings) === null ? 'bad' : 'unknown';
  if (stop || (live && live.failed.length > 0)) return 'unknown';
  return plan.pin.kind === 'none' && !compared ? 'uncompared' : 'good';
}

/** Whether the site shows something else than the newest corte; files that could not be had say nothing. */
export function isWrong({ altered, missing, stale, redirected, blocked }: LiveAudit): boolean {
  return [altered, missing, stale, redirected, blocked].some((list) => list.length > 0);
}

/** The corte whose list could not be had and which the site may be showing; null where there is none. */
export function unreadShown({ live, chain, shown, checkedAt }: Findings): number | null {
  const phase = chain && shown && phaseOf(chain.trust.chain, shown.summary.phase);
  return live && phase ? mayBeUnread(live, phase, shown.cortes, checkedAt) : null;
}
