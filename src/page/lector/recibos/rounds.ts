import type { Hash } from '../../../format/hash.ts';
import type { Recibo } from '../../../format/recibos.ts';
import type { ToldCount, ToldRecibos } from '../../recibos/told.ts';
import type { CorteAsked } from '../messages.ts';
import type { RecibosAnswer } from './messages.ts';

/**
 * When the bar asks for the receipts of the corte that is seen: not before what is seen has come, at an hour by lot, so that
 * not every reader asks at one moment, and again a few times while receipts may be missing, which come one after the other.
 */
export interface Rounds {
  /**
   * To be called whenever the bar is drawn.
   * @param corte that is seen; null where none is
   * @param isWanted whether the reader has the details before him: then the first question waits for nothing
   * @returns what is told of that corte: null before the first answer, `unanswered` where none came
   */
  turn(corte: CorteAsked | null, isWanted: boolean): ToldRecibos | 'unanswered' | null;
  /** The reader wants it asked once more. */
  again(): void;
  /** What was told counts no more: the reader wants it forgotten. */
  forget(): void;
}

/** With the keys of how many nodes another corte of this number was signed for. */
export function contraryOf(told: ReturnType<Rounds['turn']>): number {
  return told !== null && told !== 'unanswered' && told.kind === 'counted' ? told.contrary : 0;
}

/** The receipts that are the proof of two histories, as many as are shown; none where there is none. */
export function contraryIn(told: ReturnType<Rounds['turn']>): Recibo[] {
  if (told === null || told === 'unanswered' || told.kind !== 'counted') return [];
  return told.shown.flatMap(({ other, own }) => (own ? [other.recibo, own.recibo] : [other.recibo]));
}

export interface RoundsPlan {
  /**
   * With its own total.
   * @param former the proof that is shown: a browser ends a worker, and then the page alone has it
   * @returns null where the worker has no such corte
   */
  readonly ask: (corte: CorteAsked, former: readonly Recibo[]) => Promise<RecibosAnswer | null>;
  /** whether what is seen has come, so that nothing is kept waiting */
  readonly isQuiet: () => boolean;
  readonly onTold: () => void;
  /** ms that only grow */
  readonly now: () => number;
  /** gives numbers from 0 to 1 */
  readonly random: () => number;
}

/** ms from what is seen to the first question, and by lot as many more at the most. */
const FIRST = Object.freeze({ least: 3000, more: 12_000 });
/** Cortes that it is remembered of, those seen last: whoever comes back to one has not lost the proof that he was shown. */
const MOST = 4;
/** ms from an answer to the next question; there is none after the last. */
const LATER = Object.freeze([60_000, 120_000, 300_000]);

interface Round {
  told: ToldRecibos | 'unanswered' | null;
  asked: number;
  /** null where it is not asked any more by itself */
  due: number | null;
  isAsking: boolean;
}

export function newRounds({ ask, isQuiet, onTold, now, random }: RoundsPlan): Rounds {
  /** by the hash of the corte */
  const all = new Map<Hash, Round>();
  /** of the corte that is seen, or was seen last */
  let round: Round | null = null;

  function roundOf(sha256: Hash): Round {
    const due = now() + FIRST.least + random() * FIRST.more;
    const found = all.get(sha256) ?? { told: null, asked: 0, due, isAsking: false };
    all.delete(sha256);
    all.set(sha256, found);
    for (const oldest of [...all.keys()].slice(0, -MOST)) all.delete(oldest);
    return found;
  }

  async function asked(corte: CorteAsked, mine: Round): Promise<void> {
    mine.isAsking = true;
    mine.asked += 1;
    let mayGrow = true;
    try {
      const answer = await ask(corte, contraryIn(mine.told));
      // Without the corte itself nobody says whose keys they are.
      mine.told = toldSince(mine.told, answer?.told ?? { kind: 'unread-padron' });
      mayGrow = answer?.mayGrow ?? true;
    } catch {
      mine.told ??= 'unanswered';
    }
    mine.isAsking = false;
    const wait = LATER[mine.asked - 1];
    mine.due = mayGrow && wait !== undefined ? now() + wait : null;
    if (round === mine) onTold();
  }

  return {
    turn(corte, isWanted) {
      if (corte === null) return null;
      round = roundOf(corte.sha256);
      const isDue = round.due !== null && now() >= round.due && isQuiet();
      if (!round.isAsking && (isDue || (isWanted && round.asked === 0))) void asked(corte, round);
      return round.told;
    },
    again() {
      if (round && !round.isAsking) round.due = now();
    },
    forget() {
      all.clear();
      round = null;
    },
  };
}

/** What was counted stays counted, whatever a worker that began anew can read of it now. */
function toldSince(former: ToldRecibos | 'unanswered' | null, answer: ToldRecibos): ToldRecibos {
  if (former === null || former === 'unanswered' || former.kind !== 'counted') return answer;
  return answer.kind === 'counted' && !hasLess(answer, former) ? answer : former;
}

/** Whether fewer nodes signed for another corte; or for this one, where that is the same. */
function hasLess(one: ToldCount, former: ToldCount): boolean {
  if (one.contrary !== former.contrary) return one.contrary < former.contrary;
  return one.signed < former.signed || one.missing > former.missing;
}
