import { CORTE_FILES, type DeliveryName, deliveryName, parseDeliveryName, trustFile } from '../../format/naming.ts';
import type { SftpLink } from '../link/sftp-link.ts';
import { Trouble } from '../link/trouble.ts';
import { idOf } from '../setup/config.ts';
import type { Hint } from './outbox.ts';
import { isLying, type Visit } from './visit.ts';
import { words } from './words.ts';

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

/**
 * Why nothing has come for so long, as far as the inbox and the outbox show it. What lies in the inbox goes before an
 * acuse that is missing: the first delivery that nobody takes is what holds up the others.
 */
export async function whyNot(visit: Visit): Promise<Trouble> {
  const { link, target, view, last, findings } = visit;
  if (findings.notice && isLying(visit)) return findings.notice;
  const next = deliveryName({ kind: 'corte', phase: view().phase.name, number: Math.max(findings.acknowledged + 1, 1) });
  for (const name of new Set([...visit.placed.keys(), next])) {
    const path = `${target.inbox}/${name}`;
    if (!(await link.find(path))) continue;
    const lacking = await lackIn(link, path, parseDeliveryName(name));
    const { inbox, host } = target;
    const why = lacking === null ? words.liesThere(name, inbox, host) : words.liesWithout(name, inbox, host, lacking);
    return new Trouble('not-taken', why);
  }
  if (findings.acknowledged >= view().head) {
    return new Trouble('no-acuse', words.noTrustShown(idOf(target)));
  }
  return new Trouble('no-acuse', words.noAcuse(last, idOf(target)));
}

/** A file that a delivery needs and has not, as far as the account may look. */
async function lackIn(link: SftpLink, path: string, announces: DeliveryName | null): Promise<string | null> {
  const needed = announces?.kind === 'trust' ? [trustFile(announces.version)] : CORTE_FILES;
  for (const name of needed) {
    try {
      if ((await link.find(`${path}/${name}`)) === null) return name;
    } catch (error) {
      if (error instanceof Trouble) throw error;
      return null; // it may not look
    }
  }
  return null;
}
