import { type Looked, lookedBy } from '../looks.ts';

/**
 * What was checked before two cortes were compared, and what was not: a comparison of cortes that nobody signed would say
 * nothing. The words are closed: scripts rely on them.
 */
export type DiffLook = (typeof LOOKS)[number];

const LOOKS = [
  'trust',
  'statements',
  'signatures',
  /** the links from each corte to the one before it, from the first on */
  'links',
  /** the two lists of files, and the contents that are compared, by their hashes */
  'compared',
  /** the contents that are not compared, and the other cortes' packages */
  'packages',
  /** that there is no newer corte elsewhere */
  'newest',
  /** what web sites show */
  'live',
] as const;

export type DiffLooked = Looked<DiffLook>;

/** @param inChain by their numbers in a chain, and not as two folders by themselves */
export function diffLooksOf(inChain: boolean): DiffLooked {
  const checked = new Set<DiffLook>(['trust', 'statements', 'signatures', 'compared', ...(inChain ? (['links'] as const) : [])]);
  return lookedBy(LOOKS, (look) => checked.has(look));
}
