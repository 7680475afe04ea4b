import type { Hash } from '../format/hash.ts';
import type { Silences } from './silences.ts';
import type { Claim, SiteReads } from './site.ts';

/** What it takes to gather the pieces of a package, and what came of it. */

/** Who gave a piece, and the hash of what came. */
export interface Gathered {
  readonly site: SiteReads;
  readonly sha256: Hash;
}

/** By the piece's index. `out` are those that were left. */
export interface Gathering extends ReadonlyMap<number, Gathered> {
  readonly out: ReadonlySet<SiteReads>;
}

export interface GatherPlan {
  readonly place: Claim;
  /** of the whole package */
  readonly bytes: number;
  /** those that say they have it, the best first */
  readonly sites: readonly SiteReads[];
  /** tells why a mirror is not asked for more of it */
  readonly failed: (site: SiteReads, error: unknown) => void;
  /** bytes that came, and of whom */
  readonly came: (site: SiteReads, bytes: number) => void;
  /** aborted where it is wanted no more */
  readonly stop: AbortSignal;
  /** a clock that only runs forward, ms */
  readonly elapsed: () => number;
  /** kept from one package to the next: most cortes are a single piece */
  readonly silences: Silences;
}
