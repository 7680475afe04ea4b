import * as v from 'valibot';
import { name, positive } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';
import { POINTER } from '../../format/pointer.ts';
import { Refusal } from '../../format/refusal.ts';
import { decodeUtf8 } from '../../format/text.ts';
import type { WebClient } from '../web-get.ts';
import { WebTrouble } from '../web-trouble.ts';

/**
 * Whether the reader's clock is wrong, as far as that can be known. A corte that was signed in its future proves that it is
 * behind. That it is ahead is only a doubt: by it the corte is stale, and the mirrors still show it by theirs.
 */

const pointer = v.object({ phase: name, number: v.nullable(positive), shows: v.picklist(['corte', 'aviso', 'espera']) });

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
  try {
    const bytes = await client.read(new URL(POINTER, site), POINTER, LIMITS.documentBytes);
    const { success, output } = v.safeParse(pointer, JSON.parse((bytes && decodeUtf8(bytes)) ?? 'null'));
    if (!success || output.phase !== corte.phase) return null;
    return output.shows === 'aviso' ? false : output.shows === 'corte' && output.number === corte.number;
  } catch (error) {
    if (error instanceof Refusal || error instanceof WebTrouble || error instanceof SyntaxError) return null;
    throw error;
  }
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
