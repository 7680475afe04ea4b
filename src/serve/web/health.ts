import { existsSync } from 'node:fs';
import { atWork } from '../../difusor/telling/at-work.ts';
import { instantOf } from '../../format/time.ts';
import type { Trust } from '../../format/trust.ts';
import type { Look } from './shown.ts';
import type { Site } from './site.ts';

/**
 * Whether a load balancer may send readers here, judged at each request: every open phase shows a corte that is not
 * stale (where none is open, what was published is still shown), and the daemon is alive and found nothing altered.
 */
export async function isHealthy(site: Site, look: Look, trust: Trust): Promise<boolean> {
  if (!atWork(site.status).at_work || !existsSync(site.health)) return false;
  const now = site.now();
  const open = trust.phases.filter((p) => instantOf(p.opens_at) <= now && now <= instantOf(p.closes_at));
  const shown = await Promise.all((open.length > 0 ? open : trust.phases).map((phase) => look(phase, trust)));
  const asked = open.length > 0 ? shown : shown.filter((one) => one !== null && one.kind !== 'espera');
  return asked.length > 0 && asked.every((one) => one?.kind === 'corte');
}
