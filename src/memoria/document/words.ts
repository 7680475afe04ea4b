import { CODES, type Code } from '../../format/refusal.ts';
import { spanOf } from '../../html/span.ts';
import type { FileFigures } from '../figures.ts';
import type { Incident, Kind } from '../incident/kinds.ts';
import type { Source } from '../incident/shown.ts';
import { many } from './numbers.ts';

/** The sentences about what happened, for the Consejo General: plain Spanish, each kind and each code in its own words. */

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  aviso: 'Aviso a la vista',
  espera: 'Espera después de la apertura',
  'corte-tardio': 'Pausa entre cortes',
  reinicio: 'Reinicio del programa',
  caida: 'Interrupción del programa',
  alteracion: 'Archivos alterados',
  rechazo: 'Entregas rechazadas',
  diferido: 'Entregas en espera',
  revocacion: 'Cortes desconocidos',
  'sin-final': 'Cierre sin corte final',
  puerto: 'Puerto integrado',
  acceso: 'Intentos de entrada',
  falla: 'Falla del equipo',
  reparacion: 'Reparación',
  bitacora: 'Bitácora detenida',
  reloj: 'Reloj',
  registro: 'Registro incompleto',
};

export function kindWords(kind: Kind): string {
  return KIND_WORDS[kind];
}

/** Why a delivery was refused, or had to wait. */
const CODE_WORDS: Readonly<Record<Code, string>> = {
  'delivery-malformed': 'no era una entrega del IEC',
  'delivery-incomplete': 'llegó incompleta',
  'too-large': 'excedía los límites',
  'signature-malformed': 'su firma no tenía la forma debida',
  'signature-invalid': 'su firma no correspondía a su contenido',
  'signer-unknown': 'la firmó una llave que no está en la lista de confianza',
  'signer-out-of-range': 'la llave que la firmó no podía firmar ese corte',
  'statement-malformed': 'su declaración no tenía la forma debida',
  'wrong-election': 'era de otra elección',
  'wrong-phase': 'era de otra fase',
  'trust-missing': 'faltaba el documento de confianza que nombra',
  'trust-mismatch': 'nombra otro documento de confianza que el vigente',
  'trust-expired': 'el documento de confianza había vencido',
  gap: 'faltaba un corte anterior',
  fork: 'era otro corte con un número ya publicado',
  'after-final': 'llegó después del corte final',
  'time-order': 'su hora no era posterior a la del corte anterior',
  'time-future': 'su hora estaba en el futuro',
  'phase-closed': 'la fase había cerrado',
  'manifest-mismatch': 'su lista de archivos no era la firmada',
  'manifest-malformed': 'su lista de archivos no tenía la forma debida',
  'path-forbidden': 'tenía un nombre de archivo no permitido',
  'package-mismatch': 'su paquete no era el firmado',
  'package-malformed': 'su paquete no tenía la forma debida',
  'content-mismatch': 'un archivo no era el firmado',
  'content-missing': 'le faltaba un archivo',
  'trust-malformed': 'el documento de confianza no tenía la forma debida',
  'trust-version': 'el documento de confianza no era el que sigue',
  'trust-threshold': 'al documento de confianza le faltaban firmas de custodios',
  'trust-rewrites': 'el documento de confianza cambiaba lo ya publicado',
  'trust-fork': 'era otro documento de confianza con la misma versión',
};

/** Why, in words; a code of another version as it is. @internal */
export function codeWords(code: string): string {
  const known = CODES.find((one) => one === code);
  return known === undefined ? `razón: ${code}` : CODE_WORDS[known];
}

const SOURCE_WORDS: Readonly<Record<Source, string>> = {
  registro: '',
  acuse: ' Se sabe por el acuse firmado; el registro no lo dice.',
  regla: ' Se deduce de la regla de los periodos fallidos; el registro no lo dice.',
};

