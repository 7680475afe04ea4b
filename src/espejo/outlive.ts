import { type CorteFile, parseSixDigits, sixDigits } from '../format/naming.ts';
import type { TrustChain } from '../verdict/trust-chain.ts';
import { eachOf } from './at-once.ts';
import type { Listed } from './bucket/answers.ts';
import type { Bucket } from './bucket/bucket.ts';
import type { EspejoConfig } from './config.ts';
import { type Names, numberOf } from './objects.ts';
import { isTakenAnew, outlived } from './plan.ts';
import { isSignerEnded, standingOfCorte } from './standing.ts';

/**
 * Removes the cortes that were kept long enough, and at once those that are disowned. Whoever writes a new corte of such a
 * number at the same time is left alone: what is removed was listed just before, and nothing of it, nor of what proves it, is
 * newer than what was decided about. A store has no removal with a condition, so one that was asked for just then, or that
 * is tried again, may still meet a new object: who writes a number anew looks at it again for a while (`pass.ts`).
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
  readonly layout: EspejoConfig['layout'];
}

/**
 * In this order: by content the list is what gives a corte its addresses, so it goes first. What proves that it is disowned
 * stays until then, so that a pass that is cut off is ended by the next; a signature alone is of nothing.
 */
const REMOVED: readonly CorteFile[] = ['SHA256SUMS', 'corte.tar.gz', 'corte.json', 'corte.json.sig'];

/** Folders removed in one pass: the next corte does not wait for many thousand requests. */
const MOST = 2;

/** @returns the numbers of the cortes whose folders were removed */
export async function removeOutlived(plan: Outlive): Promise<number[]> {
  const { bucket, names, newest, current, keep, hours } = plan;
  const proofs = await disownedProofs(plan);
  if (plan.layout === 'contenido') return removeDisownedOf(plan, proofs);
  const { prefixes, at } = await bucket.list(names.cortes, '/');
  const numbers = prefixes.map((prefix) => numberOf(names, prefix)).filter((number) => number !== null);
  for (const number of numbers) {
    if (hours.has(number)) continue;
    // A corte is written within minutes: a thousand of its objects tell the hour well enough.
    hours.set(number, newestOf((await bucket.list(names.corte(number), null, 1)).objects));
  }
  const kept = numbers.map((number) => ({ number, modified: hours.get(number) ?? at }));
  const old = Number.isNaN(at) ? [] : outlived(kept, current, at, keep);
  // Of one that a pass was cut off from its proof is left alone.
  const above = new Set([...numbers.filter((one) => one > newest), ...proofs]);
  const removed = await removeDisownedOf(plan, above);
  for (const number of old.slice(0, MOST)) {
    // The newest of its objects may be on a later page than the one that told its hour, and yet it is long ago.
    const isNew = ({ modified }: Listed, now: number) => now - modified <= keep;
    if (await removeFolder(plan, names.corte(number), isNew)) removed.push(number);
  }
  for (const number of removed) hours.delete(number);
  return removed;
}

/**
 * The numbers above the newest corte of which the bucket has a proof. By content nothing has an address but through what
 * proves its corte, so that goes, and that alone: a content is perhaps another corte's too, and all of them take less room
 * than the copies would. In folders it is looked for only where a signer was ended: otherwise nothing was disowned.
 */
async function disownedProofs({ bucket, names, phase, trust, newest, layout }: Outlive): Promise<number[]> {
  if (layout === 'corte' && !isSignerEnded(trust, phase, Number.POSITIVE_INFINITY)) return [];
  const folder = `${names.chain}${phase}/`;
  const after = layout === 'corte' ? `${folder}${sixDigits(newest)}/z` : undefined;
  return (await bucket.list(folder, '/', undefined, after)).prefixes
    .map((prefix) => parseSixDigits(prefix.slice(folder.length, -1)))
    .filter((number) => number !== null)
    .filter((number) => number > newest);
}

async function removeDisownedOf(plan: Outlive, numbers: Iterable<number>): Promise<number[]> {
  const removed: number[] = [];
  for (const number of numbers) if (await removeDisowned(plan, number)) removed.push(number);
  return removed;
}

/** @returns whether something was removed; if not it is no disowned one, or is looked at again in a later pass */
async function removeDisowned(plan: Outlive, number: number): Promise<boolean> {
  const { bucket, names, phase, trust } = plan;
  const isDisowned = async () => (await standingOfCorte(bucket, names, phase, number, trust)) === 'disowned';
  if (!(await isDisowned())) return false;
  const proof = `${names.chain}${phase}/${sixDigits(number)}/`;
  // Of each corte its corte.json is written last, so whatever is newer than the disowned one's is of somebody who writes there.
  const provedIn = ({ objects }: Listing) => newestOf(objects.filter(({ key }) => key === `${proof}corte.json`));
  const isReplaced = (listing: Listing) =>
    listing.objects.some(({ modified }) => isTakenAnew(modified, provedIn(listing), listing.at));
  const listed = await bucket.list(proof);
  if (isReplaced(listed)) return false;
  const isNew = ({ modified }: Listed, now: number) => isTakenAnew(modified, provedIn(listed), now);
  if (!(await removeFolder(plan, names.corte(number), isNew))) return false;
  // Only if it still is disowned: another one may have written there by now.
  if (!(await isDisowned()) || isReplaced(await bucket.list(proof))) return plan.layout === 'corte';
  for (const file of REMOVED) await bucket.remove(`${proof}${file}`);
  return true;
}

/**
 * Removes a folder, a page of the list after the other: what is removed is what was there a moment ago.
 * @param isNew whether an object, at the store's hour, is of somebody who writes there
 * @returns false where there is such an object, or where the store goes on listing what was removed
 */
async function removeFolder(plan: Outlive, folder: string, isNew: (object: Listed, now: number) => boolean): Promise<boolean> {
  const whole = await plan.bucket.list(folder);
  if (whole.objects.some((object) => isNew(object, whole.at))) return false;
  let before: string | undefined;
  for (;;) {
    const { objects, at } = await plan.bucket.list(folder, null, 1);
    const first = objects[0]?.key;
    if (first === undefined) return true;
    if (first === before || objects.some((object) => isNew(object, at))) return false;
    before = first;
    await removeAll(
      plan,
      objects.map(({ key }) => key),
    );
  }
}

type Listing = Awaited<ReturnType<Bucket['list']>>;

/** When the newest of the objects was written, ms by the store's clock; 0 where there is none. */
function newestOf(objects: readonly Listed[]): number {
  return objects.reduce((latest, { modified }) => Math.max(latest, modified), 0);
}

async function removeAll({ bucket, connections }: Outlive, keys: readonly string[]): Promise<void> {
  await eachOf(connections, keys, (key) => bucket.remove(key));
}
