import { recibosInEnglish, recibosInSpanish } from '../../recibos/words.ts';

/** What the bar says of the receipts: what the page says, and what only the bar has. */

export const recibosOfLectorInSpanish = {
  ...recibosInSpanish,
  keep: 'Guardar la prueba',
  keepWhy: 'Enséñela al Instituto, a un partido, a un observador o a un medio.',
  unanswered: 'No se contaron los acuses de los nodos: la parte de esta página que verifica no contestó.',
  note: (corte: number, nodes: number) =>
    `${nodes === 1 ? 'Con la llave de un nodo de los difusores' : `Con las llaves de ${nodes} nodos de los difusores`} se firmó haber recibido otro corte ${corte}, distinto del que usted ve. La prueba está en «Detalles»: guárdela.`,
};

export const recibosOfLectorInEnglish: typeof recibosOfLectorInSpanish = {
  ...recibosInEnglish,
  keep: 'Save the proof',
  keepWhy: 'Show it to the Institute, a party, an observer or the press.',
  unanswered: 'The nodes’ receipts were not counted: the part of this page that verifies did not answer.',
  note: (corte, nodes) =>
    `With the ${nodes === 1 ? 'key of one node' : `keys of ${nodes} nodes`} of the Difusores it was signed that another corte ${corte} was received, not the one that you see. The proof is in “Details”: save it.`,
};
