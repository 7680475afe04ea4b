import type { Phase } from '../format/trust.ts';
import type { Corte } from '../verdict/history.ts';
import { limitOf } from '../verdict/publication.ts';
import type { LiveAudit } from './check/live-check.ts';

/**
 * Whether a site that differs from the newest corte shows the one before it, or an older one, whole. A corte takes a while
 * to arrive, and a cache keeps it for some seconds: who shows the last one meanwhile does what he should, until that one
 * is stale by its signed hour.
 * @param live the comparison with the newest of the cortes, which differs
 * @param again compares the site with the newest of so many cortes
 * @param now milliseconds since the epoch
 * @returns the number that it shows; null where it shows no corte whole, or one that should not be shown any more
 */
export async function olderShown(
  live: LiveAudit,
  phase: Phase,
  cortes: readonly Corte[],
  now: number,
  again: (cortes: readonly Corte[]) => Promise<LiveAudit>,
): Promise<number | null> {
  if (live.altered.length + live.redirected.length + live.blocked.length + live.failed.length > 0) return null;
  if (live.stale.some((one) => one.off_chain)) return null;
  const number = Math.max(0, ...live.stale.map((one) => one.number));
  const known = cortes.slice(0, number);
  const newest = known.at(-1)?.statement;
  if (newest?.number !== number || now > limitOf(phase, newest)) return null;
  const older = await again(known);
  return older.shows === 'corte' && older.same === older.files ? number : null;
}

/**
 * Whether all that differs is of cortes that are newer than the chain that the site was compared with: then it is the chain
 * that is behind, and nothing is said of the site. Files that could not be requested say nothing either.
 */
export function isChainBehind({ same, files, stale, failed }: LiveAudit): boolean {
  const isAll = same + stale.length + failed.length === files;
  return isAll && stale.length > 0 && stale.every((one) => one.off_chain?.standing === 'newer');
}
