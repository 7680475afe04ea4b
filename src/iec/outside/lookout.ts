import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { isOwnWayOut } from '../link/own-way-out.ts';
import { toldOf } from '../link/trouble.ts';
import type { Tell } from '../record/bitacora.ts';
import type { ChainView } from '../record/chain-view.ts';
import { isBad, isGood, isUntrue, type Seen, type Sight } from '../record/seen.ts';
import type { Difusor } from '../setup/config.ts';
import { isOnTheWay } from './failure.ts';
import { type Glance, type Memory, NO_MEMORY } from './look.ts';
import { words } from './words.ts';

/**
 * Who looks at all Difusores' sites, all night: at each about once a minute, at hours that are spread, so that no site
 * waits for another one and nothing waits for a site. What is bad is believed when a second look is bad too.
 */
export interface Lookout {
  /**
   * Starts the looks that are due at an instant (ms), and waits for none. To be called every second or so.
   * @param difusores those of the configuration as it is now
   */
  beat(at: number, difusores: readonly Difusor[], view: ChainView): void;
  /** Ends all that is under way. */
  end(): Promise<void>;
}

/** Waits for its turn before files are asked for. */
type Turn = <T>(work: () => Promise<T>) => Promise<T>;

export interface LookoutParts {
  /** @throws Error where the IEC's own chain or record can't be read */
  readonly look: (
    difusor: Difusor,
    view: ChainView,
    before: Memory,
    options: { readonly signal: AbortSignal; readonly turn: Turn },
  ) => Promise<Glance>;
  /** called with what is believed now, after each look; not after the end */
  readonly saw: (difusor: Difusor, seen: Seen, signed: Glance['signed'], view: ChainView) => void;
  readonly tell: Tell;
  readonly now: () => number;
  /** from 0 to 1, for the jitter */
  readonly random: () => number;
}

/** Between two looks at a site, ms, give or take a fifth; in a phase with short periods a fifth of them. */
const LOOK_MS = 60_000;
const MOST_OF_EVERY = 1.2;

/** After a look that saw something bad for the first time: longer than a page may be kept (15 s). */
const AGAIN_MS = 20_000;

/** How many sites are asked for files at once; their pointers are asked for whatever others do. */
const FILES_AT_ONCE = 6;

/** How many others are asked at once where one can't be seen, and for how long after a look none is asked again for that, ms. */
const OTHERS = 3;
const OTHERS_MS = 5000;

interface Watched {
  dueAt: number;
  isBusy: boolean;
  memory: Memory;
  last: Last | null;
}

interface Last {
  /** what the last look saw, believed or not, and when it ended, ms */
  readonly state: Sight;
  readonly at: number;
  /** how many looks in a row saw something bad, this one included */
  readonly bad: number;
  /** whether it failed on the IEC's own way out: then it says nothing of the site, and what the next one sees is seen for the first time */
  readonly isOurs: boolean;
}

/**
 * Whether a look that saw nothing good is believed. A second one that saw the same is; so is one that saw something else
 * that is bad, since a site may be bad in several ways in turn. But that something there is not what was signed needs two
 * looks that say so, or a third one that is bad.
 */
function isSureOf({ last }: Watched, state: Sight): boolean {
  if (last === null || last.isOurs) return false;
  if (last.state === state) return true;
  return isBad(state) && last.bad > 0 && (!isUntrue(state) || isUntrue(last.state) || last.bad > 1);
}

