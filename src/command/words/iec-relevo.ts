import { bilingual, type SameAs } from '../../format/said.ts';

/** `cotejo iec restore` and `cotejo iec relevo`: a second machine of the Institute takes over. */

const en = {
  restore: "fetch the IEC's chain back from Difusores or an archive, checked from the anchor; what is there is completed",
  anchor: 'the trust document that was pinned, with its signatures beside it',
  chain: "the chain folder to restore (default: the configuration's)",
  from: "address or folder of a chain; may be given several times (default: every Difusor's of the configuration)",
  evidence: "where the proof is written if two histories are found (default: evidence, in the configuration's panel)",

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
  fork: (what: string, one: string, other: string, folder: string | null) =>
    `two ${what} are signed, one at ${one}, the other at ${other};${folder === null ? '' : ` the proof is in ${folder};`} nothing is restored`,
  decide: 'this is for the custodians: which history holds; then name only the places that have it, with --from',
  noIndex: (why: string) => `the chain is right, but a file that only tells of it could not be written: ${why}`,
  trustIs: (chain: string, version: number) => `${chain}: trust ${version}`,
  phaseIs: (phase: string, number: number, time: string, fetched: number) =>
    `  ${phase}: corte ${number} of ${time} is the newest; fetched: ${fetched}`,
  before: 'all is signed and whole; before this machine signs, `cotejo iec run` asks every node whether it holds more',

  relevo: 'ask every node which corte it holds, and if none holds more let this machine sign the next one',
  force: (length: number) => `let it sign although nodes can't be asked: why, at most ${length} characters; it is recorded`,
  noReason: (length: number) => `--force needs its reason, in one line of at most ${length} characters`,
  own: (number: number) => `this machine signed corte ${number} itself, or took over there`,
  notOwn: (number: number) => `this chain ends at corte ${number}, which this machine did not sign`,
  columnNode: 'node',
  columnCorte: 'corte',
  signedThere: (number: number) => `has corte ${number}, signed by the IEC, and not as in this chain`,
  saidThere: (number: number) => `says that it has corte ${number}, and not as in this chain`,
  signs: (number: number) => `this machine may sign corte ${number}`,
  forced: (number: number, reason: string) => `this machine may sign corte ${number}, by decision of whoever ran this: ${reason}`,
  mayForce:
    'if the other machine is off for good, and you know that no node that can\'t be asked has more: cotejo iec relevo --force "why"',
  setClock:
    'set the clock of this machine right (timedatectl); if it is right, and theirs are wrong: cotejo iec relevo --force "why"',
  restoreFirst: 'fetch what is missing: cotejo iec restore',
  stopHere: 'if another machine of the IEC is at work, stop this one: systemctl disable --now cotejo-iec',
};

const es: SameAs<typeof en> = {
  restore: 'trae de vuelta la cadena del IEC desde los Difusores o un respaldo, comprobada desde el ancla; lo que hay se completa',
  anchor: 'el documento de confianza que se fijó, con sus firmas al lado',
  chain: 'la carpeta de la cadena por restaurar (si se omite, la de la configuración)',
  from: 'dirección o carpeta de una cadena; puede darse varias veces (si se omite, la de cada Difusor de la configuración)',
  evidence: 'dónde se escribe la prueba si se encuentran dos historias (si se omite, evidence, en el panel de la configuración)',

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
    `hay dos ${what} firmados, uno en ${one}, el otro en ${other};${folder === null ? '' : ` la prueba está en ${folder};`} no se restaura nada`,
  decide: 'esto es de los custodios: qué historia vale; después nombre con --from sólo los lugares que la tienen',
  noIndex: (why) => `la cadena está bien, pero no se pudo escribir un archivo que sólo habla de ella: ${why}`,
  trustIs: (chain, version) => `${chain}: documento de confianza ${version}`,
  phaseIs: (phase, number, time, fetched) => `  ${phase}: el más nuevo es el corte ${number} de ${time}; traídos: ${fetched}`,
  before: 'todo está firmado y completo; antes de que este equipo firme, `cotejo iec run` pregunta a cada nodo si tiene más',

  relevo: 'pregunta a cada nodo qué corte tiene y, si ninguno tiene más, deja que este equipo firme el siguiente',
  force: (length) =>
    `deja que firme aunque haya nodos a los que no se puede preguntar: por qué, a lo más ${length} caracteres; queda registrado`,
  noReason: (length) => `--force lleva su razón, en un solo renglón de a lo más ${length} caracteres`,
  own: (number) => `este equipo firmó él mismo el corte ${number}, o tomó ahí el relevo`,
  notOwn: (number) => `esta cadena termina en el corte ${number}, que este equipo no firmó`,
  columnNode: 'nodo',
  columnCorte: 'corte',
  signedThere: (number) => `tiene el corte ${number}, firmado por el IEC, y no como en esta cadena`,
  saidThere: (number) => `dice que tiene el corte ${number}, y no como en esta cadena`,
  signs: (number) => `este equipo puede firmar el corte ${number}`,
  forced: (number, reason) => `este equipo puede firmar el corte ${number}, por decisión de quien ejecutó esto: ${reason}`,
  mayForce:
    'si el otro equipo está apagado para siempre, y usted sabe que ningún nodo al que no se puede preguntar tiene más: cotejo iec relevo --force "por qué"',
  setClock:
    'ponga bien el reloj de este equipo (timedatectl); si está bien, y los que están mal son los de ellos: cotejo iec relevo --force "por qué"',
  restoreFirst: 'traiga lo que falta: cotejo iec restore',
  stopHere: 'si otro equipo del IEC está trabajando, detenga éste: systemctl disable --now cotejo-iec',
};

export const IEC_RELEVO = bilingual(en, es);
