import type { Code } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';

/**
 * What a mirror has done, and when it is asked again. A mirror is said to have lied only where its own bytes prove it; all
 * else that goes wrong with it may be the network's fault, a cache's, or ours, and costs it less.
 */

/**
 * - `unreachable`: no answer, or one that broke off
 * - `slow`: left because it was slow on the whole
 * - `withholds`: it says that it has something, and has it not
 * - `unusable`: what it gives is not of our chain: another election's, another trust's, an older corte's, spoilt, none at all
 * - `lied`: what it gave is not what the IEC signed for, and can have come of no accident
 */
export type FaultKind = 'unreachable' | 'slow' | 'withholds' | 'unusable' | 'lied';

export interface Fault {
  readonly kind: FaultKind;
  /** of the refusal, where there is one */
  readonly code: Code | null;
  readonly detail: Said;
  /** ms since the epoch */
  readonly at: number;
  /** how many times in a row */
  readonly count: number;
}

export interface Conduct {
  /** when it is asked again, ms of the clock that only runs forward */
  readonly askAt: number;
  /** until when it is left alone for what it did, by the same clock; to be asked after an answer is no such thing */
  readonly leftUntil: number;
  /** how many answers to our questions it gave since it was first asked */
  readonly answers: number;
  /** whether our last question was answered, and nothing went wrong since */
  readonly isAnswering: boolean;
  readonly fault: Fault | null;
}

export const UNKNOWN: Conduct = { askAt: -Infinity, leftUntil: -Infinity, answers: 0, isAnswering: false, fault: null };

/** The first pause after a fault, and the longest, s; in between each is twice the one before. */
const PAUSES: Readonly<Record<FaultKind, readonly [first: number, most: number]>> = {
  unreachable: [15, 300],
  slow: [60, 600],
  withholds: [30, 600],
  unusable: [120, 1800],
  lied: [900, 14_400],
};

/** Faults that an answer alone makes good. Of the others only bytes that proved right do. */
const FORGIVEN: ReadonlySet<FaultKind> = new Set(['unreachable', 'slow']);

/** Whether it may be the network's alone: it says nothing of what the mirror has. */
export function isPassing({ kind }: Pick<Fault, 'kind'>): boolean {
  return FORGIVEN.has(kind);
}

export interface Moment {
  /** the clock that only runs forward, ms */
  readonly elapsed: number;
  /** the hour, ms since the epoch */
  readonly now: number;
  /** from 0 to 1, by chance: nodes that began together must not ask together for ever */
  readonly chance: number;
}

/** The mirror answered our question. @param everyMs how long it rests, about */
export function answered(before: Conduct, everyMs: number, { elapsed, chance }: Moment): Conduct {
  const isForgiven = before.fault !== null && isPassing(before.fault);
  const next = { ...before, askAt: elapsed + spread(everyMs, chance), answers: before.answers + 1, isAnswering: true };
  return isForgiven ? forgiven(next) : next;
}

/** What it gave was checked and is right. */
export function provedGood(before: Conduct): Conduct {
  return before.fault === null || before.fault.kind === 'lied' ? before : forgiven(before);
}

function forgiven(before: Conduct): Conduct {
  return { ...before, leftUntil: -Infinity, fault: null };
}

export function faulted(
  before: Conduct,
  { kind, code, detail }: Pick<Fault, 'kind' | 'code' | 'detail'>,
  { elapsed, now, chance }: Moment,
): Conduct {
  const count = before.fault?.kind === kind ? before.fault.count + 1 : 1;
  const [first, most] = PAUSES[kind];
  const pause = Math.min(most, first * 2 ** Math.min(count - 1, 16)) * 1000;
  // A proof stands: what else goes wrong later neither hides it nor makes the pause shorter.
  const isProved = before.fault?.kind === 'lied' && kind !== 'lied';
  const fault = isProved ? before.fault : { kind, code, detail, at: now, count };
  const until = elapsed + spread(pause, chance);
  return {
    ...before,
    askAt: Math.max(before.askAt, until),
    leftUntil: Math.max(before.leftUntil, until),
    isAnswering: false,
    fault,
  };
}

/** Whether it may be fetched from now. */
export function mayServe({ leftUntil }: Conduct, elapsed: number): boolean {
  return leftUntil <= elapsed;
}

/**
 * Whether this node could live from it now: nothing is wrong with it, or what was is a while ago, its pause is over, and it
 * answers again. Where the IEC brings all in time nothing is fetched, so nothing else would ever show that it is of use. Who
 * lied is never well.
 */
export function isWell(conduct: Conduct, elapsed: number): boolean {
  const { fault, isAnswering } = conduct;
  return fault === null || (fault.kind !== 'lied' && isAnswering && mayServe(conduct, elapsed));
}

/** @returns from four fifths of it to six */
function spread(ms: number, chance: number): number {
  return Math.round(ms * (0.8 + 0.4 * chance));
}
