import { bilingual, type SameAs } from '../format/said.ts';

/** What the check of a reader's constancia says, to people. */

const en = {
  otherThan: (stated: string, found: string) => `it says ${stated}, and the signed documents that it encloses say ${found}`,
  counts: (sum: number, compared: number) => `the counts add up to ${sum} files, not to the ${compared} compared`,
  overListed: (compared: number, listed: number) => `${compared} files compared of ${listed}`,
  verdictAgainst: (verdict: string) => `it says ${verdict}, against what else it says`,
  trustOutOfOrder: (version: number, after: number) => `trust document ${version} after ${after}`,
  notReached: (version: number, newest: number) =>
    `it rests on trust document ${version}, and from the anchor given here only ${newest} is reached by what it encloses`,
  nothingCompared: (verdict: string) => `it says ${verdict} over no file`,
  givenAgainst: (verdict: string, given: string) => `it says ${given}, and the result ${verdict}`,
  receipts: 'its counts of receipts can not all be true',
  noPadron: 'it counts receipts, and its corte has no padrón that says whose keys they are',
  otherPadron: (stated: number, listed: number) => `it says ${stated}, and by the padrón of its corte there are ${listed}`,
  outOfOrder: 'its words are not each once and in their order',
  claimsChecked: (word: string) => `it leaves out ${word}, which can not have been checked by what else it says`,
  claimsUnchecked: (word: string) => `it has ${word}, against what else it says`,
  twiceContrary: 'another receipt of that node and that corte is there already',
  restsOn: (named: number, version: number) =>
    `the corte names trust document ${named}, and it says that ${version} was the newest`,
  beginsAfter: (anchor: number, version: number) =>
    `it begins at trust document ${anchor}, and says that ${version} was the newest`,
  notAtHand: (version: number, newest: number) =>
    `it rests on trust document ${version}, which is not at hand, and document ${newest} does not let the key sign this corte`,
  filesOfNoSite: 'it compares files of no site',
  sameCorte: 'the receipt is of the corte itself, and contradicts nothing',
  otherKey: 'the receipt is signed with another key than it says',
};

const es: SameAs<typeof en> = {
  otherThan: (stated, found) => `dice ${stated}, y los documentos firmados que lleva dicen ${found}`,
  counts: (sum, compared) => `las cuentas suman ${sum} archivos, no los ${compared} comparados`,
  overListed: (compared, listed) => `${compared} archivos comparados de ${listed}`,
  verdictAgainst: (verdict) => `dice ${verdict}, contra lo demás que dice`,
  trustOutOfOrder: (version, after) => `documento de confianza ${version} después del ${after}`,
  notReached: (version, newest) =>
    `se apoya en el documento de confianza ${version}, y con lo que lleva, desde el ancla dada aquí sólo se llega al ${newest}`,
  nothingCompared: (verdict) => `dice ${verdict} sobre ningún archivo`,
  givenAgainst: (verdict, given) => `dice ${given}, y el resultado ${verdict}`,
  receipts: 'sus cuentas de acuses no pueden ser todas ciertas',
  noPadron: 'cuenta acuses, y su corte no trae un padrón que diga de quién son las llaves',
  otherPadron: (stated, listed) => `dice ${stated}, y según el padrón de su corte son ${listed}`,
  outOfOrder: 'sus palabras no están una vez cada una y en su orden',
  claimsChecked: (word) => `le falta ${word}, que por lo demás que dice no pudo comprobarse`,
  claimsUnchecked: (word) => `tiene ${word}, contra lo demás que dice`,
  twiceContrary: 'ya está otro acuse de ese nodo y ese corte',
  restsOn: (named, version) => `el corte nombra el documento de confianza ${named}, y dice que el más nuevo era el ${version}`,
  beginsAfter: (anchor, version) => `comienza en el documento de confianza ${anchor}, y dice que el más nuevo era el ${version}`,
  notAtHand: (version, newest) =>
    `se apoya en el documento de confianza ${version}, que no se tiene a la mano, y el ${newest} no deja que la llave firme este corte`,
  filesOfNoSite: 'compara archivos de ningún sitio',
  sameCorte: 'el acuse es del mismo corte, y no contradice nada',
  otherKey: 'el acuse está firmado con otra llave que la que dice',
};

export const words = bilingual(en, es);
