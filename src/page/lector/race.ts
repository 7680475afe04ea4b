/**
 * Asking one after the other for the same thing, the next one as soon as the one before fails or is slow: whoever brings it
 * first is taken, and the others are told to stop.
 */

/** One who is asked. */
export interface Run {
  /** aborted when another one was first, or the time for all is over */
  readonly signal: AbortSignal;
  /** to be told the length of what comes, so that who is slow is known */
  came(bytes: number): void;
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

/** @returns null where nobody brought it, or the time was over. It never throws. */
export async function race<C, T>({
  candidates,
  attempt,
  onFailure,
  onSlow,
  signal,
  pause,
}: Race<C, T>): Promise<{ readonly found: T; readonly by: C } | null> {
  const queue = candidates[Symbol.iterator]();
  const over = new AbortController();
  const end = () => over.abort(signal.reason);
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  let running = 0;
  let latest = { bytes: 0 };
  try {
    return await new Promise((resolve) => {
      over.signal.addEventListener('abort', () => resolve(null));
      if (over.signal.aborted) resolve(null);

      const next = () => {
        if (over.signal.aborted || running >= AT_ONCE) return;
        const { done, value } = queue.next();
        if (done === true) {
          if (running === 0) resolve(null);
          return;
        }
        const mine = { bytes: 0 };
        latest = mine;
        running += 1;
        void watch(value, mine);
        void run(value, mine);
      };

      const run = async (candidate: C, mine: { bytes: number }) => {
        try {
          const found = await attempt(candidate, { signal: over.signal, came: (bytes) => void (mine.bytes += bytes) });
          resolve({ found, by: candidate });
        } catch (error) {
          running -= 1;
          if (over.signal.aborted) return;
          onFailure(candidate, error);
          next();
        }
      };

      // The next one is asked as soon as the latest is slow.
      const watch = async (candidate: C, mine: { readonly bytes: number }) => {
        for (let had = 0; ; had = mine.bytes) {
          await pause(MOMENT);
          if (latest !== mine || over.signal.aborted) return;
          if (mine.bytes - had >= BRISK) continue;
          onSlow?.(candidate);
          return next();
        }
      };
      next();
    });
  } finally {
    signal.removeEventListener('abort', end);
    over.abort();
  }
}
