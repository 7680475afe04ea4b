import { promises as fs, statSync } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '../disk/bounded-file.ts';
import { replaceFile, writeDurably } from '../disk/durable.ts';
import { namesIn } from '../disk/names-in.ts';
import { makeOwnedFolder } from '../disk/owner.ts';
import { LIMITS } from '../format/limits.ts';
import { sixDigits } from '../format/naming.ts';
import { ToldError } from '../format/said.ts';
import { decodeUtf8 } from '../format/text.ts';
import { CORTES_OF_TILE, parseTile, TILE_BYTES, TILES, type TileEntry, tileName, tileText } from '../format/tile.ts';
import { words } from './words.ts';

/**
 * The history of a phase in a few files, so that a reader who is far away needs a dozen requests and not thousands.
 * Derived from the cortes beside them, unsigned, and believed for nothing: a tile that is missing, cut or old costs a
 * reader time.
 */

/**
 * Writes the tiles that the cortes of a phase ask for, where they are missing or older than what they tell of. What is past
 * the last goes away. Whoever calls this keeps the chain folder.
 * @param last the number of the newest corte, 0 for none
 * @throws Error where something can't be read or written; the tiles that are there stay, and are at worst old
 */
export async function writeTiles(chain: string, phase: string, last: number): Promise<void> {
  const folder = join(chain, phase, TILES);
  const count = Math.ceil(last / CORTES_OF_TILE);
  if (count > 0) await makeOwnedFolder(folder);
  for (const name of await namesIn(folder)) {
    const index = /^(\d{1,4})\.json$/.exec(name)?.[1];
    if (index !== undefined && Number(index) >= count) await fs.rm(join(folder, name), { force: true });
  }
  for (let index = 0; index < count; index++) {
    const [from, to] = [index * CORTES_OF_TILE + 1, Math.min(last, (index + 1) * CORTES_OF_TILE)];
    const file = join(folder, tileName(index));
    const isFull = to === (index + 1) * CORTES_OF_TILE;
    const newest = join(chain, phase, sixDigits(to), 'corte.json');
    if (isNewer(file, newest) && (await hasEntries(file, to - from + 1))) continue;
    const text = tileText(await entriesOf(join(chain, phase), from, to));
    // A full one stays, so it has to outlive a power cut whole; the last one is written again with the next corte.
    await (isFull ? writeDurably(file, text) : replaceFile(file, text));
  }
}

/** Cortes are replaced from some number to the end, so a tile that is newer than its last corte is newer than all. */
function isNewer(tile: string, corte: string): boolean {
  const [made, told] = [tile, corte].map((path) => statSync(path, { throwIfNoEntry: false }));
  return made !== undefined && told !== undefined && made.isFile() && made.mtimeMs >= told.mtimeMs;
}

/** It may be of fewer or more cortes, or be no tile at all, or not be readable: then it is written anew. */
async function hasEntries(file: string, count: number): Promise<boolean> {
  const text = decodeUtf8(await readBounded(file, TILE_BYTES).catch(() => new Uint8Array()));
  return text !== null && parseTile(text)?.length === count;
}

async function entriesOf(folder: string, from: number, to: number): Promise<TileEntry[]> {
  const entries: TileEntry[] = [];
  for (let number = from; number <= to; number++) {
    const at = join(folder, sixDigits(number));
    entries.push([
      await textOf(join(at, 'corte.json'), LIMITS.documentBytes),
      await textOf(join(at, 'corte.json.sig'), LIMITS.signatureBytes),
    ]);
  }
  return entries;
}

async function textOf(file: string, limit: number): Promise<string> {
  const text = decodeUtf8(await readBounded(file, limit));
  if (text === null) throw new ToldError(words.noText(file));
  return text;
}
