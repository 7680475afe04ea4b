import type { Answer } from './answer.ts';

/**
 * Which corte a document in the frame is of. Its own answer says it, in `Server-Timing: corte;desc=37`, which is the one
 * header of a page that a script may read afterwards: so that what is said of it is true of the very page that is seen,
 * whenever it was fetched and from wherever, a browser's store included.
 */

/** What a browser tells of how a document was fetched; some tell less, and over http none tells its `serverTiming`. */
export interface Navigation {
  readonly serverTiming?: ReadonlyArray<{ readonly name: string; readonly description: string }>;
  readonly responseStatus?: number;
}

/**
 * @returns the number of the corte; `stand-in` for the notice or the wait; null where the browser does not tell, or the
 *   document is of another kind
 */
export function corteOf(navigation: Navigation | undefined): number | 'stand-in' | null {
  const text = navigation?.serverTiming?.find(({ name }) => name === 'corte')?.description ?? '';
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  return navigation?.responseStatus === 503 ? 'stand-in' : null;
}

/**
 * Whether one of the two can't be of now: results where the site tells of its notice or of the wait, or the reverse.
 *
 * @param told what the site shows; null where that is not known
 * @param document what the document in the frame told of itself, as `corteOf` gives it
 */
export function isMisplaced(told: Answer | null, document: ReturnType<typeof corteOf>): boolean {
  if (told?.kind === 'corte') return document === 'stand-in';
  return (told?.kind === 'aviso' || told?.kind === 'espera') && typeof document === 'number';
}
