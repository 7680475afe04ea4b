import { deliveryName } from '../../format/naming.ts';
import { Trouble } from '../link/trouble.ts';
import { idOf } from '../setup/config.ts';
import type { Hint } from './outbox.ts';
import { isLying, type Visit } from './visit.ts';

/** Diagnoses a node that does not answer as it should. */

/**
 * Whether the node holds less than it once acknowledged (a new disk, an old backup): then it is served from what it
 * holds. A status that is older than its newest acuse proves nothing; the hours of acuses are whole seconds.
 */
export function hasLost(visit: Visit, { number, at }: Hint): boolean {
  if (number === null || at === null || number >= visit.findings.acknowledged || at < visit.signedAt + 1000) return false;
  visit.doubted = true;
  visit.since = performance.now();
  visit.findings.acknowledged = visit.last = number;
  return true;
}

/** Why nothing has come for so long, as far as the inbox and the outbox show it. */
export async function whyNot(visit: Visit): Promise<Trouble> {
  const { link, target, view, last, findings } = visit;
  if (findings.notice && isLying(visit)) return findings.notice;
  const name = deliveryName({ kind: 'corte', phase: view().phase.name, number: Math.max(findings.acknowledged + 1, 1) });
  if (await link.find(`${target.inbox}/${name}`)) {
    return new Trouble('not-taken', `${name} lies in ${target.inbox} on ${target.host} and nobody takes it`);
  }
  return new Trouble('no-acuse', `no acuse of corte ${last} has come from ${idOf(target)}`);
}
