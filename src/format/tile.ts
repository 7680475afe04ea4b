import { LIMITS } from './limits.ts';

/**
 * The history of a phase in tiles: `<phase>/historia/<k>.json` is a JSON array of the exact texts of `corte.json` and its
 * signature, of cortes 128k + 1 to 128k + 128. Not signed: what is in a tile is checked as the single files are.
 */

export const CORTES_OF_TILE = 128;

/** The folder of the tiles beside a phase's cortes. */
export const TILES = 'historia';

/** The texts of `corte.json` and of `corte.json.sig`. */
export type TileEntry = readonly [corte: string, signature: string];

/** The most bytes that a tile can take: of the characters that a text may hold, JSON writes none in more than two. */
export const TILE_BYTES = CORTES_OF_TILE * (2 * (LIMITS.documentBytes + LIMITS.signatureBytes) + 8) + 8;

/** The tile in which a corte is, and its place there. @param number of the corte, from 1 */
export function tileOf(number: number): { readonly index: number; readonly at: number } {
  return { index: Math.floor((number - 1) / CORTES_OF_TILE), at: (number - 1) % CORTES_OF_TILE };
}

export function tileName(index: number): string {
  return `${index}.json`;
}

export function tileText(entries: readonly TileEntry[]): string {
  return `${JSON.stringify(entries)}\n`;
}

/**
 * Reads a tile, which may be anybody's.
 * @returns its entries, or null where it is no tile: then the single files are read
 */
export function parseTile(text: string): TileEntry[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // no JSON
  }
  if (!Array.isArray(value) || value.length > CORTES_OF_TILE) return null;
  const entries: TileEntry[] = [];
  for (const entry of value as readonly unknown[]) {
    if (!Array.isArray(entry) || entry.length !== 2) return null;
    const [corte, signature]: readonly unknown[] = entry;
    if (typeof corte !== 'string' || typeof signature !== 'string') return null;
    if (corte.length > LIMITS.documentBytes || signature.length > LIMITS.signatureBytes) return null;
    entries.push([corte, signature]);
  }
  return entries;
}
