import { instantOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';
import type { Told } from '../link/trouble.ts';

/**
 * The rule of the missed periods, as the convocatoria has it: a node that has not acknowledged the newest corte at the
 * end of a period has failed that period; after `missed_limit` failed periods in a row its transmission is interrupted,
 * and its Difusor's link is disabled once all its nodes are. A corte that comes late makes up for the period that it
 * missed: a node that is always a little late never has an old corte, so it shows no notice and keeps its link. The
 * functions are pure: periods are numbers, hours are arguments.
 */

export const STATES = ['sin-contacto', 'al-dia', '1-falla', '2-fallas', 'interrumpido', 'recuperado'] as const;

/**
 * `sin-contacto` is a node that was never asked in this phase: nothing is known of it yet. `2-fallas` means two *or more* failed periods that do not interrupt yet: where `missed_limit` is 5 it lasts from the
 * second to the fourth, and `failed` has how many. `recuperado` is a node that was interrupted and has come back, until
 * a further period shows that it is well.
 */
export type State = (typeof STATES)[number];

export interface Standing {
  readonly state: State;
  /** consecutive failed periods that were not made up for */
  readonly failed: number;
  /** the newest period that was counted, null before the first */
  readonly period: number | null;
  /** when the state last changed, null where it never did */
  readonly since: string | null;
  /** of the newest failed period, null while all is well */
  readonly cause: Told | null;
  /** the latest periods, oldest first: for the panel's strip */
  readonly periods: readonly { readonly period: number; readonly ok: boolean }[];
}

/** How many periods the panel's strip shows. */
export const STRIP = 36;

export const NEW_STANDING: Standing = { state: 'sin-contacto', failed: 0, period: null, since: null, cause: null, periods: [] };

/** The number of the period in which an instant (ms) lies; 0 is the one that begins when the phase opens. */
export function periodAt(phase: Phase, instant: number): number {
  return Math.floor((instant - instantOf(phase.opens_at)) / (phase.period_seconds * 1000));
}

/** The instant (ms) at which a period begins. */
export function startOfPeriod(phase: Phase, period: number): number {
  return instantOf(phase.opens_at) + period * phase.period_seconds * 1000;
}

/**
 * The standing after the node answered what it was asked for the first time. It says nothing of a period, so it changes
 * no other state.
 * @param at the hour as it is shown
 */
export function reached(standing: Standing, at: string): Standing {
  return standing.state === 'sin-contacto' ? { ...standing, state: 'al-dia', since: at } : standing;
}

/**
 * The standing after the node has acknowledged the newest corte, at any moment of this period.
 * @param at the hour as it is shown
 */
export function succeeded(standing: Standing, period: number, at: string): Standing {
  const isNews = standing.period === null || period > standing.period;
  const recovers = standing.state === 'interrumpido' || (standing.state === 'recuperado' && !isNews);
  const state = recovers ? 'recuperado' : 'al-dia';
  return settle(standing, { state, failed: 0, cause: null, period, ok: true }, at);
}

/**
 * Whether a node that lacks a corte at the end of a period has missed it. A corte that came when less than a quarter of
 * the period was left does not count yet.
 * @param lacksSince since when the oldest corte that it lacks could be brought to it, ms
 */
export function isMissed(phase: Phase, period: number, lacksSince: number): boolean {
  return startOfPeriod(phase, period + 1) - lacksSince >= (phase.period_seconds * 1000) / 4;
}

/** A period that ended without the acuse of its corte. */
export interface Miss {
  readonly period: number;
  /**
   * the period in which the oldest corte that the node lacks came; -Infinity where that is not known, and then no period counts as
   * made up for
   */
  readonly lacksSince: number;
  readonly cause: Told;
}

/**
 * The standing after a period that ended without the node's acuse. A period is counted once, and one that succeeded
 * stays so. An interrupted node has recovered once it lacks only the newest corte, so that its link does not come and
 * go.
 * @param missedLimit of the phase
 */
export function failed(standing: Standing, { period, lacksSince, cause }: Miss, missedLimit: number, at: string): Standing {
  if (standing.period !== null && period <= standing.period) {
    return standing.failed === 0 ? standing : { ...standing, cause };
  }
  const unmended = Math.max(1, period - lacksSince + 1);
  const count = Math.min(standing.failed + 1, unmended);
  return settle(standing, { state: stateAfter(standing.state, count, missedLimit), failed: count, cause, period, ok: false }, at);
}

function stateAfter(before: State, count: number, missedLimit: number): State {
  if (count >= missedLimit) return 'interrumpido';
  if (before !== 'interrumpido') return count === 1 ? '1-falla' : '2-fallas';
  return count === 1 ? 'recuperado' : 'interrumpido';
}

function settle(
  before: Standing,
  { state, failed, cause, period, ok }: Pick<Standing, 'state' | 'failed' | 'cause'> & { period: number; ok: boolean },
  at: string,
): Standing {
  const known = before.periods.some((one) => one.period === period);
  const periods = known ? before.periods : [...before.periods, { period, ok }].slice(-STRIP);
  const newest = Math.max(period, before.period ?? period);
  return { state, failed, cause, period: newest, since: state === before.state ? before.since : at, periods };
}

/** Whether the IEC's page links to a Difusor. */
export interface Link {
  readonly enabled: boolean;
  /** when it became so, null where it never changed */
  readonly since: string | null;
  readonly cause: Told | null;
}

export const NEW_LINK: Link = { enabled: true, since: null, cause: null };

/** A Difusor stays linked while one of its nodes is served: that is what the second node is for. */
export function linkOf(before: Link, nodes: readonly Standing[], at: string): Link {
  const enabled = nodes.length === 0 || nodes.some(({ state }) => state !== 'interrumpido');
  const newest = enabled ? null : (nodes[0]?.cause ?? null);
  // What is wrong with everyone is not why this link was disabled before.
  const cause =
    !before.enabled && before.cause && (newest?.code === 'cut-off' || newest?.code === 'iec-clock') ? before.cause : newest;
  return enabled === before.enabled ? { ...before, cause } : { enabled, since: at, cause };
}
