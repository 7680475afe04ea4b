import { existsSync, statSync } from 'node:fs';
import { instantOf } from '../../format/time.ts';
import type { Trust } from '../../format/trust.ts';
import type { Look } from './shown.ts';
import type { Site } from './site.ts';

/** A daemon writes its status every few seconds, ms; one that has not written for this long is dead or stuck. */
const SILENT_MS = 120_000;

/**
 * Whether a load balancer may send readers here, judged at each request: every open phase shows a corte that is not
 * stale (where none is open, what was published is still shown), and the daemon is alive and found nothing altered.
 */
export async function isHealthy(site: Site, look: Look, trust: Trust): Promise<boolean> {
  const seen = statSync(site.status, { throwIfNoEntry: false });
  // If the clock was put back, the last sign of life is in the future and does not count either.
  if (!seen || Math.abs(Date.now() - seen.mtimeMs) > SILENT_MS || !existsSync(site.health)) return false;
  const now = site.now();
  const open = trust.phases.filter((p) => instantOf(p.opens_at) <= now && now <= instantOf(p.closes_at));
  const shown = await Promise.all((open.length > 0 ? open : trust.phases).map((phase) => look(phase, trust)));
  const asked = open.length > 0 ? shown : shown.filter((one) => one !== null && one.kind !== 'espera');
  return asked.length > 0 && asked.every((one) => one?.kind === 'corte');
}
