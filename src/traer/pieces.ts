/**
 * A package in pieces, which several mirrors fetch at the same time. Who is done takes the next free piece; where none is
 * free any more, one that another has been at for the longest, and for a while: so the slowest mirror holds up nobody, and no piece is given
 * up before it is there. Pure; the bytes are elsewhere.
 */

const KiB = 1024;
const SMALLEST = 256 * KiB;
const LARGEST = 4096 * KiB;
/** So many pieces for each mirror: the last ones are waited for by all. */
const EACH = 12;
/** How many fetch one piece at the same time at most. */
const TOGETHER = 2;
/** ms that a mirror has for a piece before another fetches it too: at once would be to fetch everything twice. */
export const TOGETHER_AFTER = 2000;

export interface Piece {
  readonly index: number;
  /** the first byte, and how many there are */
  readonly from: number;
  readonly bytes: number;
}

export interface Pieces {
  readonly count: number;
  /** @returns what this mirror should fetch now; null where nothing is left for it, perhaps only for the moment */
  take(mirror: string, elapsed: number): Piece | null;
  /** It is there, and whose it is. @returns false where another was faster */
  done(index: number): boolean;
  /** The mirror could not: others may. */
  failed(index: number, mirror: string): void;
  isDone(index: number): boolean;
  isWhole(): boolean;
  piece(index: number): Piece;
}

/** @param mirrors how many there are. @returns bytes of a piece */
export function pieceSize(bytes: number, mirrors: number): number {
  const even = Math.ceil(bytes / Math.max(1, mirrors * EACH) / SMALLEST) * SMALLEST;
  return Math.min(LARGEST, Math.max(SMALLEST, even));
}

/** @param there pieces that are done already, by their index */
export function piecesOf(bytes: number, size: number, there: ReadonlySet<number> = new Set()): Pieces {
  const count = Math.ceil(bytes / size);
  const done = new Set([...there].filter((index) => index < count));
  /** who is at it, since when */
  const taken = new Map<number, Map<string, number>>();
  const piece = (index: number): Piece => ({ index, from: index * size, bytes: Math.min(size, bytes - index * size) });

  function choose(mirror: string, elapsed: number): number | null {
    let oldest: { index: number; since: number } | null = null;
    for (let index = 0; index < count; index++) {
      if (done.has(index)) continue;
      const by = taken.get(index);
      if (!by || by.size === 0) return index;
      const since = Math.min(...by.values());
      if (by.has(mirror) || by.size >= TOGETHER || elapsed - since < TOGETHER_AFTER) continue;
      if (oldest && oldest.since <= since) continue;
      oldest = { index, since };
    }
    return oldest?.index ?? null;
  }

  return {
    count,
    take(mirror, elapsed) {
      const index = choose(mirror, elapsed);
      if (index === null) return null;
      taken.set(index, new Map([...(taken.get(index) ?? []), [mirror, elapsed]]));
      return piece(index);
    },
    done(index) {
      if (done.has(index)) return false;
      done.add(index);
      taken.delete(index);
      return true;
    },
    failed: (index, mirror) => void taken.get(index)?.delete(mirror),
    isDone: (index) => done.has(index),
    isWhole: () => done.size === count,
    piece,
  };
}
