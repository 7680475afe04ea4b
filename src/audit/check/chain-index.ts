import * as v from 'valibot';
import { hash, name, positive } from '../../format/document.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { decodeUtf8 } from '../../format/text.ts';
import type { ChainReads } from './chain-reads.ts';

/** `index.json`: what a copy of the chain says of itself, unsigned. It may show that a copy withholds something. */
export interface ChainIndex {
  readonly trust: number;
  readonly phases: ReadonlyMap<string, { readonly number: number; readonly corte: Hash }>;
}

const index = v.object({
  election: name,
  trust: positive,
  phases: v.record(name, v.object({ number: positive, corte: hash })),
});

/** @returns null where it is missing or malformed: the verdict does not depend on it */
export async function readChainIndex(source: Pick<ChainReads, 'read'>): Promise<ChainIndex | null> {
  try {
    const bytes = await source.read('index.json', LIMITS.documentBytes);
    const value = bytes && v.parse(index, JSON.parse(decodeUtf8(bytes) ?? ''));
    return value && { trust: value.trust, phases: new Map(Object.entries(value.phases)) };
  } catch (error) {
    if (error instanceof Refusal || error instanceof v.ValiError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Whether a web server sent a page, with status 200, because it lacks the file, as many do. This is tolerated only for
 * files that the index does not claim, where a hostile copy could as well answer 404. A claimed file that is a page is
 * refused as malformed.
 */
export function isPageInstead(bytes: Uint8Array, unclaimed: boolean): boolean {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 256)).replace('\u00ef\u00bb\u00bf', ''); // a BOM
  const start = text.trimStart().toLowerCase();
  return unclaimed && (start.startsWith('<!doctype html') || start.startsWith('<html'));
}
