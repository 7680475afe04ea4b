import { setTimeout as sleep } from 'node:timers/promises';
import { openLink } from '../link/open-link.ts';
import type { SftpLink } from '../link/sftp-link.ts';
import { givenUp } from '../link/trouble.ts';
import type { NodeTarget } from '../setup/config.ts';
import { type Hint, type Outbox, outboxOf } from './outbox.ts';
import type { DeliveryOptions } from './visit.ts';

/**
 * Whether somebody is at work at a node, by the status that its daemon writes. A status that is old by our clock may
 * come from a clock that is behind; only one that does not change while we look comes from nobody.
 */

/** A daemon at work writes its status every 15 s, ms: one that is older than this by our clock is looked at again. */
const OLD_MS = 60_000;
/** For how long a status is looked at before it counts as nobody's, unless told otherwise, and how often, ms. */
const LOOK_MS = 20_000;
const PAUSE_MS = 1000;

/** What a look at a node's status came to. */
interface Look {
  readonly hint: Hint;
  /** the daemon's last sign, by the node's clock, ms, if nobody is at work; null where somebody is; undefined where there is no status */
  readonly silentSince: number | null | undefined;
}

interface LookOptions {
  /** ms since the epoch */
  readonly now: () => number;
  readonly lookMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Whether a status by itself gives reason to look again. */
export function isDoubtful({ at, isLeft }: Hint, now: number): boolean {
  return at !== null && (isLeft || at <= now - OLD_MS);
}

/**
 * The same after a visit in which nobody answered, when the status was read once already.
 * @param before the status as the visit began, so many ms ago
 * @returns as {@link Look} has it. @throws Trouble where it can't be read
 */
export async function silenceAfter(outbox: Pick<Outbox, 'hint'>, before: Hint, ms: number): Promise<number | null | undefined> {
  const { at, isLeft } = await outbox.hint();
  if (at === null) return undefined;
  if (at !== before.at) return isLeft ? undefined : null;
  return isLeft || ms >= LOOK_MS ? at : undefined;
}

/** Looks at the status over an open link, for `lookMs` where it gives reason to. @throws Trouble where it can't be read */
export async function lookForSign(outbox: Outbox, link: SftpLink, { now, lookMs = LOOK_MS, signal }: LookOptions): Promise<Look> {
  const first = await outbox.hint();
  if (first.at === null) return { hint: first, silentSince: undefined };
  if (!isDoubtful(first, now())) return { hint: first, silentSince: null };
  link.extend(lookMs);
  for (const began = performance.now(); performance.now() - began < lookMs; ) {
    await sleep(PAUSE_MS, undefined, { signal }).catch((cause: unknown) => {
      throw givenUp(cause);
    });
    const again = await outbox.hint();
    if (again.at !== null && again.at !== first.at && !again.isLeft) return { hint: again, silentSince: null };
  }
  return { hint: first, silentSince: first.at };
}

/**
 * Goes to a node only to look whether somebody is at work.
 * @returns as {@link Look}; undefined also where the node can't be asked just now: that is the next delivery's to tell
 */
export async function silenceOf(target: NodeTarget, phase: string, options: DeliveryOptions): Promise<number | null | undefined> {
  try {
    const link = await openLink(target, options);
    try {
      return (await lookForSign(outboxOf(link, target, phase), link, options)).silentSince;
    } finally {
      link.close();
    }
  } catch {
    return undefined;
  }
}