export function newLookout({ look, saw, tell, now, random }: LookoutParts): Lookout {
  const watched = new Map<string, Watched>();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // each look listens, and Node warns from the eleventh on
  const busy = new Set<Promise<void>>();
  const turn = pLimit(FILES_AT_ONCE);
  let trouble = '';
  let isOwn = false;

  const key = ({ name, url }: Difusor) => `${name} ${url}`;

  function watch(difusor: Difusor, at: number, every: number): Watched {
    const known = watched.get(key(difusor));
    if (known) return known;
    // The first looks are spread over a quarter of the time between two.
    const made: Watched = { dueAt: at + (random() * every) / 4, isBusy: false, memory: NO_MEMORY, last: null };
    watched.set(key(difusor), made);
    return made;
  }

  async function lookOnce(difusor: Difusor, one: Watched, view: ChainView, every: number): Promise<void> {
    try {
      const glance = await look(difusor, view, one.memory, { signal: stop.signal, turn });
      if (stop.signal.aborted || watched.get(key(difusor)) !== one) return;
      trouble = '';
      const { seen, signed, memory } = glance;
      const isBelieved = isGood(seen.state) || isSureOf(one, seen.state);
      one.memory = memory;
      one.last = { state: seen.state, at: now(), bad: isBad(seen.state) ? (one.last?.bad ?? 0) + 1 : 0, isOurs: false };
      const own = ownTrouble(every);
      one.dueAt = now() + (isBelieved ? every * (0.8 + (MOST_OF_EVERY - 0.8) * random()) : Math.min(AGAIN_MS, every));
      if (!isBelieved && !own && isOnTheWay(seen.state)) askOthers(one);
      if (own && isOnTheWay(seen.state)) saw(difusor, { ...seen, state: 'falla-del-iec', detail: own }, null, view);
      else if (isBelieved) saw(difusor, seen, signed, view);
    } catch (error) {
      one.dueAt = now() + every;
      if (stop.signal.aborted) return;
      const { detail } = toldOf(error);
      if (detail.en !== trouble) tell({ event: 'outside-trouble', detail });
      trouble = detail.en;
    } finally {
      one.isBusy = false;
    }
  }

  /** Where one can't be seen, some others tell whether it is our own way out. */
  function askOthers(unseen: Watched): void {
    const others = [...watched.values()].filter(
      (one) => one !== unseen && !one.isBusy && Math.abs(now() - (one.last?.at ?? 0)) > OTHERS_MS,
    );
    for (const one of others.slice(0, OTHERS)) one.dueAt = Math.min(one.dueAt, now());
  }

  /**
   * Whether it is our own way out that fails, by what was seen just now of all; told when that changes. No look that
   * failed because of it counts against its site, the first ones included, by which it was found out.
   */
  function ownTrouble(every: number) {
    const recent = [...watched.values()].filter(({ last }) => last && Math.abs(now() - last.at) <= Math.min(AGAIN_MS * 1.5, every));
    const unseen = recent.filter(({ last }) => isOnTheWay(last!.state));
    const failed = unseen.length;
    // It has ended when a site is seen again, and not when none was looked at.
    const isNow = isOwnWayOut(failed, recent.length) || (isOwn && failed === recent.length);
    const detail = words.ownWayOut(failed, recent.length);
    if (isNow !== isOwn) tell(isNow ? { event: 'outside-blind', failed, of: recent.length, detail } : { event: 'outside-sees' });
    isOwn = isNow;
    if (isNow) for (const one of unseen) one.last = { ...one.last!, bad: 0, isOurs: true };
    return isNow ? detail : null;
  }

  return {
    beat(at, difusores, view) {
      if (stop.signal.aborted) return;
      const every = Math.min(LOOK_MS, view.phase.period_seconds * 200);
      const names = new Set(difusores.map(key));
      for (const name of watched.keys()) if (!names.has(name)) watched.delete(name);
      for (const difusor of difusores) {
        const one = watch(difusor, at, every);
        const wait = one.dueAt - at;
        // Longer than any wait: the clock was put back, and what was due by the old hour is due now.
        if (one.isBusy || (wait > 0 && wait <= every * MOST_OF_EVERY)) continue;
        one.isBusy = true;
        const looking = lookOnce(difusor, one, view, every).finally(() => busy.delete(looking));
        busy.add(looking);
      }
    },
    async end() {
      stop.abort();
      await Promise.all(busy);
    },
  };
}
