import { LIMITS } from '../../format/limits.ts';
import type { Phase } from '../../format/trust.ts';
import type { LinkOptions } from '../link/open-link.ts';
import type { SftpLink } from '../link/sftp-link.ts';
import { Trouble } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { KeptAcuses } from '../record/kept-acuses.ts';
import type { NodeTarget } from '../setup/config.ts';
import type { Outbox } from './outbox.ts';
import { isLie, lookForReceipts } from './receipts.ts';
import type { Placed } from './upload.ts';
import { words } from './words.ts';

export interface DeliveryOptions extends LinkOptions {
  readonly panel: string;
  /** called with the number of each corte of which a receipt was kept */
  readonly kept?: ((number: number) => void) | undefined;
  /** how long an answer to what was placed is waited for, ms, from the last sign of progress */
  readonly acuseMs: number;
  readonly now: () => number;
  /** how often a node that needs nothing is looked at, ms: whether somebody is at work there */
  readonly watchMs?: number | undefined;
  /** for how long its status must stay the same before it counts as nobody's, ms */
  readonly lookMs?: number | undefined;
}

/** How long a node may take to admit what was placed, ms: it copies, verifies and unpacks up to 56 MB. */
export const ACUSE_MS = 60_000;

/** The same for a phase with shorter periods: the acuse must come within the period. */
export function acuseMsIn({ period_seconds }: Phase): number {
  return Math.min(ACUSE_MS, Math.max(10_000, period_seconds * 800));
}

/** What a visit leaves behind, however it ends. */
export interface Findings {
  /** whether the outbox was read */
  asked: boolean;
  /** the newest corte that the node has acknowledged by its own signature, 0 for none */
  acknowledged: number;
  /** what was noticed although the node could be served; only the first */
  notice: Trouble | null;
  /** as in a report: since when nobody is at work there */
  silentSince: number | null | undefined;
  /** how many were sent */
  bytes: number;
}

/** One visit to a node over an open link: what it needs, and what it has done and seen so far. */
export interface Visit {
  readonly target: NodeTarget;
  /**
   * The chain as it stands at this moment: a corte that is issued meanwhile is brought on the same visit. Two calls may
   * give two states; code that needs one state for several steps calls it once and keeps the result.
   */
  readonly view: () => ChainView;
  readonly options: DeliveryOptions;
  readonly kept: KeptAcuses;
  readonly findings: Findings;
  readonly link: SftpLink;
  readonly outbox: Outbox;
  /** what this visit put into the inbox, or found waiting there, by the delivery's name */
  readonly placed: Map<string, Placed>;
  /** the highest corte that was acknowledged or is in the inbox */
  last: number;
  /** when the node last showed progress, or was given something to do; `performance.now()` */
  since: number;
  /** when the node signed the newest acuse that this visit saw, by its clock, ms */
  signedAt: number;
  /** whether the node has lost what it once acknowledged: then its hint limits what its old acuses prove */
  doubted: boolean;
  /** the deliveries that were sent a second time, whole, by name */
  readonly again: Set<string>;
  /** why the node has not taken a trust document: the cortes are brought all the same, and then this ends the visit */
  untaken: Trouble | null;
}

/** Whether it was noticed that the node's acuses are false. */
export function isLying({ findings }: Visit): boolean {
  return isLie(findings.notice);
}

/**
 * Reads what the outbox acknowledges by now, keeps it, and notices what is wrong with it.
 * @returns the newest corte that counts as acknowledged
 */
export async function readReceipts(visit: Visit): Promise<number> {
  const { outbox, target, kept, findings, options, doubted } = visit;
  const { acknowledged, lie, signedAt } = await lookForReceipts(outbox, visit.view(), target, kept, findings.acknowledged);
  findings.notice ??= lie;
  if (signedAt !== null) visit.signedAt = signedAt;
  // An acuse may be old, so only an hour in the future says something about the node's clock.
  if (signedAt !== null && signedAt > options.now()) noticeClock(findings, signedAt - options.now());
  if (!doubted) return acknowledged;
  return Math.max(findings.acknowledged, Math.min(acknowledged, (await outbox.hint()).number ?? acknowledged));
}

/** The node has signed for so many cortes during this visit. Working through many may take longer than a visit may. */
export function gotOn({ link, options }: Visit, cortes: number): void {
  link.extend(Math.max(0, cortes) * (options.acuseMs / 4));
}

/** A Difusor refuses an hour over 300 s ahead of its clock; from half of that on it is reported. */
export function noticeClock(findings: Findings, aheadMs: number): void {
  const seconds = Math.round(aheadMs / 1000);
  if (Math.abs(seconds) < LIMITS.clockSkewSeconds / 2) return;
  const skew = seconds > 0 ? words.clockAheadOfIec(seconds) : words.clockBehindIec(-seconds);
  findings.notice ??= new Trouble('clock-skew', skew);
}
