import { setTimeout as sleep } from 'node:timers/promises';
import type { Acuse } from '../../format/acuse.ts';
import { instantOf } from '../../format/time.ts';
import { Trouble } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import { checkedAcuse } from '../record/checked-acuse.ts';
import type { KeptAcuses } from '../record/kept-acuses.ts';
import type { NodeTarget } from '../setup/config.ts';
import type { Outbox } from './outbox.ts';
import { words } from './words.ts';

/**
 * How far a node has come, by what it has signed. Only an acuse by the node's own key, of a corte that is in our chain
 * to the byte, counts; any other acuse is a named trouble, and what it claims is never believed.
 */
export interface Receipts {
  /** the newest corte that the node has acknowledged, 0 where there is none */
  readonly acknowledged: number;
  /** the first thing in the outbox that is not what it should be */
  readonly lie: Trouble | null;
  /** when the node signed for it, by its own clock, ms; null where nothing new was found */
  readonly signedAt: number | null;
}

/** After this many bad acuses in a row, this pass does not look at those below. */
const MOST_BAD = 3;
/** Wait before the second try where one of an acuse's two files is missing because the node is just replacing it, ms. */
const AGAIN_MS = 300;
/** At most this many missed acuses are fetched in one pass. */
const MOST_FETCHED = 200;

/**
 * Looks for the newest good acuse above what is known already, and keeps it.
 * @param known what this pass has verified before
 */
export async function lookForReceipts(
  outbox: Outbox,
  view: ChainView,
  target: NodeTarget,
  kept: KeptAcuses,
  known: number,
): Promise<Receipts> {
  const there = await outbox.acuses();
  const beyond = there.find((number) => number > view.head);
  let lie = beyond === undefined ? null : new Trouble('acuse-future', words.acuseBeyond(beyond, view.head));
  let bad = 0;
  for (const number of there.filter((n) => n <= view.head && n > known)) {
    try {
      const acuse = await takeReceipt(outbox, view, target, kept, number);
      if (acuse) return { acknowledged: number, lie, signedAt: instantOf(acuse.published_at ?? acuse.admitted_at) };
    } catch (error) {
      if (!isLie(error)) throw error;
      lie ??= error;
      bad += 1;
      if (bad >= MOST_BAD) break;
    }
  }
  return { acknowledged: known, lie, signedAt: null };
}

/**
 * Fetches the acuses below `upTo` that are not kept yet: the record of the night has no holes for our own reasons.
 * @param fetched called after each of them
 */
export async function fetchMissing(
  outbox: Outbox,
  view: ChainView,
  target: NodeTarget,
  kept: KeptAcuses,
  upTo: number,
  fetched: () => void,
): Promise<void> {
  const held = new Set(await kept.numbers());
  const missing = Array.from({ length: upTo }, (_, i) => i + 1).filter((number) => !held.has(number));
  if (missing.length === 0) return;
  const there = new Set(await outbox.acuses());
  for (const number of missing.filter((n) => there.has(n)).slice(-MOST_FETCHED)) {
    await takeReceipt(outbox, view, target, kept, number);
    fetched();
  }
}

/**
 * @returns the acuse, verified and kept; null while one of its two files is missing
 * @throws Trouble `acuse-forged`, `acuse-other-corte`
 */
async function takeReceipt(
  outbox: Outbox,
  view: ChainView,
  target: NodeTarget,
  kept: KeptAcuses,
  number: number,
): Promise<Acuse | null> {
  try {
    return await verifyAndKeep(outbox, view, target, kept, number);
  } catch (error) {
    if (!(error instanceof Trouble) || error.code !== 'acuse-forged') throw error;
  }
  await sleep(AGAIN_MS);
  return verifyAndKeep(outbox, view, target, kept, number);
}

async function verifyAndKeep(
  outbox: Outbox,
  view: ChainView,
  target: NodeTarget,
  kept: KeptAcuses,
  number: number,
): Promise<Acuse | null> {
  const files = await outbox.acuse(number);
  if (!files) return null;
  const acuse = await checkedAcuse(files, view, target, number);
  await kept.keep(number, files.bytes, files.signature);
  return acuse;
}

/** Whether the trouble is that the node's acuses are false. */
export function isLie(error: unknown): error is Trouble {
  return error instanceof Trouble && error.code.startsWith('acuse-');
}
