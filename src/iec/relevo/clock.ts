import { LIMITS } from '../../format/limits.ts';
import { areMost, refusersIn, type Visited } from '../link/most.ts';
import { Trouble } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { Report } from '../record/report.ts';
import { type Difusor, idOf, nodesOf } from '../setup/config.ts';
import type { Answer } from './judge.ts';
import { words } from './words.ts';

/**
 * Whether this machine's clock is ahead: then nodes refuse its corte, and nothing can follow that before its hour has
 * come. A node's clock is its own word, so it needs as many Difusores as their word on a corte does.
 */
export interface ClockWatch {
  /** A courier's report: a node that refused an hour says that its own clock is behind ours. */
  heard(report: Report): void;
  /**
   * @param difusores those of the configuration: no other has a voice
   * @throws Trouble `iec-clock` where most of them refused the hour of the newest corte when they were last brought it, no
   *   more than {@link LAPSE_PERIODS} periods ago
   */
  requireTaken(view: Pick<ChainView, 'head' | 'phase'>, difusores: readonly Difusor[], overruled: ReadonlySet<string>): void;
}

/** A daemon at work writes its status at least every 15 s: one that has not changed after so long comes from nobody, ms. */
export const SIGN_MS = 16_000;

/** A corte that was refused is brought again in every period: who has not refused it again by then can't be asked any more. */
const LAPSE_PERIODS = 2;

/** @param elapsed ms by a clock that nobody sets */
export function newClockWatch(elapsed: () => number): ClockWatch {
  /** by the node, what its last visit came to that reached it, and when */
  const visits = new Map<string, Visited & { readonly at: number }>();
  return {
    heard({ target, trouble, number }) {
      if (number === null) return; // who can't be asked has not taken it back
      visits.set(idOf(target), { difusor: target.difusor, code: trouble?.code ?? null, number, at: elapsed() });
    },
    requireTaken({ head, phase }, difusores, overruled) {
      const since = elapsed() - LAPSE_PERIODS * phase.period_seconds * 1000;
      const known = nodesOf({ difusor: [...difusores] }).flatMap((target) => visits.get(idOf(target)) ?? []);
      const standing = known.filter(({ code, at }) => code !== 'time-future' || at >= since);
      const voices = refusersIn(standing, head).filter((name) => !overruled.has(name));
      if (areMost(voices.length, difusores.length)) throw clockTrouble(voices);
    },
  };
}

export interface ClockQuestion {
  /** how many are configured */
  readonly difusores: number;
  /** those whose word a person decided not to heed */
  readonly overruled: ReadonlySet<string>;
  /** ms since the epoch */
  readonly now: () => number;
  /** Asks the same nodes once more, {@link SIGN_MS} later. */
  readonly again: () => Promise<readonly Answer[]>;
}

/**
 * The Difusores by whose clocks ours is ahead, where they are enough to heed. A status that is old may also be that of a
 * daemon that is off: where it matters they are asked once more, and only what has changed since counts.
 * @returns none, where they are not enough
 */
export async function aheadOf(answers: readonly Answer[], question: ClockQuestion): Promise<string[]> {
  const { difusores, again } = question;
  if (!areMost(behind(answers, question).length, difusores)) return [];
  const before = new Map(answers.map((answer) => [idOf(answer), answer.statusAt]));
  const alive = (await again()).filter((answer) => answer.statusAt !== before.get(idOf(answer)));
  const voices = behind(alive, question);
  return areMost(voices.length, difusores) ? voices : [];
}

export function clockTrouble(voices: readonly string[]): Trouble {
  return new Trouble('iec-clock', words.ahead(voices.length, LIMITS.clockSkewSeconds, voices.slice(0, 5).join(', ')));
}

/**
 * The Difusores all of whose clocks, as far as they are known, are so far behind ours that they would refuse our hour. What a
 * status says of the clock was so up to {@link SIGN_MS} ago: that is no part of the difference.
 */
function behind(answers: readonly Answer[], { overruled, now }: Pick<ClockQuestion, 'overruled' | 'now'>): string[] {
  const latest = new Map<string, number>();
  for (const { difusor, statusAt } of answers) {
    if (statusAt !== null && !overruled.has(difusor)) latest.set(difusor, Math.max(statusAt, latest.get(difusor) ?? statusAt));
  }
  const limit = now() - LIMITS.clockSkewSeconds * 1000 - SIGN_MS;
  return [...latest].flatMap(([difusor, at]) => (at < limit ? [difusor] : []));
}
