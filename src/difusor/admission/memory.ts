/**
 * What is remembered of deliveries that stay in the inbox, and when each was first seen. Judging one again costs time
 * and changes nothing until the delivery or the node's own state changes.
 */
export interface Memory {
  readonly seen: Map<string, Seen>;
  /** where the chain stood after the last pass; it differs where another process admitted something meanwhile */
  standing: string | null;
  /** what was told to be wrong with the inbox of `cotejo traer`; null where nothing is */
  troubleOfTraer: string | null;
}

interface Seen {
  /** the clock, ms */
  readonly since: number;
  /** since when it has been there without all its files, by the clock that only runs forward, ms; null where it has not */
  readonly lacksSince: number | null;
  /** how the folder looked */
  readonly look: string;
  /**
   * the node's count of admissions when it was judged, since a deferred delivery depends on them; null where no
   * admission can change the verdict
   */
  readonly admissions: number | null;
  /** by the clock that only runs forward, ms; after it the delivery is tried again in any case */
  readonly until: number;
}

export function newMemory(): Memory {
  return { seen: new Map(), standing: null, troubleOfTraer: null };
}

/**
 * A delivery gets its name when it is whole. One that has the name without the files keeps that name from the delivery
 * that is meant to have it, so after this time it goes aside, whatever is still being put into it: half a period, ms.
 */
const INCOMPLETE_MS = 5 * 60_000;

/** @param elapsed the clock that only runs forward, ms */
export function isGivenUp(seen: Seen | undefined, elapsed: number): boolean {
  return seen !== undefined && seen.lacksSince !== null && elapsed - seen.lacksSince >= INCOMPLETE_MS;
}
