import type { State } from '../record/standing.ts';

/**
 * `corte 37; 48 al día, 1 con fallas, interrumpidos: 1`, and how many were never reached, if any: for `systemctl status`.
 * @param head the newest corte, 0 before the first
 * @param states of all nodes
 */
export function statusLine(head: number, states: readonly State[]): string {
  const counted = (...wanted: State[]) => states.filter((state) => wanted.includes(state)).length;
  const corte = head === 0 ? 'sin cortes' : `corte ${head}`;
  const unknown = counted('sin-contacto') === 0 ? '' : `, sin contacto: ${counted('sin-contacto')}`;
  return `${corte}; ${counted('al-dia', 'recuperado')} al día, ${counted('1-falla', '2-fallas')} con fallas, interrumpidos: ${counted('interrumpido')}${unknown}`;
}
