import { existsSync } from 'node:fs';
import { atWork } from '../../difusor/telling/at-work.ts';
import type { Trust } from '../../format/trust.ts';
import { isAllFresh, type Standing } from '../../verdict/publication.ts';
import type { Look, ShownNow } from './shown.ts';
import type { Site } from './site.ts';

/**
 * Whether a load balancer may send readers here, judged at each request: what is public is fresh, and the daemon is alive
 * and found nothing altered.
 */
export async function isHealthy(site: Site, look: Look, trust: Trust): Promise<boolean> {
  if (!atWork(site.status).at_work || !existsSync(site.health)) return false;
  const states = trust.phases.map(async (phase) => ({ phase, standing: standingOf(await look(phase, trust)) }));
  return isAllFresh(await Promise.all(states), site.now());
}

function standingOf(shown: ShownNow | null): Standing {
  if (shown?.kind === 'corte') return 'fresh';
  return (shown?.newest ?? null) === null ? 'none' : 'stale';
}
