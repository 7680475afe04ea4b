import { type FSWatcher, watch } from 'node:fs';
import { saidBy } from '../../format/thrown.ts';
import type { Tell } from '../state/events.ts';
import { words } from '../words.ts';

/** What wakes a daemon between two looks at its inbox. */
export interface Bell {
  /** @param ms at most */
  wait(ms: number): Promise<void>;
  stop(): void;
}

/** Waits until time has passed, a change in the inbox is noticed (some changes are missed), or the node stops. */
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
 * Rings when a delivery gets its name; one still being uploaded has a name that begins with a dot. Where the machine
 * has no watch left to give, polling alone must do.
 */
function watchInbox(inbox: string, tell: Tell, rung: () => void): FSWatcher | null {
  const failed = (error: unknown) => tell({ event: 'error', what: words.watching, detail: saidBy(error) });
  try {
    const heard = (_: string, name: string | null) => name?.startsWith('.') || rung();
    return watch(inbox, { persistent: false }, heard).on('error', failed);
  } catch (error) {
    failed(error);
    return null;
  }
}
