import type { Phase } from '../format/trust.ts';

/**
 * The faults of a drill: what is done, what must then be seen, within what time, and how it is undone. A table of
 * values: who does it is in `node/` and `fleet/`. Its sentences are in Spanish, since all of them are handed in.
 */
export interface Fault {
  readonly id: FaultId;
  readonly title: string;
  readonly done: string;
  readonly expected: string;
  readonly undone: string;
  /** seconds in which all that is expected must have been seen, by the phase's rules */
  readonly within: (rules: Rules, how?: How) => number;
  /** once it is undone, seconds in which what must come back must have been seen; 0 where nothing is waited for */
  readonly back: (rules: Rules) => number;
  /** how often it is begun at most */
  readonly tries: number;
}

type Rules = Pick<Phase, 'period_seconds' | 'missed_limit' | 'grace_seconds'>;

/** What a bound may hang on beside the phase's rules. */
export interface How {
  /** whether the custodians' document lies ready; by default they still have to meet */
  readonly isPrepared?: boolean;
}

/** In the order in which they are made: first what changes nothing, last what takes long or can't be taken back. */
export const NODE_FAULTS = [
  'firma-desconocida',
  'firma-alterada',
  'corte-renombrado',
  'corte-repetido',
  'pagina-alterada',
  'demonio-muerto',
  'demonio-detenido',
  'reloj-adelantado',
  'disco-lleno',
  'enlace-lento',
  'enlace-cortado',
  'servicio-parado',
  'llave-robada',
] as const;

export const FLEET_FAULTS = ['flota-firma-desconocida', 'flota-firma-alterada', 'flota-corte-repetido', 'flota-silencio'] as const;

export type NodeFaultId = (typeof NODE_FAULTS)[number];
export type FleetFaultId = (typeof FLEET_FAULTS)[number];
export type FaultId = NodeFaultId | FleetFaultId;

/** Seconds for which a corte may be shown while the next one is due (docs/format.md, the rule of the missed periods). */
export function allowedSeconds({ period_seconds, missed_limit, grace_seconds }: Rules): number {
  return missed_limit * period_seconds + grace_seconds;
}

/** A pass over the inbox takes seconds; a busy machine gets a minute. */
const PASS = 60;
/** The notice, once it is due, s: the daemon and the guard look every second. */
export const NOTICE = 30;
/** The same as the nodes of a fleet say it, s: a node's status is written every 15 s, and all of them are asked. */
export const FLEET_NOTICE = 60;
/** systemd's watchdog of the daemon (WatchdogSec=30), the start, and a busy machine. */
const WATCHDOG = 120;
/** How long custodians may take to end a key, by the procedure of docs/simulacros.md. */
const CUSTODIANS = 3600;

/** The IEC's next corte, once it can come again: after the period under way, and the IEC tries again by itself. */
const nextCorte = ({ period_seconds }: Rules) => 2 * period_seconds + 120;
const nothingWaited = () => 0;

export const NOTHING = 'No hace falta: la entrega sale sola de la carpeta de llegada';

export const NOT_UNDONE = 'No se deshace: la llave queda dada de baja. Es una llave de simulacro';

