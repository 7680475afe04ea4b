import type { SiteReads } from './site.ts';

/** How often in a row a mirror gave not one byte of a piece that another gave whole meanwhile. */
export interface Silences {
  /** It happened once more. @returns whether it is to be left for it */
  lost(site: SiteReads): boolean;
  /** A byte came. */
  spoke(site: SiteReads): void;
}

/** So often says that it is not by chance. */
const MOST = 3;

export function newSilences(): Silences {
  /** a mirror that was blamed is asked over a new `SiteReads`, and so begins anew */
  const counts = new WeakMap<SiteReads, number>();
  return {
    lost(site) {
      const count = (counts.get(site) ?? 0) + 1;
      counts.set(site, count);
      return count >= MOST;
    },
    spoke: (site) => void counts.delete(site),
  };
}
