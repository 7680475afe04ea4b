import { type FSWatcher, watch } from 'node:fs';
import { saidBy } from '../../format/thrown.ts';
import { newBell as newTimedBell } from '../../service/bell.ts';
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
  const bell = newTimedBell(stop);
  const watcher = watchInbox(inbox, tell, bell.ring);
  return {
    wait: async (ms) => void (await bell.sleep(ms)),
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
