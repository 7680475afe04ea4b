import type { Phase } from '../format/trust.ts';
import type { Corte } from '../verdict/history.ts';
import { limitOf } from '../verdict/publication.ts';
import type { LiveAudit } from './check/live-check.ts';
import { mayBeUnread } from './check/unread.ts';

/** An older corte than the newest, which a site shows and may still show. */
export interface Older {
  readonly number: number;
  /** whether every file is that corte's; false where some could not be had, or its list could not: then it is only likely */
  readonly isWhole: boolean;
}

/**
 * Whether a site that differs from the newest corte shows the one before it, or an older one, whole. A corte takes a while
 * to arrive, and a cache keeps it for some seconds: who shows the last one meanwhile does what he should, until that one
 * is stale by its signed hour.
 * @param live the comparison with the newest of the cortes, which differs
 * @param again compares the site with the newest of so many cortes; where it fails, what was found stands, and is not sure
 * @param now milliseconds since the epoch
 * @returns null where it shows no corte whole, or one that should not be shown any more
 */
export async function olderShown(
  live: LiveAudit,
  phase: Phase,
  cortes: readonly Corte[],
  now: number,
  again: (cortes: readonly Corte[]) => Promise<LiveAudit>,
): Promise<Older | null> {
  const unread = mayBeUnread(live, phase, cortes, now);
  if (unread !== null) return { number: unread, isWhole: false };
  if (live.altered.length + live.redirected.length + live.blocked.length > 0) return null;
  if (live.stale.some((one) => one.off_chain)) return null;
  const number = Math.max(0, ...live.stale.map((one) => one.number));
  const known = cortes.slice(0, number);
  const newest = known.at(-1)?.statement;
  if (newest?.number !== number || now > limitOf(phase, newest)) return null;
  const older = await again(known).catch(() => null);
  if (older === null) return { number, isWhole: false };
  return older.shows === 'corte' && !differs(older) ? { number, isWhole: older.same === older.files } : null;
}

/** Whether something that the site shows is not the corte's; what could not be had says nothing. */
export function differs({ altered, missing, stale, redirected, blocked }: LiveAudit): boolean {
  return [altered, missing, stale, redirected, blocked].some((list) => list.length > 0);
}

/**
 * Whether all that differs is of cortes that are newer than the chain that the site was compared with: then it is the chain
 * that is behind, and nothing is said of the site. Files that could not be requested say nothing either.
 */
export function isChainBehind({ same, files, stale, failed }: LiveAudit): boolean {
  const isAll = same + stale.length + failed.length === files;
  return isAll && stale.length > 0 && stale.every((one) => one.off_chain?.standing === 'newer');
}
