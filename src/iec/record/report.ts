import type { Told } from '../link/trouble.ts';
import type { NodeTarget } from '../setup/config.ts';

/** The result of a visit to a node. */
export interface Report {
  readonly target: NodeTarget;
  /** `refused`: something is not authentic, or the node refused; `failed`: it may be better at the next try */
  readonly outcome: 'up-to-date' | 'refused' | 'failed';
  /** the newest corte that the node has acknowledged, 0 for none; null where it could not be asked */
  readonly number: number | null;
  /** what went wrong; with `up-to-date`, something that was noticed although the node is up to date */
  readonly trouble: Told | null;
  /** the last sign of its daemon, by the node's clock, ms, if nobody is at work there; null where somebody is; undefined where it was not seen */
  readonly silentSince?: number | null | undefined;
  /** bytes sent, and seconds from the first to the report */
  readonly bytes: number;
  readonly seconds: number;
}
