import { clockOf, hourOf } from '../../html/hour.ts';
import type { Standing } from './judge.ts';

/** All that the frame says, in Spanish. */

/** What is read first, in the bar that is always seen. */
export function statusText(standing: Standing): string {
  switch (standing.kind) {
    case 'asking':
      return 'Consultando el último corte…';
    case 'unknown':
      return 'No se pudo saber de qué hora es lo que se muestra';
    case 'no-hour':
      return `Corte ${standing.number}: no se pudo leer su hora`;
    case 'corte':
      return corteText(standing.corte);
    case 'stale':
      return `Sin cortes nuevos. El último: ${hourOf(standing.corte.taken_at)}`;
    case 'aviso':
      return standing.corte === null
        ? 'Sin cortes nuevos: se muestra un aviso'
        : `Sin cortes nuevos. El último: ${hourOf(standing.corte.taken_at)}`;
    case 'espera':
      return standing.opensAt === null ? 'La publicación todavía no comienza' : `Comienza a las ${hourOf(standing.opensAt)}`;
  }
}

interface Corte {
  readonly number: number;
  readonly taken_at: string;
  readonly final: boolean;
}

function corteText({ number, taken_at: hour, final }: Corte): string {
  return `Corte ${number}${final ? ', el final' : ''}: ${hourOf(hour)}`;
}

/** What is said besides, or an empty text. @param localHour the reader's own `20:41` of an instant */
export function noteText(standing: Standing, localHour: (instant: number) => string): string {
  const silent =
    standing.silentSince === null
      ? ''
      : `Sin conexión con el sitio desde las ${localHour(standing.silentSince)}: puede haber un corte más nuevo.`;
  const doubt =
    standing.kind === 'corte' && standing.isDoubtful
      ? 'El reloj de este aparato y el del sitio no coinciden. Compare la hora del corte con otro reloj: puede haber uno más nuevo.'
      : '';
  const unread =
    standing.kind === 'no-hour' || standing.kind === 'unknown'
      ? 'No se pudo leer la declaración firmada de lo que se muestra: puede no ser lo último, o ser de un simulacro.'
      : '';
  return [unread, doubt, silent].filter((text) => text !== '').join(' ');
}

export function newerText({ number, taken_at: hour }: Corte): string {
  return `Ver el corte ${number}, de las ${clockOf(hour)}`;
}

/** In place of results that may have changed. */
export function staleText({ taken_at: hour }: Corte): string {
  return `El último corte que se recibió es el de las ${hourOf(hour)}, y ya debería haber otros. Por eso no se muestran resultados que pudieron haber cambiado. Esta página vuelve por sí sola a los resultados en cuanto llega un corte.`;
}

export const FULL_SCREEN = { enter: 'Pantalla completa', leave: 'Salir de pantalla completa', tab: 'Abrir en otra pestaña' };
