import { LIMITS } from '../../format/limits.ts';
import type { Said } from '../../format/said.ts';
import { roomOf } from '../../html/size.ts';
import { type LinkOptions, openLink } from '../link/open-link.ts';
import type { SftpLink } from '../link/sftp-link.ts';
import { isStatus, STATUS } from '../link/status.ts';
import { isDistrust, type Told, Trouble, toldOf } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { NodeTarget } from '../setup/config.ts';
import { type Hint, type Outbox, outboxOf } from './outbox.ts';
import { lookForSign } from './sign.ts';
import { words } from './words.ts';

/**
 * A check of one node that sends nothing: which host answers, whether our login works, what the account sees, room and
 * clock.
 */
export interface Checkup {
  readonly target: NodeTarget;
  readonly outcome: 'good' | 'refused' | 'failed';
  /** the trust document that it says it holds, 0 where it says nothing */
  readonly trust: number;
  /** the corte that it says it holds, null where it says nothing */
  readonly number: number | null;
  readonly free_bytes: number | null;
  /** its clock minus ours, as its last status shows it (usually some 15 s old); null where there is no status */
  readonly clock_seconds: number | null;
  /** what keeps it from being served */
  readonly trouble: Told | null;
  /** what will keep it from being served if nobody acts: one line each */
  readonly warnings: readonly Said[];
}

/** Under this the night's peak (56 MB, unpacked and packed, twice over) may not fit. */
const LITTLE_BYTES = 2 * 1024 ** 3;

export interface CheckOptions extends LinkOptions {
  /** ms since the epoch */
  readonly now: () => number;
  readonly lookMs?: number | undefined;
}

/** Connects to a node and looks. Never throws for what concerns the node. */
export async function checkNode(target: NodeTarget, view: ChainView, options: CheckOptions): Promise<Checkup> {
  try {
    const link = await openLink(target, options);
    try {
      return await lookAround(target, view, link, options);
    } finally {
      link.close();
    }
  } catch (error) {
    const trouble = toldOf(error);
    const outcome = isDistrust(trouble.code) ? 'refused' : 'failed';
    return { target, outcome, trust: 0, number: null, free_bytes: null, clock_seconds: null, trouble, warnings: [] };
  }
}

async function lookAround(target: NodeTarget, view: ChainView, link: SftpLink, options: CheckOptions): Promise<Checkup> {
  const { now } = options;
  await requireFolder(target, link, 'inbox');
  await requireFolder(target, link, 'outbox');
  const outbox = outboxOf(link, target, view.phase.name);
  await outbox.acuses();
  const { trust, number, at, freeBytes } = await newestHint(outbox, link, options);
  const space = (await link.space(target.inbox)) ?? freeBytes;
  const clock = at === null ? null : Math.round((at - now()) / 1000);
  const warnings: Said[] = [];
  if (at === null) warnings.push(words.noStatus);
  if (clock !== null && clock > LIMITS.clockSkewSeconds / 2) warnings.push(words.clockAhead(clock));
  if (clock !== null && clock < -LIMITS.clockSkewSeconds / 2) warnings.push(words.clockBehind(-clock));
  if (space !== null && space < LITTLE_BYTES) warnings.push(words.spaceLeft(roomOf(space)));
  if (trust > (view.trust.at(-1) ?? 0)) warnings.push(words.unknownTrust(trust));
  return { target, outcome: 'good', trust, number, free_bytes: space, clock_seconds: clock, trouble: null, warnings };
}

/** What a node says of itself, by a daemon that is at work. @throws Trouble `daemon-silent` */
async function newestHint(outbox: Outbox, link: SftpLink, options: CheckOptions): Promise<Hint> {
  const { hint, silentSince } = await lookForSign(outbox, link, options);
  if (silentSince === null || silentSince === undefined) return hint;
  const since = new Date(silentSince).toISOString();
  throw new Trouble('daemon-silent', hint.isLeft ? words.daemonStopped(since) : words.daemonSilent(since));
}

async function requireFolder({ host, user, ...paths }: NodeTarget, link: SftpLink, which: 'inbox' | 'outbox'): Promise<void> {
  const path = paths[which];
  try {
    if ((await link.find(path))?.isFolder) return;
  } catch (error) {
    if (!isStatus(error, STATUS.PERMISSION_DENIED)) throw error;
    throw new Trouble(`${which}-forbidden`, words.mayNotLook(user, path, host), { cause: error });
  }
  throw new Trouble(`${which}-missing`, words.noFolder(path, host, user));
}
