import type { TroubleCode } from './trouble.ts';

/** When what Difusores only say is heeded: where enough of them say it that no single one can make it up. Pure. */

/** Whether so many voices are heeded: more than one Difusor, and more than half of those configured. */
export function areMost(voices: number, difusores: number): boolean {
  return voices > 1 && voices * 2 > difusores;
}

/** What the last visit to a node came to: what went wrong there, and the newest corte that it has acknowledged. */
export interface Visited {
  readonly difusor: string;
  readonly code: TroubleCode | null;
  readonly number: number;
}

/**
 * The Difusores that refuse the hour of our newest corte: a node does, and none of the same Difusor has taken it.
 * @param head the number of that corte
 * @returns sorted
 */
export function refusersIn(nodes: readonly Visited[], head: number): string[] {
  const taking = new Set(nodes.filter(({ number }) => number >= head).map(({ difusor }) => difusor));
  const refusing = nodes.filter(({ difusor, code }) => code === 'time-future' && !taking.has(difusor));
  return [...new Set(refusing.map(({ difusor }) => difusor))].sort();
}

/** How many Difusores refuse the hour of our cortes, of how many. */
export interface Refusing {
  readonly refusing: number;
  readonly of: number;
}

/**
 * Whether most Difusores refuse the hour of our newest corte, by the last visit to each node: then it is our clock that is
 * wrong.
 * @param head the number of that corte
 * @returns null where they are too few
 */
export function refusingOf(nodes: readonly Visited[], head: number): Refusing | null {
  const of = new Set(nodes.map(({ difusor }) => difusor)).size;
  const refusing = refusersIn(nodes, head).length;
  return areMost(refusing, of) ? { refusing, of } : null;
}
