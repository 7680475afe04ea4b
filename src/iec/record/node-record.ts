import type { Told } from '../link/trouble.ts';
import { isBad, type Sight } from './seen.ts';
import { NEW_STANDING, type Standing } from './standing.ts';

/** What the IEC remembers of one node in one phase. */

/**
 * An episode: the time from the first thing that goes wrong with a node until nothing is wrong with it any more. Whoever
 * was called was called because of one episode; the next one needs a new call.
 */
export interface Episode {
  /** how many began in this phase, this one included */
  readonly count: number;
  /** when it began, as hours are shown; null while nothing is wrong */
  readonly since: string | null;
}

export const NO_EPISODE: Episode = { count: 0, since: null };

export interface NodeRecord {
  readonly standing: Standing;
  /** the newest corte that it has acknowledged, 0 where there is none */
  readonly number: number;
  /** what went wrong at the last visit, null where nothing did */
  readonly trouble: Told | null;
  /** when its daemon last gave a sign, by the node's clock, if nobody is at work there; null while somebody is, or where it is not known */
  readonly silent_since: string | null;
  /**
   * the newest corte that its Difusor's site was seen to show and that it signed for there, and when that was seen; what came
   * by SFTP alone is in `number`
   */
  readonly red: { readonly number: number; readonly at: string } | null;
  /** what is wrong with its Difusor's site, as a reader sees it; null where nothing is, or nothing is known */
  readonly site: Sight | null;
  readonly episode: Episode;
  /** sent in the last delivery that sent anything */
  readonly bytes: number;
  readonly seconds: number;
}

export const NEW_NODE: NodeRecord = {
  standing: NEW_STANDING,
  number: 0,
  trouble: null,
  silent_since: null,
  red: null,
  site: null,
  episode: NO_EPISODE,
  bytes: 0,
  seconds: 0,
};

/**
 * Whether somebody should look at a node: it fails periods, its last visit had trouble, nobody is at work there, or its
 * Difusor's readers don't see what they should.
 */
export function isTroubled({ standing, trouble, silent_since, site }: Omit<NodeRecord, 'episode'>): boolean {
  return standing.failed > 0 || trouble !== null || silent_since !== null || (site !== null && isBad(site));
}

/**
 * The record with its episode begun, continued or ended, as the rest of it says.
 * @param at the hour as it is shown
 */
export function withEpisode(record: NodeRecord, at: string): NodeRecord {
  const { count, since } = record.episode;
  if (isTroubled(record) === (since !== null)) return record;
  return { ...record, episode: since === null ? { count: count + 1, since: at } : { count, since: null } };
}

/**
 * What is remembered, as far as this chain has it: what a node had of cortes that the custodians disowned is not what has
 * their numbers now.
 * @param head up to which a number that is remembered is believed to be of this chain
 * @param kept the newest corte of the chain, to the byte, of which the node's receipt is kept, 0 where there is none
 */
export function withinChain(record: NodeRecord, kept: number, head: number): NodeRecord {
  const { red } = record;
  const number = record.number > head ? Math.min(record.number, kept) : record.number;
  if (red === null || red.number <= kept) return number === record.number ? record : { ...record, number };
  return { ...record, number, red: kept === 0 ? null : { ...red, number: kept } };
}

/**
 * The newest corte that counts as acknowledged.
 * @param porLaRed whether what was seen at the site and signed for there counts as what came by SFTP does
 */
export function countedNumber({ number, red }: Pick<NodeRecord, 'number' | 'red'>, porLaRed: boolean): number {
  return porLaRed ? Math.max(number, red?.number ?? 0) : number;
}

/**
 * Whether the node is up to date, or only lacks the newest corte still, though the IEC knows that from its site alone: SFTP
 * brings less.
 */
export function isByNetwork({ number, red }: Pick<NodeRecord, 'number' | 'red'>, head: number): boolean {
  return red !== null && red.number > number && red.number >= head - 1;
}
