import { instantOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';

/**
 * The official phase that a site may be showing where its chain has only drills, as an archive of a drill's day has: one
 * that is open by now, or was. A chain that has no corte of it says nothing of that site.
 * @param phases of the newest trust document
 * @param shown the phase that the site was compared with because nobody named one
 * @param now milliseconds since the epoch
 * @returns its name; null where there is none
 */
export function officialAhead(phases: readonly Phase[], shown: Pick<Phase, 'kind'>, now: number): string | null {
  if (shown.kind === 'oficial') return null;
  return phases.find(({ kind, opens_at }) => kind === 'oficial' && instantOf(opens_at) <= now)?.name ?? null;
}
