import { bilingual, type SameAs } from '../../format/said.ts';

/** `audit constancia` as text. */

const en = {
  proven: (number: number, phase: string) => `corte ${number} of ${phase} was signed as this constancia says`,
  notProven: 'this constancia can not be checked with what is at hand',
  wrong: 'this constancia is not to be believed',
  twoCortes: (number: number, phase: string) =>
    `two cortes ${number} of ${phase} are signed, this one and the chain’s: keep this constancia, it is proof`,
  twoTrusts: 'the custodians signed two trust documents of one version: keep this constancia, it is proof',
  disowned: (number: number, phase: string) =>
    `corte ${number} of ${phase} is signed with a key that the custodians disowned later: it does not count; keep this constancia`,
  ended: 'disowned',
  endedBy: (version: number, signer: string) =>
    `trust document ${version} says that ${signer} could not sign this number; whether it was signed before or after can not be told`,
  drill: 'it is of a drill: no results of the election',
  hour: 'hour of the corte',
  signedBy: 'signed by',
  hash: 'code of integrity',
  trust: 'trust',
  trustIs: (version: number, anchor: number) => `version ${version}, reached from the anchor ${anchor}`,
  inChain: 'in the chain',
  same: 'yes, this very corte, with an unbroken history before it',
  other: 'no: the chain has another corte of this number',
  absent: (newest: number) => `not told: the chain goes up to corte ${newest}`,
  contrary: 'contrary receipts',
  contraryIs: (node: string, corte: string) =>
    `with the key of ${node}, by the padrón of this corte, a receipt of corte ${corte} of the same number was signed`,
  contraryUntold: (node: string) =>
    `says that ${node} signed for another corte of this number; nothing here says whose that key is (--chain has the padrón)`,
  contraryNotTheirs: (node: string) =>
    `says that ${node} signed for another corte of this number; by the padrón of this corte the key is not that node’s`,
  anchor: 'anchor',
  notAtHand: (version: number, hash: string) => `version ${version}, ${hash}: that document is not at hand, so it was not compared`,
  said: 'what its maker says, and nothing proves',
  checkedAt: 'checked at',
  clockOff: (at: string) => `${at}, more than a day before the corte: the clock of that device was wrong`,
  verdict: 'result',
  fault: 'fault told',
  faultIs: (where: string, code: string) => `${where}: ${code}`,
  site: 'site',
  files: 'files',
  filesAre: (same: number, compared: number, listed: number) =>
    `${same} of ${compared} compared were the same, of ${listed} listed`,
  recibos: 'receipts',
  recibosAre: (nodes: number, of: number, difusores: number, ofDifusores: number) =>
    `${nodes} of ${of} nodes, of ${difusores} of ${ofDifusores} Difusores`,
  limits: 'what it is no proof of',
  limitsAre:
    'that the site showed this corte, nor when: anyone can make such a file of a published corte; only that the corte was signed',
};

const es: SameAs<typeof en> = {
  proven: (number, phase) => `el corte ${number} de ${phase} fue firmado como dice esta constancia`,
  notProven: 'con lo que hay a la mano, esta constancia no se puede comprobar',
  wrong: 'a esta constancia no hay que creerle',
  twoCortes: (number, phase) =>
    `hay dos cortes ${number} de ${phase} firmados, éste y el de la cadena: conserve esta constancia, es prueba`,
  twoTrusts: 'los custodios firmaron dos documentos de confianza con un mismo número: conserve esta constancia, es prueba',
  disowned: (number, phase) =>
    `el corte ${number} de ${phase} está firmado con una llave que los custodios desconocieron después: no cuenta; conserve esta constancia`,
  ended: 'desconocido',
  endedBy: (version, signer) =>
    `el documento de confianza ${version} dice que ${signer} no podía firmar ese número; si se firmó antes o después no se puede saber`,
  drill: 'es de un simulacro: no son resultados de la elección',
  hour: 'hora del corte',
  signedBy: 'firmado por',
  hash: 'código de integridad',
  trust: 'confianza',
  trustIs: (version, anchor) => `versión ${version}, a la que se llega desde el ancla ${anchor}`,
  inChain: 'en la cadena',
  same: 'sí, este mismo corte, con la historia anterior sin interrupción',
  other: 'no: la cadena tiene otro corte con ese número',
  absent: (newest) => `no se sabe: la cadena llega hasta el corte ${newest}`,
  contrary: 'acuses contrarios',
  contraryIs: (node, corte) =>
    `con la llave de ${node}, según el padrón de este corte, se firmó el acuse del corte ${corte}, con el mismo número`,
  contraryUntold: (node) =>
    `dice que ${node} firmó por otro corte con ese número; aquí nada dice de quién es esa llave (--chain tiene el padrón)`,
  contraryNotTheirs: (node) =>
    `dice que ${node} firmó por otro corte con ese número; según el padrón de este corte la llave no es de ese nodo`,
  anchor: 'ancla',
  notAtHand: (version, hash) => `versión ${version}, ${hash}: ese documento no se tiene a la mano, así que no se comparó`,
  said: 'lo que dice quien la hizo, y nada demuestra',
  checkedAt: 'comprobado',
  clockOff: (at) => `${at}, más de un día antes del corte: el reloj de ese aparato estaba mal`,
  verdict: 'resultado',
  fault: 'falla que dice',
  faultIs: (where, code) => `${where}: ${code}`,
  site: 'sitio',
  files: 'archivos',
  filesAre: (same, compared, listed) => `${same} de ${compared} comparados eran iguales, de ${listed} de la lista`,
  recibos: 'acuses',
  recibosAre: (nodes, of, difusores, ofDifusores) => `${nodes} de ${of} nodos, de ${difusores} de ${ofDifusores} Difusores`,
  limits: 'qué no demuestra',
  limitsAre:
    'que el sitio haya mostrado este corte, ni cuándo: cualquiera puede hacer un archivo así de un corte publicado; sólo que el corte fue firmado',
};

export const CONSTANCIA = bilingual(en, es);
