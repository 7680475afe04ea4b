import { bilingual } from './said.ts';

/** What is said of the padrón and of receipts by its keys; apart from the rest, since the badge reads neither. */

const en = {
  notWebAddress: 'not an address that begins with https://',
  notTitle: (most: number) => `not a title: one line of 1 to ${most} characters, none of them invisible`,
  noNode: 'no node',
  overNodes: (most: number) => `over ${most} nodes`,
  overDifusores: (most: number) => `over ${most} Difusores`,
  isTwice: (what: string, name: string) => `${what}: ${name} is there twice`,
  nodesOf: (difusor: string) => `nodes of ${difusor}`,
  otherLogo: (difusor: string, wanted: string) => `the logo of ${difusor} is not ${wanted}`,
  oneAcuseKey: (one: string, other: string) => `${one} and ${other} have one acuse_key`,
  noRecibos: 'it is no file of receipts in their one spelling',
  manyRecibos: (most: number) => `over ${most} receipts`,
};

const es: typeof en = {
  notWebAddress: 'no es una dirección que empiece con https://',
  notTitle: (most) => `no es un título: un renglón de 1 a ${most} caracteres, ninguno invisible`,
  noNode: 'no tiene ningún nodo',
  overNodes: (most) => `más de ${most} nodos`,
  overDifusores: (most) => `la lista pasa de ${most} Difusores`,
  isTwice: (what, name) => `${what}: ${name} está dos veces`,
  nodesOf: (difusor) => `nodos de ${difusor}`,
  otherLogo: (difusor, wanted) => `el logotipo de ${difusor} no es ${wanted}`,
  oneAcuseKey: (one, other) => `${one} y ${other} tienen la misma acuse_key`,
  noRecibos: 'no es un archivo de acuses escrito en su única forma',
  manyRecibos: (most) => `más de ${most} acuses`,
};

export const words = bilingual(en, es);
