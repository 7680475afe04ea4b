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

/** For the war room: why there is no corte of this period yet, after the newest one (0: there is none). */
export function packWords(code: TroubleCode, head: number): string {
  switch (code) {
    case 'source-changed':
      return 'la publicación cambió mientras se leía';
    case 'iec-disk-full':
      return 'el disco de este servidor está lleno';
    case 'iec-clock':
      return 'el reloj de este servidor está mal, o lo estuvo';
    case 'corte-lost':
      return 'a este servidor le falta un corte que un difusor ya publicó: no se firma otro con su número';
    case 'fork':
      return 'otro equipo del Instituto firma cortes, o hay dos historias: éste no firma más';
    case 'not-asked':
      return head === 0
        ? 'la fase ya abrió y este equipo todavía no sabe si otro ya firmó su primer corte'
        : 'este equipo todavía no sabe si otro ya firmó el siguiente corte';
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
    case 'cut-off':
      return 'se perdió a la vez la conexión entre el Instituto y todos o casi todos los Difusores, y no se ha podido restablecer';
    case 'host-key-changed':
    case 'login-refused':
    case 'no-agreement':
    case 'no-sftp':
      return 'no se pudo establecer una conexión segura con su servidor';
    case 'corte-lost':
    case 'not-asked':
    case 'iec-clock':
    case 'iec-failed':
      return 'por una falla técnica del Instituto no se le han podido enviar los cortes';
    default:
      return 'su servidor no ha confirmado la publicación de los cortes más recientes';
  }
}