/** What happened, in a sentence or two. The examples are shown beside it. */
export function incidentWords(incident: Incident): string {
  const { kind, number, count, restored, code, from, to, source } = incident;
  const corte = number === null ? '' : ` del corte ${number}`;
  switch (kind) {
    case 'aviso':
      return `En lugar${corte || ' de un corte'} se vio el aviso de que la información no se está actualizando.${source === 'cadena' ? '' : SOURCE_WORDS[source]}`;
    case 'espera':
      return 'La publicación ya había abierto y todavía no había un corte que mostrar: se vio la página de espera.';
    case 'corte-tardio': {
      const passed = count === 1 ? 'Pasó 1 periodo' : `Pasaron ${count} periodos`;
      return number === null
        ? `${passed} sin un corte nuevo del IEC, y el último no era el final.`
        : `${passed} sin un corte nuevo del IEC, según las horas firmadas; el siguiente fue el corte ${number}.`;
    }
    case 'reinicio':
      return code === 'stopped'
        ? 'El programa se detuvo y no volvió a arrancar en el periodo.'
        : `El programa se detuvo y volvió a arrancar (${spanOf((to - from) / 1000)}).`;
    case 'caida':
      return 'El programa terminó sin avisar. La primera hora es la última en que el registro lo muestra trabajando; la segunda, la de su nuevo arranque.';
    case 'alteracion':
      return alterationWords(count, restored ?? 0, corte);
    case 'rechazo':
      return `${many(count, 'entrega no se publicó', 'entregas no se publicaron')}: ${codeWords(code ?? '')}.`;
    case 'diferido':
      return `${many(count, 'vez tuvo', 'veces tuvo')} que esperar una entrega: ${codeWords(code ?? '')}.`;
    case 'revocacion':
      return `Un documento de confianza desconoció ${many(count, 'corte, que se retiró', 'cortes, que se retiraron')}.`;
    case 'sin-final':
      return `La fase cerró y el último corte${number === null ? '' : `, el ${number},`} no era el final.`;
    case 'puerto':
      return `El proceso del puerto integrado (${code}) terminó y se volvió a iniciar (${many(count, 'vez', 'veces')}).`;
    case 'acceso':
      return `${many(count, 'intento de entrada rechazado', 'intentos de entrada rechazados')} en la entrada SFTP integrada.`;
    case 'falla':
      return `${many(count, 'falla', 'fallas')} del equipo; el programa ${count === 1 ? 'la' : 'las'} registró así:`;
    case 'reparacion':
      return `${many(count, 'vez', 'veces')} se rehízo contenido a partir de la cadena.`;
    case 'bitacora':
      return `El servidor web no registró las consultas: el espacio que quedaba en el disco se guardó para los cortes.${code === 'stopped' ? ' No volvió a registrarlas en el periodo.' : ''} A los lectores se les siguió contestando.`;
    case 'reloj':
      return `El reloj del equipo retrocedió ${spanOf(count)}.`;
    case 'registro':
      return code === null
        ? 'El registro del nodo comienza después: de lo anterior no se sabe más que lo que dicen los acuses.'
        : `${many(count, 'renglón', 'renglones')} del registro no se pueden leer.`;
  }
}

function alterationWords(count: number, restored: number, corte: string): string {
  const lost = count - restored;
  const head = `${many(count, 'archivo publicado', 'archivos publicados')}${corte} no ${count === 1 ? 'era' : 'eran'} como ${count === 1 ? 'lo' : 'los'} hizo el IEC`;
  if (lost === 0)
    return `${head}; ${count === 1 ? 'se restauró' : 'se restauraron todos'} al encontrarlo${count === 1 ? '' : 's'}.`;
  return `${head}; se restauraron ${restored} y se ${lost === 1 ? 'retiró' : 'retiraron'} ${lost}.`;
}

const STATE_WORDS: Readonly<Record<FileFigures['state'], string>> = {
  whole: 'completa',
  cut: 'el archivo comprimido está cortado: se contó lo que se pudo leer',
  damaged: 'dañada: se contó lo que se pudo leer',
  'no-log': 'casi nada en ella es un renglón de bitácora: se dejó de leer; lo leído se contó',
  empty: 'vacía',
  repeated: 'repetida: no se contó otra vez',
};

export function fileStateWords({ state, sameAs, lines }: FileFigures): string {
  if (state === 'no-log' && lines === 0) return 'no es una bitácora: no se contó';
  return sameAs === null ? STATE_WORDS[state] : `está entera en ${sameAs}: no se contó otra vez`;
}
