import type { Tell } from '../../difusor/state/events.ts';
import { saidBy } from '../../format/thrown.ts';
import { words } from '../words.ts';

/** At most one event in this many ms, whatever strangers ask for: the record is for what happens at the node. */
const QUIET_MS = 60_000;

/** A message may repeat an address that somebody chose. */
const DETAIL_CHARACTERS = 200;

/**
 * Reports what goes wrong while the web server answers: the first error at once, later ones by their number.
 * @param clock milliseconds that only go forward
 */
export function newTroubles(tell: Tell, clock: () => number = () => performance.now()): (error: unknown) => void {
  let untold = 0;
  let toldAt = -Infinity;
  return (error) => {
    untold += 1;
    if (clock() - toldAt < QUIET_MS) return;
    const message = saidBy(error).map((text) => text.slice(0, DETAIL_CHARACTERS));
    tell({ event: 'error', what: words.webServer, detail: untold === 1 ? message : words.times(message, untold) });
    [untold, toldAt] = [0, clock()];
  };
}
