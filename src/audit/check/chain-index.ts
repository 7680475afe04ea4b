import * as v from 'valibot';
import { hash, name, positive } from '../../format/document.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { decodeUtf8 } from '../../format/text.ts';
import type { ChainSource } from './chain-source.ts';

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

/** @returns null where there is none that can be understood: it is no part of the verdict */
export async function readChainIndex(source: Pick<ChainSource, 'read'>): Promise<ChainIndex | null> {
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
 * Whether a web server shows a page because it lacks the file: many do, with status 200. It counts only for what the
 * index does not claim; there a copy could as well say 404, and what is claimed is refused by its form.
 */
export function isPageInstead(bytes: Uint8Array, unclaimed: boolean): boolean {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 256)).trimStart().toLowerCase();
  return unclaimed && (start.startsWith('<!doctype html') || start.startsWith('<html'));
}