export const FAULTS: Readonly<Record<FaultId, Fault>> = {
  'firma-desconocida': {
    id: 'firma-desconocida',
    title: 'Corte falso, con una llave que nadie reconoce',
    done: 'Se deja en la carpeta de llegada un corte bien formado, firmado con una llave hecha en ese momento',
    expected: 'El nodo lo rechaza (signer-unknown), lo aparta con su motivo y el público no cambia',
    undone: NOTHING,
    within: () => PASS,
    back: nothingWaited,
    tries: 1,
  },
  'firma-alterada': {
    id: 'firma-alterada',
    title: 'Corte alterado después de firmarse',
    done: 'Se cambia el número del último corte y se entrega con la firma auténtica del original',
    expected: 'El nodo lo rechaza (signature-invalid) y el público no cambia',
    undone: NOTHING,
    within: () => PASS,
    back: nothingWaited,
    tries: 1,
  },
  'corte-renombrado': {
    id: 'corte-renombrado',
    title: 'Corte anterior que se hace pasar por uno nuevo',
    done: 'Se entrega un corte auténtico y ya publicado con el nombre de uno posterior',
    expected: 'El nodo lo rechaza (statement-malformed) y el público no retrocede',
    undone: NOTHING,
    within: () => PASS,
    back: nothingWaited,
    tries: 1,
  },
  'corte-repetido': {
    id: 'corte-repetido',
    title: 'Corte repetido, tal cual',
    done: 'Se entrega otra vez un corte auténtico que ya se había publicado',
    expected: 'El nodo lo reconoce, lo retira de la carpeta de llegada y no cambia nada',
    undone: NOTHING,
    within: () => PASS,
    back: nothingWaited,
    tries: 1,
  },
  'pagina-alterada': {
    id: 'pagina-alterada',
    title: 'Página pública alterada',
    done: 'Se sustituye un archivo de lo publicado por otro que difiere en un byte',
    expected: 'El recorrido lo encuentra, guarda la prueba y devuelve la página firmada antes de un periodo',
    undone: 'Si el nodo no lo hizo, se devuelve el archivo desde el contenido verificado',
    within: ({ period_seconds }) => Math.max(period_seconds, PASS),
    back: nothingWaited,
    tries: 3,
  },
  'demonio-muerto': {
    id: 'demonio-muerto',
    title: 'Servicio muerto (kill -9)',
    done: 'Se mata el proceso del servicio, sin aviso',
    expected: 'Lo inicia de nuevo systemd, vuelve a dar señales y los lectores no dejan de ver el corte',
    undone: 'Si no volvió solo, se inicia el servicio',
    within: () => PASS,
    back: nothingWaited,
    tries: 1,
  },
  'demonio-detenido': {
    id: 'demonio-detenido',
    title: 'Servicio trabado (SIGSTOP)',
    done: 'Se detiene el proceso del servicio sin terminarlo, como si se hubiera trabado',
    expected: 'El perro guardián de systemd lo nota, lo termina y lo inicia de nuevo; los lectores siguen viendo el corte',
    undone: 'Se deja seguir el proceso, si aún es el mismo',
    within: () => WATCHDOG,
    back: nothingWaited,
    tries: 1,
  },
  'reloj-adelantado': {
    id: 'reloj-adelantado',
    title: 'Reloj adelantado (sólo el del servicio)',
    done: 'Se reinicia el servicio con un reloj propio (libfaketime) adelantado; el de la máquina no se toca',
    expected: 'El corte le parece atrasado y los lectores ven el aviso; con la hora buena, otra vez el corte',
    undone: 'Se quita el añadido de /run y se reinicia el servicio con la hora de la máquina',
    within: () => WATCHDOG,
    back: () => WATCHDOG,
    tries: 1,
  },
  'disco-lleno': {
    id: 'disco-lleno',
    title: 'Disco lleno',
    done: 'Se llena con un archivo de relleno el sistema de archivos propio del nodo; nunca el de la máquina',
    expected: 'El nodo dice que no le queda espacio, sigue dando señales y los lectores siguen viendo el corte',
    undone: 'Se borra el archivo de relleno',
    within: () => PASS,
    back: nothingWaited,
    tries: 1,
  },
  'enlace-lento': {
    id: 'enlace-lento',
    title: 'Enlace lento',
    done: 'Se limita, sólo desde la dirección del IEC, lo que entra por segundo',
    expected: 'El siguiente corte llega y se publica antes de que toque el aviso',
    undone: 'Se quita la regla del cortafuegos',
    within: (rules) => allowedSeconds(rules),
    back: nothingWaited,
    tries: 1,
  },
  'enlace-cortado': {
    id: 'enlace-cortado',
    title: 'Enlace cortado',
    done: 'Se descarta, sólo desde la dirección del IEC, todo lo que llega',
    expected: 'Los lectores ven el aviso cuando toca, ni antes ni después; restablecido el enlace, el siguiente corte',
    undone: 'Se quita la regla del cortafuegos',
    within: (rules) => allowedSeconds(rules) + NOTICE,
    back: nextCorte,
    tries: 1,
  },
  'servicio-parado': {
    id: 'servicio-parado',
    title: 'Servicio caído: avisa el guardia',
    done: 'Se para el servicio (systemctl stop) y no se inicia',
    expected: 'El guardia muestra el aviso cuando toca; iniciado el servicio, se publica lo que esperaba',
    undone: 'Se inicia el servicio',
    within: (rules) => allowedSeconds(rules) + NOTICE,
    back: nextCorte,
    tries: 1,
  },
  'llave-robada': {
    id: 'llave-robada',
    title: 'Llave de firma robada',
    done: 'Los custodios dan de baja la llave del simulacro con un documento de confianza nuevo, que se entrega al nodo',
    expected: 'El nodo aplica el documento y desde entonces sólo reconoce la llave que lo releva',
    undone: NOT_UNDONE,
    within: (_, { isPrepared = false } = {}) => (isPrepared ? PASS : CUSTODIANS),
    back: nothingWaited,
    tries: 1,
  },
  'flota-firma-desconocida': {
    id: 'flota-firma-desconocida',
    title: 'Corte falso a cada Difusor, con una llave que nadie reconoce',
    done: 'Se entrega por SFTP a cada nodo un corte bien formado, firmado con una llave hecha en ese momento',
    expected: 'Cada nodo lo rechaza (signer-unknown) y lo cuenta en su bandeja de salida; su sitio no cambia',
    undone: NOTHING,
    within: () => PASS,
    back: nothingWaited,
    tries: 1,
  },
  'flota-firma-alterada': {
    id: 'flota-firma-alterada',
    title: 'Corte alterado a cada Difusor',
    done: 'Se entrega por SFTP a cada nodo el último corte con otro número y la firma del original',
    expected: 'Cada nodo lo rechaza (signature-invalid) y lo cuenta en su bandeja de salida; su sitio no cambia',
    undone: NOTHING,
    within: () => PASS,
    back: nothingWaited,
    tries: 1,
  },
  'flota-corte-repetido': {
    id: 'flota-corte-repetido',
    title: 'Corte repetido a cada Difusor',
    done: 'Se entrega por SFTP a cada nodo un corte auténtico que ya había confirmado',
    expected: 'Cada nodo lo reconoce y lo retira sin cambiar nada; su sitio no cambia',
    undone: NOTHING,
    within: () => PASS,
    back: nothingWaited,
    tries: 1,
  },
  'flota-silencio': {
    id: 'flota-silencio',
    title: 'El IEC calla',
    done: 'Se para el servicio del IEC (systemctl stop): no sale ningún corte',
    expected: 'En cada sitio aparece el aviso cuando toca; iniciado el servicio, el siguiente corte',
    undone: 'Se inicia el servicio del IEC',
    within: (rules) => allowedSeconds(rules) + FLEET_NOTICE,
    back: nextCorte,
    tries: 1,
  },
};
