import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { decodeUtf8, encodeUtf8 } from '../../format/text.ts';
import { CORTES_OF_TILE, parseTile, TILE_BYTES, TILES, type TileEntry, tileName, tileOf } from '../../format/tile.ts';
import { type ChainReads, cortePath } from './chain-reads.ts';

/**
 * The two files of each corte of a phase that are checked, taken out of tiles where a web server has them: a dozen requests
 * then do what thousands did. A tile is believed for nothing. What it gives is checked as the single files are, and where it
 * fails, those are read.
 */

/** Either file is null where there is none. */
export type Pair = readonly [corteJson: Uint8Array | null, signature: Uint8Array | null];

export interface FoundPair {
  readonly pair: Pair;
  /** whether it came out of a tile, and not of the corte's own files */
  readonly isOfTile: boolean;
}

/** Why single files were read instead: `other`, the tile held something else than they do. */
export interface PassedOver {
  readonly phase: string;
  /** of the tile */
  readonly index: number;
  readonly why: 'missing' | 'unreadable' | 'too-large' | 'malformed' | 'cut' | 'other';
}

export type Reads = Pick<ChainReads, 'read' | 'numbers'>;

/** The two files themselves. @throws Refusal `too-large`; Error where one can't be read */
export async function readPair(source: Reads, phase: string, number: number): Promise<Pair> {
  return Promise.all([
    source.read(cortePath(phase, number, 'corte.json'), LIMITS.documentBytes),
    source.read(cortePath(phase, number, 'corte.json.sig'), LIMITS.signatureBytes),
  ]);
}

/** A tile saves nothing before there are some cortes. */
const FEW = 2;

/**
 * Reads pairs out of tiles as far as it can. The newest corte that the index claims, and what comes after it, is always
 * read of its own files: the links then bind every corte that a tile gave to a file that stands there by itself. An index
 * may claim too much; whoever comes to an end before it compares the newest corte with its own files.
 * @param claimed the number of the newest corte by the unsigned index; 0 where none is known
 * @param onPassedOver is told once of each tile that does not serve
 * @returns a function that is to be called with ascending numbers; it keeps at most two tiles
 */
export function pairReader(
  source: Reads,
  phase: string,
  claimed: number,
  onPassedOver: (tile: PassedOver) => void,
): (number: number) => Promise<FoundPair> {
  const tiles = new Map<number, Promise<readonly TileEntry[]>>();
  // A folder is at hand, so its own files are read.
  let isOver = source.numbers !== undefined || claimed <= FEW;

  function tileAt(index: number): Promise<readonly TileEntry[]> {
    let tile = tiles.get(index);
    if (!tile) {
      tile = readTile(index);
      tiles.set(index, tile);
      tiles.delete(index - 2);
    }
    return tile;
  }

  async function readTile(index: number): Promise<readonly TileEntry[]> {
    const expected = Math.min(claimed - index * CORTES_OF_TILE, CORTES_OF_TILE);
    const [entries, why] = await entriesOf(source, phase, index);
    // Where one is missing the others are not asked for: this site has none.
    if (why === 'missing') isOver = true;
    // Its newest corte is read by itself, so a tile that is one behind lacks nothing.
    const isCut = why === null && entries.length < Math.min(expected, claimed - index * CORTES_OF_TILE - 1);
    if (why !== null || isCut) onPassedOver({ phase, index, why: why ?? 'cut' });
    return entries;
  }

  return async (number) => {
    const { index, at } = tileOf(number);
    if (!isOver && number < claimed) {
      const entries = await tileAt(index);
      if (!isOver && (index + 1) * CORTES_OF_TILE + 1 < claimed) void tileAt(index + 1);
      const entry = entries[at];
      if (entry) return { pair: [encodeUtf8(entry[0]), encodeUtf8(entry[1])], isOfTile: true };
    }
    return { pair: await readPair(source, phase, number), isOfTile: false };
  };
}

/** Never throws: whatever is wrong with a tile, the single files are there. */
async function entriesOf(source: Reads, phase: string, index: number): Promise<[readonly TileEntry[], PassedOver['why'] | null]> {
  let bytes: Uint8Array | null;
  try {
    bytes = await source.read(`${phase}/${TILES}/${tileName(index)}`, TILE_BYTES);
  } catch (error) {
    return [[], error instanceof Refusal ? 'too-large' : 'unreadable'];
  }
  if (!bytes) return [[], 'missing'];
  const text = decodeUtf8(bytes);
  const entries = text === null ? null : parseTile(text);
  return entries ? [entries, null] : [[], 'malformed'];
}
