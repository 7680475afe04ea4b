import { bilingual, type SameAs } from '../../format/said.ts';

/** The reports of the audits as text. What was looked at is in look-words.ts. */

const en = {
  whatWasChecked: 'what was checked',
  checked: 'checked',
  notChecked: 'not checked',
  election: 'election',
  trust: 'trust',
  trustIs: (version: number, anchor: number, held: string) => `version ${version}, from the anchor ${anchor}; held: ${held}`,
  expires: 'expires',
  phase: (phase: string, kind: string, cortes: string, state: string) => `${phase} (${kind}): ${cortes}, ${state}`,
  refusedAt: (number: number, code: string) => `corte ${number} is refused: ${code}`,
  complete: 'complete',
  unbroken: 'unbroken',
  first: 'first',
  last: 'last',
  cadence: 'cadence',
  cadenceIs: (median: string, longest: string) => `${median} in the median, longest gap ${longest}`,
  signers: 'signers',
  head: 'head',
  notes: 'notes',
  acusesAhead: (count: number) => `${count} past the end of this copy`,
  acusesOfOthers: (count: number) => `${count} of phases that were not checked`,
  acuses: (good: number, refused: number) => `acuses: ${good} good, ${refused} refused`,
  acusesOf: (count: number, median: string, longest: string, fingerprint: string) =>
    `${count} acuses, admitted ${median} after the corte's hour in the median, ${longest} at most; key ${fingerprint}`,

  recibos: 'Published receipts of the nodes',
  recibosCount: (nodes: number, ofNodes: number, difusores: number, ofDifusores: number, number: number, phase: string) =>
    `${nodes} of ${ofNodes} nodes, of ${difusores} of ${ofDifusores} Difusores, signed that they publish corte ${number} of ${phase}`,
  recibosNone: (number: number, phase: string) =>
    `no receipts of corte ${number} of ${phase} here: who publishes it can not be told`,
  recibosNoPadron: (number: number, phase: string) =>
    `corte ${number} of ${phase} has no oficial/padron.json: whose keys sign receipts can not be told`,
  recibosUnread: (place: string, why: string) => `${place} could not be read, so what is there is not counted: ${why}`,
  recibosMissing: (names: string) => `no receipt of: ${names}`,
  recibosAdmitted: (names: string) => `hold it, and had not published it yet when they signed: ${names}`,
  recibosUnknown: (count: number) =>
    `receipts with keys that the padrón of this corte does not have, which prove nothing: ${count}`,
  reciboRefused: (place: string, entry: number, code: string, why: string) =>
    `receipt ${entry} of ${place}: ${code}: ${why}; it proves nothing, nor anything against whom it names`,
  recibosFile: (place: string, code: string, why: string) => `${place}: ${code}: ${why}`,
  recibosContrary: (node: string, number: number, phase: string) =>
    `with the key of ${node} another corte ${number} of ${phase} was signed for than the one of this chain`,

  sealed: 'time-stamps',
  sealedAre: (first: number, last: number, longest: string) =>
    `tokens of cortes from ${first} to ${last}, each standing for all before it; none was without one for longer than ${longest} after its hour`,
  notSealed: 'no token here: its hours are what was signed, and nothing more',
  sellos: (count: number, authorities: string) => `time-stamp tokens: ${count} good, of the authorities ${authorities}`,
  selloEarly: (number: number, phase: string, authority: string, hour: string, before: string, taken: string) =>
    `corte ${number} of ${phase}: the token of ${authority} is of ${hour}, ${before} before the hour that the corte says, ${taken}: one of two clocks was wrong, or was set so; which, a token does not tell`,
  selloFuture: (number: number, phase: string, authority: string, hour: string) =>
    `corte ${number} of ${phase}: the token of ${authority} is of ${hour}, which by this machine's clock is still to come`,
  selloRefused: (number: number, phase: string, authority: string, code: string, why: string) =>
    `corte ${number} of ${phase}: the file of ${authority} is no good token: ${code}: ${why}; it proves nothing, nor anything against anybody`,

  chainBehind: (number: number, phase: string, newer: number) =>
    `corte ${number} of ${phase} is the newest of this chain, and the site shows corte ${newer}, which the Institute signed too: give a newer chain (--chain)`,
  older: (number: number, phase: string, older: number) =>
    `corte ${number} of ${phase}: the site shows corte ${older}, whole, which is not stale yet: try again`,
  altered: (count: number) => `altered: ${count}`,
  folder: (path: string) => `${path}, the address at which readers open index.html`,
  asGzip: (count: number) => `of those, wrong only as a browser gets them, compressed: ${count}`,
  missing: (count: number) => `missing: ${count}`,
  stale: (count: number) => `stale: ${count}`,
  staleFrom: (path: string, number: number) => `${path}, as it was in corte ${number}`,
  disowned: (path: string, number: number) =>
    `${path}, as it was in a corte ${number} that was signed and is not in this chain any more: the custodians disowned it`,
  fork: (path: string, number: number) =>
    `${path}, as it is in a corte ${number} that was signed too, and is of another history than this chain: ask for its corte.json (audit compare)`,
  unplaced: (path: string, number: number) =>
    `${path}, as it is in a corte ${number} that was signed and is not in this chain, and that follows a corte which is not known here: compare both chains (audit compare)`,
  newer: (path: string, number: number) => `${path}, as it is in corte ${number}, which is newer than this chain`,
  gone: (path: string, number: number) =>
    `${path}, which is not there, as corte ${number}, which is newer than this chain, does not list it`,
  redirected: (count: number) => `redirected elsewhere: ${count}`,
  redirectedTo: (path: string, location: string) => `${path} to ${location}`,
  blocked: (count: number) => `blocked: ${count}`,
  because: (path: string, why: string) => `${path}: ${why}`,
  failed: (count: number) => `not to be had: ${count}`,
  unserved: (count: number) => `not compared, since not every site shows them: ${count}`,
  presentation: (name: string) => `presentation ${name}`,
  presentationBy: (name: string, title: string, difusor: string, first: number) =>
    `presentation ${name}, “${title}”, authorised for ${difusor} from corte ${first} on`,
  presentationSame: (files: number) => `${files} files, the same to the byte as authorised; its data are the corte's`,
  presentationAltered: 'not what was authorised',
  presentationUnauthorised: 'shown, and not authorised with this corte',
  presentationNotShown: 'not shown here',
  presentationFailed: 'could not be compared',
  presentationData: (what: string) => `its data: ${what}`,
  andMore: (count: number) => `… and ${count} more`,
  showsAviso: (number: number, phase: string) =>
    `corte ${number} of ${phase}: the site shows the notice in place of results: nothing to compare, and nothing falsified`,
  showsEspera: (number: number, phase: string) =>
    `corte ${number} of ${phase}: the site shows that publication has not begun: nothing to compare, and nothing falsified`,
  showsNothing: (number: number, phase: string, files: number) =>
    `corte ${number} of ${phase}: no publication here, not one of ${files} files: is the address right?`,
  same: (number: number, phase: string, files: number, same: number) =>
    `corte ${number} of ${phase}: ${files} files, ${same} the same to the byte`,
  sampleSame: (number: number, phase: string, files: number, seed: string, same: number) =>
    `corte ${number} of ${phase}: ${files} files, a sample drawn by the seed ${seed}, ${same} the same to the byte`,

  newest: 'newest',
  behind: (cortes: number, span: string) => `${cortes} behind, ${span}`,
  noCorte: 'no corte',
  oneHistory: 'one history',
  twoHistories: (what: string, one: string, other: string) => `two histories: ${what} is one in ${one} and another in ${other}`,
  trustDocument: (version: number) => `trust document ${version}`,
  corteOf: (number: number, phase: string) => `corte ${number} of ${phase}`,
  disownedThere: (place: string, signer: string, trust: number) =>
    `${place}: its signer ${signer} may not sign that number by trust ${trust}: it does not count, which a site may not have heard of yet`,
  proof: (folder: string) => `the proof is in ${folder}`,
  noFolder: 'no folder',

  authentic: (number: number, phase: string) => `corte ${number} of ${phase}: authentic`,
  hour: 'hour',
  signedBy: 'signer',
  version: (version: number) => `version ${version}`,
  hash: 'hash',
  files: 'files',
  filesAre: (files: number, bytes: number, packed: number, packageBytes: number) =>
    `${files}, ${bytes} bytes; ${packed} in the package, ${packageBytes} bytes`,
  note: 'note',
};

