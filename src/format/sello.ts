import { isName } from './document.ts';
import { parseSixDigits, sixDigits } from './naming.ts';

/**
 * Time-stamp tokens (RFC 3161) of cortes, `sellos/<phase>/<number in six digits>.<authority>.tsr`: each is an authority's
 * signed word that `corte.json` was there at an hour. Cortes are chained, so a token of one stands for all before it.
 */

/** The folder of them, beside what else the IEC publishes. */
export const SELLOS = 'sellos';

/** The folder of the authorities' certificates, `<authority>.pem`. */
export const AUTORIDADES = 'autoridades';

export interface SelloName {
  readonly number: number;
  /** by the name that the IEC gave it */
  readonly authority: string;
}

export function selloFile({ number, authority }: SelloName): string {
  return `${sixDigits(number)}.${authority}.tsr`;
}

/** @returns whose token of which corte a file of this name holds, or null */
export function parseSelloFile(name: string): SelloName | null {
  const [digits = '', authority = '', ending, ...more] = name.split('.');
  const number = parseSixDigits(digits);
  return number !== null && isName(authority) && ending === 'tsr' && more.length === 0 ? { number, authority } : null;
}

/** @returns the name of the authority whose certificates a file of this name holds, or null */
export function authorityOfFile(name: string): string | null {
  const authority = name.endsWith('.pem') ? name.slice(0, -'.pem'.length) : '';
  return isName(authority) ? authority : null;
}

export function certificatesFile(authority: string): string {
  return `${authority}.pem`;
}
