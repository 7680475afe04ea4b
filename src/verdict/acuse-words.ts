import { bilingual } from '../format/said.ts';

/** What is said of acuses; apart from the rest, since the badge reads none. */

const en = {
  noKnownNode: 'the key that signed is no known node',
  notOverAcuse: 'the signature is not over this acuse',
  pastEnd: (node: string, number: number, phase: string) =>
    `${node} acknowledges corte ${number} of ${phase}, past the end of this chain`,
  otherCorte: (node: string, number: number, phase: string) => `${node} acknowledges another corte ${number} of ${phase}`,
  reciboOfPhase: (theirs: string, phase: string) => `a receipt of ${theirs} among those of ${phase}`,
  reciboOfCorte: (theirs: number, number: number) => `a receipt of corte ${theirs} among those of corte ${number}`,
  reciboInName: (name: string, holder: string) => `in the name of ${name}, signed with the key of ${holder}`,
};

const es: typeof en = {
  noKnownNode: 'la llave que firmó no es de ningún nodo conocido',
  notOverAcuse: 'la firma no corresponde a este acuse',
  pastEnd: (node, number, phase) => `${node} acusa recibo del corte ${number} de ${phase}, más allá del final de esta cadena`,
  otherCorte: (node, number, phase) => `${node} acusa recibo de otro corte ${number} de ${phase}`,
  reciboOfPhase: (theirs, phase) => `un acuse de ${theirs} entre los de ${phase}`,
  reciboOfCorte: (theirs, number) => `un acuse del corte ${theirs} entre los del corte ${number}`,
  reciboInName: (name, holder) => `a nombre de ${name}, firmado con la llave de ${holder}`,
};

// Marked so that a page which says none of it is made without it.
export const words = /* @__PURE__ */ bilingual(en, es);