const es: SameAs<typeof en> = {
  whatWasChecked: 'qué se comprobó',
  checked: 'comprobado',
  notChecked: 'sin comprobar',
  election: 'elección',
  trust: 'confianza',
  trustIs: (version, anchor, held) => `versión ${version}, desde el ancla ${anchor}; se tienen: ${held}`,
  expires: 'vence',
  phase: (phase, kind, cortes, state) => `${phase} (${kind}): ${cortes}, ${state}`,
  refusedAt: (number, code) => `se rechaza el corte ${number}: ${code}`,
  complete: 'completa',
  unbroken: 'sin interrupción',
  first: 'primero',
  last: 'último',
  cadence: 'cadencia',
  cadenceIs: (median, longest) => `${median} en la mediana; la pausa más larga, ${longest}`,
  signers: 'firmantes',
  head: 'último código',
  notes: 'notas',
  acusesAhead: (count) => `${count} de después del final de esta copia`,
  acusesOfOthers: (count) => `${count} de fases que no se comprobaron`,
  acuses: (good, refused) =>
    `acuses: ${good === 1 ? '1 bueno' : `${good} buenos`}, ${refused === 1 ? '1 rechazado' : `${refused} rechazados`}`,
  acusesOf: (count, median, longest, fingerprint) =>
    `${count === 1 ? '1 acuse' : `${count} acuses`}; admisión, ${median} después de la hora del corte en la mediana, ${longest} a lo más; llave ${fingerprint}`,

  recibos: 'Acuses publicados de los nodos',
  recibosCount: (nodes, ofNodes, difusores, ofDifusores, number, phase) =>
    `${nodes} de ${ofNodes} nodos, de ${difusores} de ${ofDifusores} Difusores, firmaron que publican el corte ${number} de ${phase}`,
  recibosNone: (number, phase) => `aquí no hay acuses del corte ${number} de ${phase}: no se puede saber quién lo publica`,
  recibosNoPadron: (number, phase) =>
    `el corte ${number} de ${phase} no trae oficial/padron.json: no se puede saber de quién son las llaves de los acuses`,
  recibosUnread: (place, why) => `${place} no se pudo leer, y lo que haya ahí no se cuenta: ${why}`,
  recibosMissing: (names) => `sin acuse: ${names}`,
  recibosAdmitted: (names) => `lo tienen, y al firmar todavía no lo publicaban: ${names}`,
  recibosUnknown: (count) => `acuses con llaves que el padrón de este corte no tiene, y que no prueban nada: ${count}`,
  reciboRefused: (place, entry, code, why) =>
    `acuse ${entry} de ${place}: ${code}: ${why}; no prueba nada, tampoco contra quien nombra`,
  recibosFile: (place, code, why) => `${place}: ${code}: ${why}`,
  recibosContrary: (node, number, phase) =>
    `con la llave de ${node} se firmó el acuse de otro corte ${number} de ${phase} que el de esta cadena`,

  sealed: 'sellos de tiempo',
  sealedAre: (first, last, longest) =>
    `sellos de cortes del ${first} al ${last}, y cada uno vale también por los anteriores; ninguno estuvo sin uno más de ${longest} después de su hora`,
  notSealed: 'aquí no hay ninguno: sus horas son las que se firmaron, y nada más',
  sellos: (count, authorities) =>
    `sellos de tiempo: ${count === 1 ? '1 bueno' : `${count} buenos`}, de las autoridades ${authorities}`,
  selloEarly: (number, phase, authority, hour, before, taken) =>
    `corte ${number} de ${phase}: el sello de ${authority} es de ${hour}, ${before} antes de la hora que dice el corte, ${taken}: uno de los dos relojes estaba mal, o así se puso; cuál, un sello no lo dice`,
  selloFuture: (number, phase, authority, hour) =>
    `corte ${number} de ${phase}: el sello de ${authority} es de ${hour}, que según el reloj de este equipo todavía no llega`,
  selloRefused: (number, phase, authority, code, why) =>
    `corte ${number} de ${phase}: el archivo de ${authority} no es un sello bueno: ${code}: ${why}; no prueba nada, tampoco contra nadie`,

  chainBehind: (number, phase, newer) =>
    `el corte ${number} de ${phase} es el más nuevo de esta cadena, y el sitio muestra el ${newer}, que también firmó el Instituto: dé una cadena más nueva (--chain)`,
  older: (number, phase, older) =>
    `corte ${number} de ${phase}: el sitio muestra el corte ${older}, completo, que todavía no está atrasado: intente otra vez`,
  altered: (count) => `alterados: ${count}`,
  folder: (path) => `${path}, la dirección por la que se abre index.html`,
  asGzip: (count) => `de ellos, mal sólo como los recibe un navegador, comprimidos: ${count}`,
  missing: (count) => `faltan: ${count}`,
  stale: (count) => `atrasados: ${count}`,
  staleFrom: (path, number) => `${path}, como era en el corte ${number}`,
  disowned: (path, number) =>
    `${path}, como era en un corte ${number} que se firmó y que ya no está en esta cadena: los custodios lo desconocieron`,
  fork: (path, number) =>
    `${path}, como es en un corte ${number} que también se firmó, y que es de otra historia que esta cadena: pida su corte.json (audit compare)`,
  unplaced: (path, number) =>
    `${path}, como es en un corte ${number} que se firmó y que no está en esta cadena, y que sigue a uno que aquí no se conoce: compare ambas cadenas (audit compare)`,
  newer: (path, number) => `${path}, como es en el corte ${number}, que es más nuevo que esta cadena`,
  gone: (path, number) => `${path}, que no está: el corte ${number}, que es más nuevo que esta cadena, ya no lo tiene`,
  redirected: (count) => `desviados a otro sitio: ${count}`,
  redirectedTo: (path, location) => `${path} a ${location}`,
  blocked: (count) => `bloqueados: ${count}`,
  because: (path, why) => `${path}: ${why}`,
  failed: (count) => `no se pudieron obtener: ${count}`,
  unserved: (count) => `sin comparar, porque no todos los sitios los muestran: ${count}`,
  presentation: (name) => `presentación ${name}`,
  presentationBy: (name, title, difusor, first) =>
    `presentación ${name}, «${title}», autorizada para ${difusor} desde el corte ${first}`,
  presentationSame: (files) =>
    `${files === 1 ? '1 archivo' : `${files} archivos`}, iguales byte por byte a lo autorizado; sus datos son los del corte`,
  presentationAltered: 'no es lo que se autorizó',
  presentationUnauthorised: 'se muestra, y no está autorizada con este corte',
  presentationNotShown: 'aquí no se muestra',
  presentationFailed: 'no se pudo comparar',
  presentationData: (what) => `sus datos: ${what}`,
  andMore: (count) => `… y ${count} más`,
  showsAviso: (number, phase) =>
    `corte ${number} de ${phase}: el sitio muestra el aviso en lugar de resultados: no hay nada que comparar, ni nada falsificado`,
  showsEspera: (number, phase) =>
    `corte ${number} de ${phase}: el sitio dice que la publicación no ha comenzado: no hay nada que comparar, ni nada falsificado`,
  showsNothing: (number, phase, files) =>
    `corte ${number} de ${phase}: aquí no está la publicación, ni uno de ${files} archivos: ¿es la dirección correcta?`,
  same: (number, phase, files, same) => `corte ${number} de ${phase}: ${files} archivos, ${same} iguales byte por byte`,
  sampleSame: (number, phase, files, seed, same) =>
    `corte ${number} de ${phase}: ${files} archivos, muestra sorteada por la semilla ${seed}, ${same} iguales byte por byte`,

  newest: 'el más nuevo',
  behind: (cortes, span) => `${cortes === 1 ? '1 corte' : `${cortes} cortes`} de atraso, ${span}`,
  noCorte: 'sin cortes',
  oneHistory: 'una sola historia',
  twoHistories: (what, one, other) => `dos historias: ${what} es uno en ${one} y otro en ${other}`,
  trustDocument: (version) => `el documento de confianza ${version}`,
  corteOf: (number, phase) => `el corte ${number} de ${phase}`,
  disownedThere: (place, signer, trust) =>
    `${place}: su firmante ${signer} no puede firmar ese número según el documento de confianza ${trust}: no cuenta, y un sitio puede no saberlo todavía`,
  proof: (folder) => `la prueba está en ${folder}`,
  noFolder: 'ninguna carpeta',

  authentic: (number, phase) => `corte ${number} de ${phase}: auténtico`,
  hour: 'hora',
  signedBy: 'firmante',
  version: (version) => `versión ${version}`,
  hash: 'código',
  files: 'archivos',
  filesAre: (files, bytes, packed, packageBytes) => `${files}, ${bytes} bytes; ${packed} en el paquete, ${packageBytes} bytes`,
  note: 'nota',
};

export const REPORT = bilingual(en, es);
