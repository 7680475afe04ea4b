import { join } from 'node:path';
import { AUTORIDADES, certificatesFile, SELLOS, type SelloName, selloFile } from '../../format/sello.ts';

/** Where what belongs to the tokens lies, below the folder of `[sellar]`. */

/** The tokens of one phase, which are published. */
export function sellosFolder(folder: string, phase: string): string {
  return join(folder, SELLOS, phase);
}

export function selloPlace(folder: string, phase: string, name: SelloName): string {
  return join(sellosFolder(folder, phase), selloFile(name));
}

/** Tokens of cortes that this chain has no more, or of an hour that can't be: kept, and not published. */
export function asideFolder(folder: string, phase: string): string {
  return join(folder, 'otros', phase);
}

/** The first token of a corte whose hour did not agree with the Institute's clock. */
export function disputedPlace(folder: string, phase: string, name: SelloName): string {
  return join(asideFolder(folder, phase), `reloj-${selloFile(name)}`);
}

/** What says of which corte each token was found good. */
export function checkedFolder(folder: string, phase: string): string {
  return join(folder, 'cotejados', phase);
}

export function checkedPlace(folder: string, phase: string, name: SelloName): string {
  return join(checkedFolder(folder, phase), selloFile(name));
}

/** The certificates by which an authority's tokens were taken, published beside them. */
export function publishedCertificates(folder: string, authority: string): string {
  return join(folder, AUTORIDADES, certificatesFile(authority));
}

/** An authority's revocation list as it was last fetched. */
export function listPlace(folder: string, authority: string): string {
  return join(folder, 'listas', certificatesFile(authority));
}
