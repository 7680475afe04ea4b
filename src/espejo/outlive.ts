import pLimit from 'p-limit';
import { CORTE_FILES, sixDigits } from '../format/naming.ts';
import type { TrustChain } from '../verdict/trust-chain.ts';
import type { Bucket } from './bucket/bucket.ts';
import { type Names, numberOf } from './objects.ts';
import { isTakenAnew, outlived } from './plan.ts';
import { standingOfCorte } from './standing.ts';

/**
 * Removes the cortes that were kept long enough, and at once those that are disowned, unless another one is just writing a
 * new corte of that number. Nothing else is ever removed: who writes a newer corte at the same time need not fear us.
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
  const { bucket, names, newest, current, keep, hours } = plan;
  const { prefixes, at } = await bucket.list(names.cortes, '/');
  const numbers = prefixes.map((prefix) => numberOf(names, prefix)).filter((number) => number !== null);
  for (const number of numbers) {
    if (hours.has(number)) continue;
    // A corte is written within minutes: a thousand of its objects tell the hour well enough.
    hours.set(number, newestOf(await bucket.list(names.corte(number), null, 1)));
  }
  const kept = numbers.map((number) => ({ number, modified: hours.get(number) ?? at }));
  const old = Number.isNaN(at) ? [] : outlived(kept, current, at, keep);
  const removed: number[] = [];
  for (const number of numbers.filter((one) => one > newest)) {
    if (await removeDisowned(plan, number)) removed.push(number);
  }
  for (const number of old.slice(0, MOST)) {
    await removeAll(plan, keysOf(await bucket.list(names.corte(number))));
    removed.push(number);
  }
  for (const number of removed) hours.delete(number);
  return removed;
}

/** @returns whether it was removed; if not it is no disowned one, or is looked at again in a later pass */
async function removeDisowned(plan: Outlive, number: number): Promise<boolean> {
  const { bucket, names, phase, trust } = plan;
  const isDisowned = async () => (await standingOfCorte(bucket, names, phase, number, trust)) === 'disowned';
  if (!(await isDisowned())) return false;
  const proof = `${names.chain}${phase}/${sixDigits(number)}/`;
  const proved = newestOf(await bucket.list(proof));
  const folder = await bucket.list(names.corte(number));
  if (isTakenAnew(newestOf(folder), proved, folder.at)) return false;
  await removeAll(plan, keysOf(folder));
  // What proves that a corte is disowned goes last, and only if it still does: another one may have written there by now.
  if (await isDisowned()) {
    await removeAll(
      plan,
      CORTE_FILES.map((file) => `${proof}${file}`),
    );
  }
  return true;
}

type Listing = Awaited<ReturnType<Bucket['list']>>;

function keysOf({ objects }: Listing): string[] {
  return objects.map(({ key }) => key);
}

/** When the newest of the objects was written, ms by the store's clock; 0 where there is none. */
function newestOf({ objects }: Listing): number {
  return objects.reduce((latest, { modified }) => Math.max(latest, modified), 0);
}

async function removeAll({ bucket, connections }: Outlive, keys: readonly string[]): Promise<void> {
  const limit = pLimit(connections);
  await Promise.all(keys.map((key) => limit(() => bucket.remove(key))));
}
