import type { Said } from '../../format/said.ts';
import { columnHour } from '../../html/hour.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { spanOf } from '../../html/span.ts';
import type { Corte } from '../../verdict/history.ts';
import type { PhaseSellos, Sello, SellosAudit } from '../sellos/sellos.ts';
import { REPORT } from './words.ts';

/** What time-stamp tokens say of a chain, as JSON for scripts, as text, and for the page. */

export function sellosJson({ authorities, phases, refused }: SellosAudit) {
  return {
    authorities,
    tokens: phases.reduce((sum, { sellos }) => sum + sellos.filter(({ verdict }) => verdict === 'good').length, 0),
    phases: phases.map(({ phase, longest_wait_seconds }) => ({ phase, longest_wait_seconds })),
    contrary: contraryIn(phases).map(({ phase, sello: { number, authority, hour, after_seconds, verdict } }) => ({
      phase,
      number,
      authority,
      hour,
      after_seconds,
      why: verdict,
    })),
    refused,
  };
}

/** Whether something is not what it should be. What is not sealed contradicts nothing. */
export function isContrary({ phases, refused }: SellosAudit): boolean {
  return refused.length > 0 || contraryIn(phases).length > 0;
}

/** How far one phase is sealed, in a sentence. */
export function sealedSaid({ sealed: { first, last }, longest_wait_seconds: longest }: PhaseSellos): Said {
  if (first === null || last === null) return REPORT.notSealed;
  return REPORT.sealedAre(first, last, spanOf(Math.max(0, Math.round(longest ?? 0))));
}

/** Of files that are no good tokens so many are told, since one reason may be behind all of them; JSON has all. */
const MOST = 20;

/** The first one says how many there are, the others what is not as it should be. @param cortes of all phases */
export function sellosSaid(audit: SellosAudit, cortes: readonly Corte[]): Said[] {
  const { authorities, phases, refused } = audit;
  const taken = new Map(cortes.map(({ statement }) => [`${statement.phase} ${statement.number}`, statement.taken_at]));
  return [
    REPORT.sellos(sellosJson(audit).tokens, authorities.join(', ')),
    ...contraryIn(phases).map(({ phase, sello: { number, authority, hour, after_seconds, verdict } }) =>
      verdict === 'future'
        ? REPORT.selloFuture(number, phase, authority, columnHour(hour))
        : REPORT.selloEarly(
            number,
            phase,
            authority,
            columnHour(hour),
            spanOf(-after_seconds),
            columnHour(taken.get(`${phase} ${number}`) ?? hour),
          ),
    ),
    ...refused
      .slice(0, MOST)
      .map(({ phase, number, authority, code, detail }) => REPORT.selloRefused(number, phase, authority, code, detail)),
    ...(refused.length > MOST ? [REPORT.andMore(refused.length - MOST)] : []),
  ];
}

/** @param bothOf shows a sentence in both languages @returns nothing where all is as it should be */
export function sellosSection(audit: SellosAudit, cortes: readonly Corte[], bothOf: (text: Said) => Html, title: Html): Html {
  const [, ...wrong] = sellosSaid(audit, cortes);
  if (wrong.length === 0) return nothing;
  return html`<section><h2>${title}</h2><ul>${wrong.map((one) => html`<li>${bothOf(one)}</li>`)}</ul></section>`;
}

function contraryIn(phases: readonly PhaseSellos[]): { readonly phase: string; readonly sello: Sello }[] {
  return phases.flatMap(({ phase, sellos }) =>
    sellos.filter(({ verdict }) => verdict !== 'good').map((sello) => ({ phase, sello })),
  );
}
