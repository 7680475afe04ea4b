import type { Budget } from './budget.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/** Between two looks at the clocks. */
const WATCH_MS = 250;

/** Requests over one connection. Every one of them ends: by its answer, or with the connection. */
export interface Asking {
  /** A request whose answer is a value. @throws Trouble where the connection is broken, else what the node answered */
  readonly ask: <T>(start: (done: (error: Error | null | undefined, value: T) => void) => void) => Promise<T>;
  /** A request that is only done or not. @throws as {@link ask} */
  readonly order: (start: (done: (error?: Error | null) => void) => void) => Promise<void>;
  /**
   * From now on so many ms may pass without any answer while one is owed.
   * @param late makes the trouble if more pass
   * @param budget of the whole link from now on
   */
  readonly allow: (ms: number, late: () => Trouble, budget: Pick<Budget, 'exceeded'>) => void;
  /** Ends every request that waits and every one to come; with the first trouble, if there are several. */
  readonly breakWith: (trouble: Trouble) => void;
  /** Closes the link: no more requests, and nobody waits for answers. */
  readonly stop: () => void;
}

/**
 * Two limits. The whole link has its budget, whatever is going on. And a time limit runs while an answer is owed and starts
 * anew with every answer: a slow node is waited for as long as it answers something, and a connection that stops answering
 * without closing is given up.
 * @param ms that may pass without any answer, at first
 * @param late makes the trouble if more pass
 * @param budget of the whole link, at first
 * @param onBreak ends the connection; may be called more than once
 */
export function newAsking(ms: number, late: () => Trouble, budget: Pick<Budget, 'exceeded'>, onBreak: () => void): Asking {
  const waiting = new Set<(trouble: Trouble) => void>();
  let broken: Trouble | null = null;
  let heardAt = performance.now();
  let allowed = { ms, late, budget };
  const watch = setInterval(
    () => {
      if (isSpent()) return;
      if (waiting.size > 0 && performance.now() - heardAt > allowed.ms) breakWith(allowed.late());
    },
    Math.min(WATCH_MS, ms / 4),
  );

  /** Whether the visit went past its bounds, with which it ends. */
  function isSpent(): boolean {
    const trouble = broken === null ? allowed.budget.exceeded() : null;
    if (trouble) breakWith(trouble);
    return trouble !== null;
  }

  function breakWith(trouble: Trouble): void {
    broken ??= trouble;
    clearInterval(watch);
    for (const fail of waiting) fail(broken);
    waiting.clear();
    onBreak();
  }

  function ask<T>(start: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (broken) return reject(broken);
      if (waiting.size === 0) heardAt = performance.now();
      const fail = (error: unknown) => reject(broken ?? error);
      const answered = () => {
        heardAt = performance.now();
        waiting.delete(fail);
      };
      waiting.add(fail);
      try {
        start((error, value) => {
          answered();
          isSpent();
          if (broken || error) fail(error);
          else resolve(value);
        });
      } catch (error) {
        answered(); // ssh2 throws for what it can't send
        fail(error);
      }
    });
  }

  return {
    ask,
    order: (start) => ask<undefined>((done) => start((error) => done(error, undefined))),
    allow(ms, late, budget) {
      allowed = { ms, late, budget };
    },
    breakWith,
    stop() {
      clearInterval(watch);
      broken ??= new Trouble('connection-lost', words.linkClosed);
    },
  };
}
