import type { TroubleCode } from '../link/trouble.ts';
import type { NodeRecord } from '../record/node-record.ts';
import type { State } from '../record/standing.ts';

/** What the war room and citizens read, in plain Spanish. Names and codes appear only in the records. */

const STATE_WORDS: Readonly<Record<State, string>> = {
  'sin-contacto': 'Sin contacto',
  'al-dia': 'Al día',
  '1-falla': '1 periodo fallido',
  '2-fallas': '2 o más periodos fallidos',
  interrumpido: 'Interrumpido',
  recuperado: 'Recuperado',
};

/** How a node stands. For `2-fallas`, which means two or more, it says how many. */
export function stateWords({ state, failed }: NodeRecord['standing']): string {
  return state === '2-fallas' ? `${failed} periodos fallidos` : STATE_WORDS[state];
}

/** For the war room: what happened, and what to look at. */
const TROUBLE_WORDS: Partial<Readonly<Record<TroubleCode, string>>> = {
  unreachable: 'No hay conexión con el servidor',
  'no-answer': 'El servidor acepta la conexión y no responde',
  stalled: 'La conexión dejó de responder a media transmisión, o va demasiado lenta',
  'no-agreement': 'El servidor y el IEC no tienen en común ningún algoritmo de SSH: uno de los dos es demasiado viejo',
  'connection-lost': 'La conexión se cortó',
  'host-key-changed': 'La llave del servidor no es la registrada: puede ser otro equipo. No se envió nada',
  'login-refused': 'El servidor no acepta la cuenta o la llave del IEC',
  'no-sftp': 'La cuenta no da acceso a SFTP',
  'inbox-missing': 'No existe la carpeta de entrega',
  'inbox-forbidden': 'La cuenta no tiene permiso de escribir en la carpeta de entrega',
  'outbox-missing': 'No existe la carpeta de acuses',
  'outbox-forbidden': 'La cuenta no tiene permiso de leer los acuses',
  'outbox-too-large': 'El servidor manda más de lo debido: su carpeta de acuses es desmedida',
  'disk-full': 'El disco del servidor está lleno',
  'write-failed': 'El servidor no pudo guardar la entrega',
  'acuse-forged': 'El acuse no está firmado por el nodo registrado',
  'acuse-other-corte': 'El nodo firma acuses de un corte que no es del IEC',
  'acuse-future': 'Hay un acuse de un corte que todavía no existe',
  'not-taken': 'La entrega está en el servidor y nadie la toma: ¿está encendido el servicio?',
  'no-acuse': 'El nodo no entregó el acuse',
  'clock-skew': 'El reloj del servidor está desfasado',
  'node-failed': 'El servidor respondió con una falla',
  'daemon-silent': 'Su servicio no da señales, aunque el servidor responde: ¿está encendido?',
  'corte-lost': 'Al IEC le falta un corte que este nodo ya publicó',
  'iec-failed': 'Falla en el equipo del IEC',
  'trust-expired': 'El nodo rechazó la entrega: su documento de confianza venció',
  'time-future': 'El nodo rechazó la entrega: su reloj está atrasado',
  fork: 'El nodo rechazó la entrega: tiene otro corte con ese número',
};

export function troubleWords(code: TroubleCode): string {
  return TROUBLE_WORDS[code] ?? `El nodo rechazó la entrega (${code})`;
}

/** For the war room: why there is no corte of this period yet. */
export function packWords(code: TroubleCode): string {
  switch (code) {
    case 'source-changed':
      return 'la publicación cambió mientras se leía';
    case 'iec-disk-full':
      return 'el disco de este servidor está lleno';
    case 'corte-lost':
      return 'a este servidor le falta un corte que un difusor ya publicó: no se firma otro con su número';
    case 'signer-unknown':
    case 'signer-out-of-range':
      return 'la llave de firma no puede firmar este corte';
    case 'trust-expired':
      return 'el documento de confianza venció';
    case 'path-forbidden':
    case 'manifest-malformed':
    case 'too-large':
      return 'la publicación tiene algo que ningún Difusor aceptaría';
    default:
      return 'hay una falla en este servidor';
  }
}

/** For everyone: why a link is disabled. It says no more about a Difusor's machines than a citizen needs. */
export function causeWords(code: TroubleCode): string {
  switch (code) {
    case 'unreachable':
    case 'no-answer':
    case 'stalled':
    case 'connection-lost':
      return 'se perdió la conexión con su servidor y no se ha podido restablecer';
    case 'host-key-changed':
    case 'login-refused':
    case 'no-agreement':
    case 'no-sftp':
      return 'no se pudo establecer una conexión segura con su servidor';
    case 'corte-lost':
    case 'iec-failed':
      return 'por una falla técnica del Instituto no se le han podido enviar los cortes';
    default:
      return 'su servidor no ha confirmado la publicación de los cortes más recientes';
  }
}
