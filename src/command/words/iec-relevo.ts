import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo iec restore` and `cotejo iec relevo`: a second machine of the Institute takes over. */

const en = {
  restore: "fetch the IEC's chain back from Difusores or an archive, checked from the anchor; what is there is completed",
  anchor: 'the trust document that was pinned, with its signatures beside it',
  chain: "the chain folder to restore (default: the configuration's)",
  from: "address or folder of a chain; may be given several times (default: every Difusor's of the configuration)",
  evidence: 'where the proof is written if two histories are found',

  noPlace: 'no place to restore from',
  namePlace: 'name one with --from, as https://difusor.example/cotejo/chain, or a configuration that has Difusores',
  manyPlaces: (most: number) => `over ${most} places`,
  noAddress: (text: string) => `${text} is no address of the web`,
  fetching: (done: number, of: number) => `fetching: ${done} of ${of} cortes`,
  silent: (place: string, why: string) => `${place}: ${why}`,
  at: (place: string, what: string) => `${place}: ${what}`,
  wrongTrust: (place: string, version: number, code: string, detail: string) => `${place}: trust ${version}: ${code}: ${detail}`,
  wrongCorte: (place: string, phase: string, number: number, code: string, detail: string) =>
    `${place}: ${phase} ${number}: ${code}: ${detail}`,
  nothing: 'nothing is restored: no place tells a history',
  trustOf: (version: number) => `trust documents ${version}`,
  corteOf: (number: number, phase: string) => `cortes ${number} of ${phase}`,
  fork: (what: string, one: string, other: string, folder: string) =>
    `two ${what} are signed, one at ${one}, the other at ${other}; the proof is in ${folder}; nothing is restored`,
  decide: 'this is for the custodians: which history holds; then name only the places that have it, with --from',
  noIndex: (why: string) => `the chain is right, but a file that only tells of it could not be written: ${why}`,
  trustIs: (chain: string, version: number) => `${chain}: trust ${version}`,
  phaseIs: (phase: string, number: number, time: string, fetched: number) =>
    `  ${phase}: corte ${number} of ${time} is the newest; fetched: ${fetched}`,
  before: 'all is signed and whole; before this machine signs, `cotejo iec run` asks every node whether it holds more',
};

const es: SameAs<typeof en> = {
  restore: 'trae de vuelta la cadena del IEC desde los Difusores o un respaldo, comprobada desde el ancla; lo que hay se completa',
  anchor: 'el documento de confianza que se fijó, con sus firmas al lado',
  chain: 'la carpeta de la cadena por restaurar (si se omite, la de la configuración)',
  from: 'dirección o carpeta de una cadena; puede darse varias veces (si se omite, la de cada Difusor de la configuración)',
  evidence: 'dónde se escribe la prueba si se encuentran dos historias',

  noPlace: 'no hay de dónde restaurar',
  namePlace: 'nombre un lugar con --from, como https://difusor.example/cotejo/chain, o una configuración que tenga Difusores',
  manyPlaces: (most) => `más de ${most} lugares`,
  noAddress: (text) => `${text} no es una dirección de la web`,
  fetching: (done, of) => `trayendo: ${done} de ${of} cortes`,
  silent: (place, why) => `${place}: ${why}`,
  at: (place, what) => `${place}: ${what}`,
  wrongTrust: (place, version, code, detail) => `${place}: documento de confianza ${version}: ${code}: ${detail}`,
  wrongCorte: (place, phase, number, code, detail) => `${place}: ${phase} ${number}: ${code}: ${detail}`,
  nothing: 'no se restaura nada: ningún lugar cuenta una historia',
  trustOf: (version) => `documentos de confianza ${version}`,
  corteOf: (number, phase) => `cortes ${number} de ${phase}`,
  fork: (what, one, other, folder) =>
    `hay dos ${what} firmados, uno en ${one}, el otro en ${other}; la prueba está en ${folder}; no se restaura nada`,
  decide: 'esto es de los custodios: qué historia vale; después nombre con --from sólo los lugares que la tienen',
  noIndex: (why) => `la cadena está bien, pero no se pudo escribir un archivo que sólo habla de ella: ${why}`,
  trustIs: (chain, version) => `${chain}: documento de confianza ${version}`,
  phaseIs: (phase, number, time, fetched) => `  ${phase}: el más nuevo es el corte ${number} de ${time}; traídos: ${fetched}`,
  before: 'todo está firmado y completo; antes de que este equipo firme, `cotejo iec run` pregunta a cada nodo si tiene más',
};

export const IEC_RELEVO = bilingual(en, es);
