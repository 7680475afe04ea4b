/**
 * Asking one after the other for the same thing, the next one as soon as the one before fails or is slow: whoever brings it
 * first is taken, and the others are told to stop. Those who are slow keep nobody from being asked: they make room.
 */

/** One who is asked. */
export interface Run {
  /** aborted when another one was first, or takes its place, or when it brings next to nothing, or the time for all is over */
  readonly signal: AbortSignal;
  /** to be told the length of what comes, so that who is slow is known */
  came(bytes: number): void;
  /** What is waited for here is not the time of the one who is asked. */
  held<H>(work: Promise<H>): Promise<H>;
}

/** Next to nothing came for too long. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

export interface Race<C, T> {
  /** in the order in which they are asked */
  readonly candidates: Iterable<C>;
  readonly attempt: (candidate: C, run: Run) => Promise<T>;
  /** is told of each that did not bring it by itself, and not because it was stopped */
  readonly onFailure: (candidate: C, error: unknown) => void;
  /** is told of each that was so slow that another one was to be asked as well */
  readonly onSlow?: (candidate: C) => void;
  /** ends it all */
  readonly signal: AbortSignal;
  /** resolves after so many ms */
  readonly pause: (ms: number) => Promise<void>;
}

/** ms after which one who is slow is joined by the next. */
const MOMENT = 1000;
/** bytes in each such moment: who brings more is not slow. */
const BRISK = 64 * 1024;
/** As many are asked at one time. */
const AT_ONCE = 3;
/** Who brought fewer bytes than this in so many moments is left. */
const STALL = Object.freeze({ moments: 10, bytes: 10 * 1024 });

interface Runner<C> {
  readonly candidate: C;
  readonly stop: AbortController;
  bytes: number;
  /** of them, those of moments that are over */
  had: number;
  /** bytes of the last such moments, the newest last */
  moments: number[];
  /** how many things it is kept waiting for */
  held: number;
  isSlow: boolean;
}

/** @returns null where nobody brought it, or the time was over. It never throws. */
export async function race<C, T>({
  candidates,
  attempt,
  onFailure,
  onSlow,
  signal,
  pause,
}: Race<C, T>): Promise<{ readonly found: T; readonly by: C } | null> {
  const queue = [...candidates];
  const running = new Set<Runner<C>>();
  let latest: Runner<C> | undefined;
  let isOver = false;
  let end: (won: { readonly found: T; readonly by: C } | null) => void = () => {};
  const stop = () => end(null);
  signal.addEventListener('abort', stop);
  try {
    return await new Promise((resolve) => {
      end = (won) => {
        isOver = true;
        resolve(won);
      };
      if (signal.aborted) return stop();
      next();
    });
  } finally {
    signal.removeEventListener('abort', stop);
    for (const one of running) one.stop.abort(signal.reason);
  }

  function next(): void {
    if (isOver) return;
    const [candidate] = queue;
    if (candidate === undefined) {
      if (running.size === 0) end(null);
      return;
    }
    if (running.size >= AT_ONCE) {
      const least = leastOf([...running].filter((one) => one !== latest));
      if (!least) return;
      running.delete(least);
      least.stop.abort(new Stalled());
    }
    queue.shift();
    latest = { candidate, stop: new AbortController(), bytes: 0, had: 0, moments: [], held: 0, isSlow: false };
    running.add(latest);
    void run(latest);
    void watch(latest);
  }

  function failed(one: Runner<C>, error: unknown): void {
    if (isOver || !running.delete(one)) return;
    onFailure(one.candidate, error);
    next();
  }

  async function run(mine: Runner<C>): Promise<void> {
    try {
      const found = await attempt(mine.candidate, {
        signal: mine.stop.signal,
        came: (bytes) => void (mine.bytes += bytes),
        async held(work) {
          mine.held += 1;
          try {
            return await work;
          } finally {
            mine.held -= 1;
          }
        },
      });
      end({ found, by: mine.candidate });
    } catch (error) {
      failed(mine, error);
    }
  }

  async function watch(mine: Runner<C>): Promise<void> {
    for (;;) {
      await pause(MOMENT);
      if (isOver || !running.has(mine)) return;
      // Who waits for us begins to be measured anew.
      mine.moments = mine.held > 0 ? [] : [...mine.moments, mine.bytes - mine.had].slice(-STALL.moments);
      mine.had = mine.bytes;
      const last = mine.moments.at(-1) ?? BRISK;
      if (mine === latest && last < BRISK) {
        if (!mine.isSlow) onSlow?.(mine.candidate);
        mine.isSlow = true;
        next();
      }
      if (mine.moments.length < STALL.moments || sumOf(mine.moments) >= STALL.bytes) continue;
      mine.stop.abort(new Stalled());
      return failed(mine, new Stalled());
    }
  }
}

/** The one that brought least of late, of several the one that was asked first; none that waits for us. */
function leastOf<C>(all: ReadonlyArray<Runner<C>>): Runner<C> | undefined {
  const [first, ...rest] = all.filter(({ held }) => held === 0);
  const last = ({ moments, bytes, had }: Runner<C>) => (moments.at(-1) ?? 0) + bytes - had;
  return rest.reduce((least, one) => (least && last(one) < last(least) ? one : least), first);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
