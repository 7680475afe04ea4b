import type { Hash } from '../format/hash.ts';
import type { Entry, Manifest } from '../format/manifest.ts';

/** What is to be written for a corte, given what it lists and what the bucket has. Pure. */

export interface Plan {
  /** objects whose bytes go over our link: one for each content that the bucket does not have */
  readonly puts: readonly Entry[];
  /** objects that the store copies by itself, from another name that has the content, or will have it after the puts */
  readonly copies: ReadonlyArray<{ readonly entry: Entry; readonly from: string }>;
  /** objects below the corte's folder that are none of it, by their names */
  readonly strays: readonly string[];
}

/**
 * @param there the names below the corte's folder in the bucket, and whether each has what the manifest says
 * @param sources a name in the bucket for contents that are there already, in this corte's folder or in another's
 * @param keyOf the name of a path of this corte
 */
export function planCorte(
  manifest: Manifest,
  there: ReadonlyMap<string, boolean>,
  sources: ReadonlyMap<Hash, string>,
  keyOf: (path: string) => string,
): Plan {
  const from = new Map(sources);
  const puts: Entry[] = [];
  const copies: { entry: Entry; from: string }[] = [];
  for (const entry of manifest) {
    if (there.get(keyOf(entry.path)) === true) from.set(entry.sha256, keyOf(entry.path));
  }
  for (const entry of manifest) {
    if (there.get(keyOf(entry.path)) === true) continue;
    const source = from.get(entry.sha256);
    if (source !== undefined) {
      copies.push({ entry, from: source });
      continue;
    }
    puts.push(entry);
    from.set(entry.sha256, keyOf(entry.path));
  }
  const own = new Set(manifest.map(({ path }) => keyOf(path)));
  return { puts, copies, strays: [...there.keys()].filter((key) => !own.has(key)) };
}

/**
 * Which objects are read back and hashed: what was written now goes first, since a store that loses something loses that; of
 * the rest, and of more than can be read, others at each pass.
 * @param random from 0 to 1
 */
export function chooseSample(all: readonly Entry[], fresh: readonly Entry[], size: number, random: () => number): Entry[] {
  const isFresh = new Set(fresh.map(({ path }) => path));
  const rest = all.filter(({ path }) => !isFresh.has(path));
  const half = rest.length === 0 ? size : Math.ceil(size / 2);
  const first = some(fresh, half, random);
  return [...first, ...some(rest, size - first.length, random)];
}

function some<T>(all: readonly T[], count: number, random: () => number): T[] {
  const left = [...all];
  const chosen: T[] = [];
  while (chosen.length < count && left.length > 0) {
    const at = Math.min(Math.floor(random() * left.length), left.length - 1);
    chosen.push(left[at]!);
    left[at] = left.at(-1)!;
    left.pop();
  }
  return chosen;
}

/** A corte's folder in the bucket, as it is listed. */
export interface Kept {
  readonly number: number;
  /** of its newest object, ms since the epoch by the store's clock */
  readonly modified: number;
}

/**
 * The folders that may go: those of cortes that were replaced longer ago than they are kept. A corte was replaced when the
 * next one in the bucket was whole; that one's newest object was written just before.
 * @param current the number that the pointer names, or named last
 * @param now the store's clock, ms
 * @param keep ms
 */
export function outlived(kept: readonly Kept[], current: number, now: number, keep: number): number[] {
  const sorted = [...kept].sort((one, other) => one.number - other.number);
  return sorted.flatMap(({ number, modified }, i) => {
    const replaced = Math.max(modified, sorted[i + 1]?.modified ?? Number.POSITIVE_INFINITY);
    return number < current && now - replaced > keep ? [number] : [];
  });
}

/** After so long without another object, nobody is writing a corte any more, ms. */
const WRITING_MS = 3_600_000;

/**
 * Whether someone seems to be writing a new corte of a number whose corte is disowned: a corte's objects are written before
 * what proves it in the chain, so those that are newer than the proof are of another one, or were repaired. All times are ms
 * by the store's clock.
 * @param modified when the newest object of the corte's folder was written
 * @param proved when the newest of the files was written that prove the disowned one
 * @param now NaN where the store does not tell it
 */
export function isTakenAnew(modified: number, proved: number, now: number): boolean {
  return modified > proved && !(now - modified > WRITING_MS);
}
