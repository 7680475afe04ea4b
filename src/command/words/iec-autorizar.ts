import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo iec autorizar`. */

const en = {
  description: "authorise a Difusor's own presentation, to the byte, or withdraw it",
  folder: "the template's folder: static files that read the corte's below corte/",
  difusor: 'whose presentation it is',
  name: 'what it is called in addresses: a-z, 0-9 and hyphens',
  title: 'what it is called for people',
  first: 'the first corte with which it may be shown (default: the next one)',
  last: 'the last one (default: no end)',
  withdraw: 'it is not shown any more from the next corte on',
  yes: 'do not ask for the first group of the hash',
  heading: (title: string, difusor: string, name: string, phase: string) =>
    `${title}: presentation ${name} of ${difusor}, in ${phase}`,
  template: (files: string, bytes: string) => `  template  ${files} files, ${bytes} bytes`,
  hash: (groups: string) => `  hash      ${groups}`,
  range: (first: number, last: number | null) =>
    `  cortes    ${last === null ? `from ${first} on` : last < first ? 'none' : `${first} to ${last}`}`,
  replaces: (hash: string, first: number, last: number | null) =>
    `  before    ${hash}…, ${last === null ? `from ${first} on` : `${first} to ${last}`}`,
  withdrawn: (last: number) => `It will not be shown any more after corte ${last}.`,
  typeGroup: 'Type the first group of the hash to authorise it:',
  otherGroup: 'that is not the first group of the hash: nothing was written',
  notAsked: '--json shows nothing to answer to',
  addYes: 'add --yes if it was read elsewhere',
  written: (file: string) => `written: ${file}`,
  nextCorte: 'it holds from the next corte on, which has the document in it',
  folderOrWithdraw: "either the template's folder, or --withdraw",
  notACorte: (option: string, value: string) => `${option} ${value} is no number of a corte`,
};

const es: SameAs<typeof en> = {
  description: 'autorizar, byte por byte, la presentación propia de un Difusor, o retirarla',
  folder: 'la carpeta de la plantilla: archivos estáticos que leen los del corte en corte/',
  difusor: 'de quién es la presentación',
  name: 'cómo se llama en las direcciones: a-z, 0-9 y guiones',
  title: 'cómo se llama para las personas',
  first: 'el primer corte con el que puede mostrarse (si se omite, el siguiente)',
  last: 'el último (si se omite, sin fin)',
  withdraw: 'deja de mostrarse desde el siguiente corte',
  yes: 'no pide el primer grupo del código de integridad',
  heading: (title, difusor, name, phase) => `${title}: presentación ${name} de ${difusor}, en ${phase}`,
  template: (files, bytes) => `  plantilla  ${files} archivos, ${bytes} bytes`,
  hash: (groups) => `  código     ${groups}`,
  range: (first, last) =>
    `  cortes     ${last === null ? `desde el ${first}` : last < first ? 'ninguno' : `del ${first} al ${last}`}`,
  replaces: (hash, first, last) => `  antes      ${hash}…, ${last === null ? `desde el ${first}` : `del ${first} al ${last}`}`,
  withdrawn: (last) => `Ya no se mostrará después del corte ${last}.`,
  typeGroup: 'Para autorizarla, escriba el primer grupo del código de integridad:',
  otherGroup: 'ése no es el primer grupo del código de integridad: no se escribió nada',
  notAsked: '--json no muestra nada que contestar',
  addYes: 'agregue --yes si se leyó en otra parte',
  written: (file) => `escrito: ${file}`,
  nextCorte: 'vale desde el siguiente corte, que lleva el documento',
  folderOrWithdraw: 'o la carpeta de la plantilla, o --withdraw',
  notACorte: (option, value) => `${option} ${value} no es un número de corte`,
};

export const AUTORIZAR = bilingual(en, es);
