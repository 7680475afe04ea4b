import { LIMITS } from '../../format/limits.ts';
import type { WebClient } from '../web-get.ts';
import { readPointer } from './site-pointer.ts';

/**
 * Whether the reader's clock is wrong, as far as that can be known. A corte that was signed in its future proves that it is
 * behind. That it is ahead is only a doubt: by it the corte is stale, and the mirrors still show it by theirs.
 */

/**
 * Whether a mirror shows this corte as one that is not stale, by its own clock.
 * @param site the address of its own folder, `/cotejo/`
 * @returns null where it does not say
 */
export async function showsStill(
  client: Pick<WebClient, 'read'>,
  site: URL,
  corte: { readonly phase: string; readonly number: number },
): Promise<boolean | null> {
  const told = await readPointer(client, site);
  if (told?.phase !== corte.phase) return null;
  return told.shows === 'aviso' ? false : told.shows === 'corte' && told.number === corte.number;
}

/**
 * @param taken when the newest corte was signed, @param staleAt when it becomes stale (null: never), @param now by the
 *   reader's clock: all ms since the epoch
 * @param mirrors what each of those that answer said, as {@link showsStill} gives it
 * @returns the seconds by which the reader's clock is ahead, at least, or behind (negative); null where it may be right
 */
export function secondsWrong(
  taken: number,
  staleAt: number | null,
  now: number,
  mirrors: ReadonlyArray<boolean | null>,
): number | null {
  if (taken - now > LIMITS.clockSkewSeconds * 1000) return Math.round((now - taken) / 1000);
  const told = mirrors.filter((one) => one !== null);
  const isStill = told.length > 0 && told.every((one) => one);
  return staleAt !== null && now > staleAt && isStill ? Math.ceil((now - staleAt) / 1000) : null;
}
