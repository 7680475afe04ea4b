import type { Code } from '../../format/refusal.ts';
import { Said } from '../../format/said.ts';
import { factsOf } from './facts.ts';
import type { TroubleCode } from './trouble.ts';

/** What a trouble is called in plain Spanish, by its code alone. */

/** For the war room: why a node refused what was brought to it. */
const REFUSAL_WORDS: Readonly<Record<Code, string>> = {
  'delivery-malformed': 'trae algo que no es de una entrega',
  'delivery-incomplete': 'le falta un archivo',
  'too-large': 'un archivo es demasiado grande',
  'signature-malformed': 'la firma no tiene la forma debida',
  'signature-invalid': 'la firma no corresponde al contenido',
  'signer-unknown': 'quien la firmó no está autorizado',
  'signer-out-of-range': 'esa llave no podía firmar ese número',
  'statement-malformed': 'lo que el corte declara no tiene la forma exacta',
  'wrong-election': 'es de otra elección',
  'wrong-phase': 'es de otra fase',
  'trust-missing': 'no tiene el documento de confianza que nombra',
  'trust-mismatch': 'nombra otro documento de confianza que el suyo',
  'trust-expired': 'su documento de confianza venció',
  gap: 'le falta el corte anterior',
  fork: 'tiene otro corte con ese número',
  'after-final': 'ya tiene el corte final',
  'time-order': 'su hora no es posterior a la del corte anterior',
  'time-future': 'su reloj está atrasado, o el del IEC, adelantado',
  'phase-closed': 'su hora es posterior al cierre de la fase',
  'manifest-mismatch': 'el manifiesto no es el firmado',
  'manifest-malformed': 'el manifiesto no tiene la forma debida',
  'path-forbidden': 'trae un nombre de archivo prohibido',
  'package-mismatch': 'el paquete no es el firmado',
  'package-malformed': 'el paquete no tiene la forma debida',
  'content-mismatch': 'el contenido no es el del manifiesto',
  'content-missing': 'falta contenido que el manifiesto nombra',
  'trust-malformed': 'el documento de confianza no tiene la forma exacta',
  'trust-version': 'el documento de confianza no sigue al anterior',
  'trust-threshold': 'al documento de confianza le faltan firmas',
  'trust-rewrites': 'el documento de confianza cambia lo que ya se había dicho',
  'trust-fork': 'tiene otro documento de confianza con ese número',
};

/** For the war room: what happened, and what to look at. */
const TROUBLE_WORDS: Readonly<Record<Exclude<TroubleCode, Code>, string>> = {
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
  'cut-off': 'No se alcanza a ningún Difusor, o a casi ninguno, a la vez: es probable que sea la conexión del IEC',
  'corte-lost': 'Al IEC le falta un corte que este nodo ya publicó',
  'not-asked': 'El equipo del IEC no sabe si otro ya firmó el siguiente corte, y no ha podido preguntar a todos los nodos',
  'iec-failed': 'Falla en el equipo del IEC',
  'source-changed': 'La publicación del IEC cambió mientras se leía',
  'iec-clock': 'El reloj del equipo del IEC está mal, o lo estuvo',
  'iec-disk-full': 'El disco del servidor del IEC está lleno',
};

/** A sentence for the war room. */
export function troubleWords(code: TroubleCode): string {
  return isRefusal(code) ? `El nodo rechazó la entrega: ${REFUSAL_WORDS[code]}` : TROUBLE_WORDS[code];
}

function isRefusal(code: TroubleCode): code is Code {
  return Object.hasOwn(REFUSAL_WORDS, code);
}

/**
 * What a record says of a trouble, for people: it has the detail in English alone, as JSON does. In Spanish it is told by
 * its code, with what of the detail needs no translation.
 */
export function recalled(code: TroubleCode, detail: string): Said {
  const facts = factsOf(detail).join(', ');
  const words = troubleWords(code).replace(/^./, (first) => first.toLowerCase());
  return new Said(detail, facts === '' ? words : `${words} (${facts})`);
}
