import { promises as fs } from 'node:fs';
import { lastNumber, readStatement } from '../../chain/chain-folder.ts';
import { formatTime, offsetOf } from '../../format/time.ts';
import { Trouble } from '../link/trouble.ts';
import { words as packWords } from '../pack/words.ts';
import type { ChainView } from '../record/chain-view.ts';
import { lostCorte } from '../record/kept-acuses.ts';
import type { ChainEnd } from '../record/signed-mark.ts';
import { periodAt, startOfPeriod } from '../record/standing.ts';
import { idOf } from '../setup/config.ts';
import type { Verdict } from './judge.ts';
import { words } from './words.ts';

/** What stops a machine at the end of a chain, as it is told. */

/** The end of a chain as it is seen. @throws Refusal, Error where its newest corte can't be read */
export async function endOf({ chain, phase, head }: ChainView): Promise<ChainEnd> {
  if (head === 0) return { number: 0, corte: null };
  return { number: head, corte: (await readStatement(chain, phase.name, head)).sha256 };
}

/**
 * Whether whoever signed the newest corte has not had the time yet to sign the next one, and to bring it to somebody.
 * @param now ms since the epoch
 */
export function tooEarly({ phase, head, headTakenAt }: ChainView, now: number): Trouble | null {
  if (headTakenAt === null) return null;
  const until = startOfPeriod(phase, periodAt(phase, headTakenAt) + 1) + phase.grace_seconds * 1000;
  return now < until ? new Trouble('not-asked', words.early(head, formatTime(until, offsetOf(phase.opens_at)))) : null;
}

/**
 * That a node has signed for a corte which is past the end of our chain: this disk has lost it, or it is another machine's.
 * @param panel where the nodes' acuses are kept
 * @throws Error where something can't be read
 */
export async function lostHere(panel: string, { chain, phase }: ChainView): Promise<Trouble | null> {
  const folder = await fs.realpath(chain);
  const lost = await lostCorte(panel, folder, phase.name, await lastNumber(folder, phase.name));
  return lost && new Trouble('corte-lost', packWords.corteLost(idOf(lost), lost.number, chain));
}

/** Why a machine must not sign, as it is told. */
export function troubleOf(verdict: Exclude<Verdict, { kind: 'free' }>, { phase, head }: ChainView): Trouble {
  if (verdict.kind !== 'held') {
    const some = verdict.missing.slice(0, 5).map((answer) => `${idOf(answer)}: ${answer.trouble?.code ?? 'not-asked'}`);
    const count = verdict.missing.length;
    return new Trouble(
      'not-asked',
      verdict.kind === 'alone' ? words.alone(count, some.join(', ')) : words.notAsked(head, count, some.join(', ')),
    );
  }
  const { by, sight } = verdict;
  const { number } = sight;
  if (number <= head) return new Trouble('fork', words.fork(idOf(by), number, phase.name));
  const say = sight.isSigned ? words.held : words.claimed;
  return new Trouble('corte-lost', say(idOf(by), number, phase.name));
}
