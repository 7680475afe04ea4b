import type { TroubleCode } from './trouble.ts';

/** Where so many can't be reached at once that it says nothing of any of them. Pure. */

/**
 * Whether so many can't be reached or seen at once that it is the IEC's own way out: at least two, and nine in ten of those
 * that were asked. A single one proves nothing of either side.
 */
export function isOwnWayOut(failed: number, asked: number): boolean {
  return failed >= 2 && failed * 10 >= asked * 9;
}

/** What goes wrong where nothing is heard of the node itself: of these a failing way out of one's own could be the reason. */
const ON_THE_WAY: ReadonlySet<TroubleCode> = new Set<TroubleCode>([
  'unreachable',
  'no-answer',
  'stalled',
  'connection-lost',
  'iec-failed',
]);

/** How many Difusores can't be reached, of how many. */
export interface CutOff {
  readonly failed: number;
  readonly of: number;
}

/**
 * Whether almost no Difusor can be reached, by the last visit to each node: one of which a node answered is reached.
 * @returns null where enough are, or where it can't be told
 */
export function cutOffOf(nodes: readonly { readonly difusor: string; readonly code: TroubleCode | null }[]): CutOff | null {
  const all = new Set(nodes.map(({ difusor }) => difusor));
  const reached = new Set(nodes.filter(({ code }) => !isOnTheWay(code)).map(({ difusor }) => difusor));
  const failed = all.size - reached.size;
  return isOwnWayOut(failed, all.size) ? { failed, of: all.size } : null;
}

/** Whether the way to a node may be the reason, and not the node. */
export function isOnTheWay(code: TroubleCode | null): boolean {
  return code !== null && ON_THE_WAY.has(code);
}
