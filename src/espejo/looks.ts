/** How much of the bucket each pass looks at, and which numbers were another corte's before. */

/**
 * How much of what is remembered of the bucket a pass does not believe: with `whole` nothing; with `again` what the store
 * lists of the newest corte and of the chain; with `new` only what the store lists of the newest corte. At `rest` the pointer
 * alone is looked at.
 */
export type Look = 'whole' | 'again' | 'new' | 'rest';

/** A corte as the pointer names it. */
interface Head {
  readonly number: number | null;
  readonly corte: string | null;
}

export interface Looks {
  /** @param key of what the node shows now, another one whenever it changed */
  due(key: string): Look;
  /** Notes the good or disowned corte that the bucket's pointer names. */
  saw(head: Head): void;
  /**
   * Notes what the node has as its newest corte. Where it went back, or has another corte of the same number, all up to what
   * was there before were disowned.
   * @param isEnded whether the trust document ends a signer before this number: then what was there before this process began
   *   may have been disowned, and nothing tells it any more
   */
  has(head: Head, isEnded: boolean): void;
  /** Notes that the bucket has, or had, a disowned corte of this number. */
  disowned(number: number): void;
  /** Notes that a pass came to its end with this look. */
  ended(look: Look, key: string, head: Head): void;
}

/**
 * All of the bucket is looked at again after so long, ms. For as long, a corte of a number that was another's is looked at in
 * every pass: another espejo that is just removing what was disowned may remove what was written in its place.
 */
const CHECK_MS = 10 * 60_000;
/** A new corte goes before a look at everything, which comes in the pass after it; but not for longer than this, ms. */
const LONGEST_MS = 3 * CHECK_MS;

/** @param elapsed ms of a clock that only runs forward */
export function newLooks(elapsed: () => number): Looks {
  /** when all of the bucket was looked at last */
  let whole: number | null = null;
  /** what was found in order last, and since when */
  let shown: { key: string; since: number; number: number } | null = null;
  let head: { number: number; corte: string | null } | null = null;
  /** the highest number of which a corte was disowned */
  let reused = 0;
  let isFirst = true;

  const disowned = (number: number) => {
    reused = Math.max(reused, number);
  };
  const changed = (number: number, corte: string | null) => head?.number === number && head.corte !== corte;

  return {
    due(key) {
      const isKnown = shown?.key === key;
      if (whole === null || elapsed() - whole > (isKnown ? CHECK_MS : LONGEST_MS)) return 'whole';
      if (!shown || !isKnown) return 'new';
      return shown.number <= reused && elapsed() - shown.since <= CHECK_MS ? 'again' : 'rest';
    },
    saw({ number, corte }) {
      if (number === null || (head && head.number > number)) return;
      if (changed(number, corte)) disowned(number);
      head = { number, corte };
    },
    has({ number: told, corte }, isEnded) {
      const number = told ?? 0;
      if (isFirst && isEnded) disowned(number);
      isFirst = false;
      if (head && (head.number > number || changed(number, corte))) disowned(head.number);
      head = { number, corte };
    },
    disowned,
    ended(look, key, { number }) {
      if (look === 'whole') whole = elapsed();
      shown = { key, since: shown?.key === key ? shown.since : elapsed(), number: number ?? 0 };
    },
  };
}
