import type { Told } from '../link/trouble.ts';
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
  episode: NO_EPISODE,
  bytes: 0,
  seconds: 0,
};

/** Whether somebody should look at a node: it fails periods, its last visit had trouble, or nobody is at work there. */
export function isTroubled({ standing, trouble, silent_since }: Omit<NodeRecord, 'episode'>): boolean {
  return standing.failed > 0 || trouble !== null || silent_since !== null;
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
