import type { TroubleCode } from './trouble.ts';

/** When what Difusores only say is heeded: where enough of them say it that no single one can make it up. Pure. */

/** Whether so many voices are heeded: more than one Difusor, and more than half of those configured. */
export function areMost(voices: number, difusores: number): boolean {
  return voices > 1 && voices * 2 > difusores;
}

/** How many Difusores refuse the hour of our cortes, of how many. */
export interface Refusing {
  readonly refusing: number;
  readonly of: number;
}

/**
 * Whether most Difusores refuse the hour of our cortes, by the last visit to each node: then it is our clock that is wrong.
 * @returns null where they are too few
 */
export function refusingOf(nodes: readonly { readonly difusor: string; readonly code: TroubleCode | null }[]): Refusing | null {
  const of = new Set(nodes.map(({ difusor }) => difusor)).size;
  const refusing = new Set(nodes.filter(({ code }) => code === 'time-future').map(({ difusor }) => difusor)).size;
  return areMost(refusing, of) ? { refusing, of } : null;
}
