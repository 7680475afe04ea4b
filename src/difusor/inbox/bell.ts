import { type FSWatcher, watch } from 'node:fs';
import { messageOf } from '../../format/thrown.ts';
import type { Tell } from '../state/events.ts';

/** What wakes a daemon between two looks at its inbox. */
export interface Bell {
  /** @param ms at most */
  wait(ms: number): Promise<void>;
  stop(): void;
}

/** Waits for time to pass, a stir in the inbox (a hint: some are missed), or the end. */
export function newBell(inbox: string, tell: Tell, stop: AbortSignal): Bell {
  let ring: () => void = () => {};
  let isRung = false;
  const rung = () => {
    isRung = true;
    ring();
  };
  const watcher = watchInbox(inbox, tell, rung);
  stop.addEventListener('abort', rung, { once: true });
  return {
    async wait(ms: number): Promise<void> {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          ring = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      ring = () => {};
      isRung = false;
    },
    stop: () => watcher?.close(),
  };
}

/**
 * A delivery rings as it gets its name; what is still being uploaded has one with a dot. Where the machine has no watch
 * left to give, the polling does without.
 */
function watchInbox(inbox: string, tell: Tell, rung: () => void): FSWatcher | null {
  const failed = (error: unknown) => tell({ event: 'error', what: 'watching the inbox', detail: messageOf(error) });
  try {
    const heard = (_: string, name: string | null) => name?.startsWith('.') || rung();
    return watch(inbox, { persistent: false }, heard).on('error', failed);
  } catch (error) {
    failed(error);
    return null;
  }
}
