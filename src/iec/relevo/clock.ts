import { LIMITS } from '../../format/limits.ts';
import { areMost } from '../link/most.ts';
import { Trouble } from '../link/trouble.ts';
import type { Report } from '../record/report.ts';
import { idOf } from '../setup/config.ts';
import type { Answer } from './judge.ts';
import { words } from './words.ts';

/**
 * Whether this machine's clock is ahead: then nodes refuse its corte, and nothing can follow that before its hour has
 * come. A node's clock is its own word, so it needs as many Difusores as their word on a corte does.
 */
export interface ClockWatch {
  /** A courier's report: a node that refused an hour says that its own clock is behind ours. */
  heard(report: Report): void;
  /** @throws Trouble `iec-clock` where most Difusores refused the hour of the newest corte when they were last brought it */
  requireTaken(difusores: number, overruled: ReadonlySet<string>): void;
}

/** A daemon at work writes its status at least every 15 s: one that has not changed after so long comes from nobody, ms. */
export const SIGN_MS = 16_000;

export function newClockWatch(): ClockWatch {
  /** the nodes that refused an hour, and their Difusores */
  const refusing = new Map<string, string>();
  return {
    heard({ target, trouble, number }) {
      if (trouble?.code === 'time-future') refusing.set(idOf(target), target.difusor);
      else if (number !== null) refusing.delete(idOf(target)); // who can't be asked has not taken it back
    },
    requireTaken(difusores, overruled) {
      const voices = [...new Set(refusing.values())].filter((name) => !overruled.has(name)).sort();
      if (areMost(voices.length, difusores)) throw clockTrouble(voices);
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

/** The Difusores all of whose clocks, as far as they are known, are so far behind ours that they would refuse our hour. */
function behind(answers: readonly Answer[], { overruled, now }: Pick<ClockQuestion, 'overruled' | 'now'>): string[] {
  const latest = new Map<string, number>();
  for (const { difusor, statusAt } of answers) {
    if (statusAt !== null && !overruled.has(difusor)) latest.set(difusor, Math.max(statusAt, latest.get(difusor) ?? statusAt));
  }
  const limit = now() - LIMITS.clockSkewSeconds * 1000;
  return [...latest].flatMap(([difusor, at]) => (at < limit ? [difusor] : []));
}
