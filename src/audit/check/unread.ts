import type { Phase } from '../../format/trust.ts';
import type { Corte } from '../../verdict/history.ts';
import { limitOf, mayBeFollowed, type Newest } from '../../verdict/publication.ts';
import type { LiveAudit } from './live-check.ts';

/**
 * Whether a site that differs may show a corte whose list could not be had, and which may still be shown at this hour: then
 * what counts as altered may be that corte's, and nobody is blamed. One that is stale by now excuses nobody.
 * @param cortes of the phase, from the first on
 * @param now milliseconds since the epoch
 * @returns its number, the newest of them; null where there is none
 */
export function mayBeUnread(
  { unread = [], redirected, blocked, stale }: LiveAudit,
  phase: Phase,
  cortes: readonly Pick<Corte, 'statement'>[],
  now: number,
): number | null {
  if (redirected.length + blocked.length > 0 || stale.some((one) => one.off_chain)) return null;
  const isFresh = (number: number) => now <= limitOf(phase, cortes[number - 1]?.statement ?? null);
  return unread.find((number) => cortes[number - 1] !== undefined && isFresh(number)) ?? null;
}

/**
 * Whether a site that differs may show a corte that is newer than the chain as it was read, which could not be read again:
 * then what counts as altered may be that corte's, and nobody is blamed.
 * @param newest of the phase, as the site was compared with it; null where there was none
 * @param now milliseconds since the epoch
 */
export function mayBeNewer(live: LiveAudit, phase: Phase, newest: Newest | null, now: number): boolean {
  return canBeNewer(live) && mayBeFollowed(phase, newest, now);
}

/** Whether a newer corte can explain all that differs: none leads to another site, and none is one that was disowned. */
export function canBeNewer({ redirected, blocked, stale }: LiveAudit): boolean {
  if (redirected.length + blocked.length > 0) return false;
  return stale.every((one) => !one.off_chain || one.off_chain.standing === 'newer');
}
