import pLimit from 'p-limit';
import { CORTE_FILES, sixDigits } from '../format/naming.ts';
import type { TrustChain } from '../verdict/trust-chain.ts';
import type { Bucket } from './bucket/bucket.ts';
import { type Names, numberOf } from './objects.ts';
import { outlived } from './plan.ts';
import { standingOfCorte } from './standing.ts';

/**
 * Removes the cortes that were kept long enough, and at once those that are disowned. Nothing else is ever removed: who
 * writes a newer corte at the same time need not fear us.
 */

export interface Outlive {
  readonly bucket: Bucket;
  readonly names: Names;
  readonly phase: string;
  readonly trust: TrustChain;
  /** the newest corte of the node, 0 for none */
  readonly newest: number;
  /** the number that the pointer names */
  readonly current: number;
  /** ms */
  readonly keep: number;
  readonly connections: number;
  /** when the newest object of each folder was written, as far as it was looked at before */
  readonly hours: Map<number, number>;
}

/** Folders removed in one pass: the next corte does not wait for many thousand requests. */
const MOST = 2;

/** @returns the numbers of the cortes whose folders were removed */
export async function removeOutlived(plan: Outlive): Promise<number[]> {
  const { bucket, names, phase, trust, newest, current, keep, hours } = plan;
  const { prefixes, at } = await bucket.list(names.cortes, '/');
  const numbers = prefixes.map((prefix) => numberOf(names, prefix)).filter((number) => number !== null);
  for (const number of numbers) {
    if (hours.has(number)) continue;
    // A corte is written within minutes: a thousand of its objects tell the hour well enough.
    const { objects } = await bucket.list(names.corte(number), null, 1);
    hours.set(number, Math.max(0, ...objects.map(({ modified }) => modified)));
  }
  const kept = numbers.map((number) => ({ number, modified: hours.get(number) ?? at }));
  const old = Number.isNaN(at) ? [] : outlived(kept, current, at, keep);
  const disowned: number[] = [];
  for (const number of numbers.filter((one) => one > newest)) {
    if ((await standingOfCorte(bucket, names, phase, number, trust)) === 'disowned') disowned.push(number);
  }
  const removed = [...disowned, ...old.slice(0, MOST)];
  for (const number of removed) {
    await removeAll(
      plan,
      (await bucket.list(names.corte(number))).objects.map(({ key }) => key),
    );
    hours.delete(number);
  }
  // The files that prove that a corte is disowned go last: an interrupted removal is taken up again.
  const proofs = disowned.flatMap((number) => CORTE_FILES.map((file) => `${names.chain}${phase}/${sixDigits(number)}/${file}`));
  await removeAll(plan, proofs);
  return removed;
}

async function removeAll({ bucket, connections }: Outlive, keys: readonly string[]): Promise<void> {
  const limit = pLimit(connections);
  await Promise.all(keys.map((key) => limit(() => bucket.remove(key))));
}
