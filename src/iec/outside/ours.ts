import { readStatement } from '../../chain/chain-folder.ts';
import { instantOf } from '../../format/time.ts';
import { whatToShow } from '../../verdict/publication.ts';
import { type ChainView, writtenAt } from '../record/chain-view.ts';
import type { Ours } from './judge.ts';

/** What the IEC has at the moment of a look. */

/** @param now ms @throws Refusal, Error where our chain can't be read */
export async function oursAt(view: ChainView, now: number): Promise<Ours> {
  const { chain, election, phase, head } = view;
  const newest = head === 0 ? null : (await readStatement(chain, phase.name, head)).statement;
  return {
    election,
    phase: phase.name,
    head,
    headAge: newest === null ? 0 : now - (await broughtFrom(view, instantOf(newest.taken_at), now)),
    periodMs: phase.period_seconds * 1000,
    expected: whatToShow(phase, newest, now),
  };
}

/**
 * Since when the newest corte could be brought to anybody, ms. Its hour says when its source began to be read, and a large
 * one takes a while to be made.
 * @param taken its hour
 */
async function broughtFrom(view: ChainView, taken: number, now: number): Promise<number> {
  const written = await writtenAt(view, view.head);
  return written > now ? taken : Math.max(taken, written); // what is still to come was told by another clock
}
