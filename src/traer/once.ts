/** One pass, as `--once` makes it: when it is over, and whether the node has all then. Pure. */

export type PassEnd = 'up-to-date' | 'lacking';

interface PassView {
  /** a clock that only runs forward, ms */
  readonly elapsed: number;
  /** what this node has and what of it waits; another one where something came or was taken */
  readonly mark: string;
  /** whether a mirror has said nothing yet, neither an answer nor by failing */
  readonly isAwaited: boolean;
  /** whether a mirror has answered that can be held to what it says */
  readonly hasWell: boolean;
  /** whether mirrors that may be fetched from, or that could not be reached, have something more */
  readonly isLacking: boolean;
  /** whether that could not be had, or was not taken, and would be tried again later */
  readonly isHeldBack: boolean;
  /** whether something that was brought waits for the daemon */
  readonly isWaiting: boolean;
}

/** ms without anything that came or was taken, beside the IEC's time: more than an upload of the IEC's that hangs. */
const QUIET_MS = 180_000;
const MOST_MS = 3_600_000;

/**
 * @param began ms
 * @param waitMs at most, that the IEC has for its newest corte
 * @returns what is called after each look: null while the pass goes on
 */
export function newPass(began: number, waitMs: number): (view: PassView) => PassEnd | null {
  let last = '';
  let since = began;
  return ({ elapsed, mark, isAwaited, hasWell, isLacking, isHeldBack, isWaiting }) => {
    if (mark !== last) [last, since] = [mark, elapsed];
    if (elapsed - since > QUIET_MS + waitMs || elapsed - began > MOST_MS) return 'lacking';
    if (isAwaited || isWaiting) return null;
    if (isHeldBack || !hasWell) return 'lacking';
    return isLacking ? null : 'up-to-date';
  };
}
