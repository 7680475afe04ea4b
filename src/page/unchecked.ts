import { NOT_CHECKED, type NotChecked } from '../format/constancia-terms.ts';
import type { Afterwards } from './afterwards.ts';
import type { Findings } from './findings.ts';
import { toneOf } from './tone.ts';
import type { PageWords } from './words-es.ts';

/** What the check says nothing of, in the closed words of a constancia: one list for the page and for what is saved. */

/** @param compared whether the reader said that he compared the anchor */
export function uncheckedOf(findings: Findings, { recibos }: Pick<Afterwards, 'recibos'>, compared: boolean): NotChecked[] {
  const { live, plan } = findings;
  const isAt: Readonly<Record<NotChecked, boolean>> = {
    anchor: toneOf(findings, compared) === 'uncompared',
    newer: true,
    site: live === null,
    rest: restOf(findings) > 0,
    unserved: (live?.unserved.length ?? 0) > 0,
    recibos: recibos?.kind !== 'counted',
    packages: true,
    others: true,
    truth: true,
    page: plan.site?.origin === location.origin,
  };
  return NOT_CHECKED.filter((one) => isAt[one]);
}

/** How many files of the corte were left out of a sample. */
function restOf({ live, listed }: Findings): number {
  return live && listed !== null ? Math.max(listed - live.files - live.unserved.length, 0) : 0;
}

/** The same as sentences. */
export function uncheckedSaid(findings: Findings, list: readonly NotChecked[], { unchecked }: PageWords): string[] {
  return list.map((one) => {
    if (one === 'rest') return unchecked.rest(restOf(findings));
    return one === 'unserved' ? unchecked.unserved(findings.live?.unserved.length ?? 0) : unchecked[one];
  });
}
