import type { Equation } from '../../format/ed25519.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { tileOf } from '../../format/tile.ts';
import { sameBytes } from '../../format/wire.ts';
import { type Corte, checkNext } from '../../verdict/history.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { type ChainIndex, isPageInstead } from './chain-index.ts';
import { type FoundPair, type Pair, type PassedOver, pairReader, type Reads, readPair } from './tile-reads.ts';
import { words } from './words.ts';

/** All cortes of a phase, from 1 to the first that is not there, each checked before the next counts. */

/**
 * How many cortes are read ahead of the one being checked: AHEAD as far as the index goes, PAST beyond it, and BLIND where
 * there is no index.
 */
const AHEAD = 32;
const PAST = 1;
const BLIND = 4;

export interface WalkOptions {
  readonly equation?: Equation | undefined;
  /** Is given what will be checked, as soon as it is there, so that signatures can be verified before their turn comes. */
  readonly prepare?: ((corteJson: Uint8Array, signature: Uint8Array) => Promise<void>) | undefined;
  /** Whether tiles may be read. */
  readonly tiles: boolean;
  /** Is told once of each tile that did not serve. */
  readonly onPassedOver: (tile: PassedOver) => void;
}

/** A tile gave another history than the single files have, so that nothing follows from what was walked. */
export class OtherHistory extends Error {
  override readonly name = 'OtherHistory';
}

/**
 * A refusal is only said of single files: where a corte out of a tile is refused, its own files and those of the one before
 * it are read. Are they the same, so is all before them, by the links. Nor does a history end with a corte out of a tile
 * whose own files are others.
 * @param hint what index.json claims; it only says how far to look and is never believed
 * @throws Refusal of the corte after the last one yielded; OtherHistory where the walk must begin again without tiles;
 *   Error where something can't be read
 */
export async function* walkPhase(
  source: Reads,
  trust: TrustChain,
  phase: string,
  hint: ChainIndex | null,
  { equation, prepare, tiles, onPassedOver }: WalkOptions,
): AsyncGenerator<Corte, void> {
  const claimed = hint?.phases.get(phase)?.number ?? 0;
  const read = pairReader(source, phase, tiles ? claimed : 0, onPassedOver);
  const readPrepared = async (number: number) => {
    const found = await read(number);
    const [corteJson, signature] = found.pair;
    if (corteJson && signature) await prepare?.(corteJson, signature);
    return found;
  };
  const ahead = { probable: claimed + 1, past: hint ? PAST : BLIND };
  const passed = new Set<number>();
  let before: FoundPair | null = null;
  let head: Corte | null = null;
  for await (const found of readAhead(ahead, readPrepared)) {
    const number: number = (head?.statement.number ?? 0) + 1;
    let now: FoundPair = found;
    let next: Corte | null;
    const check = ({ pair }: FoundPair) => checkPair(trust, phase, head, pair, { claimed, isHinted: hint !== null, equation });
    try {
      next = check(now);
    } catch (error) {
      if (!(error instanceof Refusal) || !(now.isOfTile || before?.isOfTile)) throw error;
      await requireOwn(source, phase, number - 1, before);
      if (!now.isOfTile) throw error;
      now = { pair: await readPair(source, phase, number), isOfTile: false };
      if (isSame(found.pair, now.pair)) throw error;
      const { index } = tileOf(number);
      if (!passed.has(index)) onPassedOver({ phase, index, why: 'other' });
      passed.add(index);
      next = check(now);
    }
    if (!next) {
      // The index may claim more than there is, and the newest corte have come out of a tile.
      await requireOwn(source, phase, number - 1, before);
      await requireEnd(source, phase, number, claimed);
      return;
    }
    [before, head] = [now, next];
    yield head;
  }
}

/** Requires of a corte out of a tile that its own files are the same. @throws OtherHistory where they are not */
async function requireOwn(source: Reads, phase: string, number: number, found: FoundPair | null): Promise<void> {
  if (!found?.isOfTile) return;
  let own: Pair | null = null;
  try {
    own = await readPair(source, phase, number);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; // one that is too large is another
  }
  if (!own || !isSame(found.pair, own)) throw new OtherHistory();
}

/** @returns null where there is no such corte */
function checkPair(
  trust: TrustChain,
  phase: string,
  head: Corte | null,
  [corteJson, signature]: Pair,
  { claimed, isHinted, equation }: { claimed: number; isHinted: boolean; equation: Equation | undefined },
): Corte | null {
  const number = (head?.statement.number ?? 0) + 1;
  if (isMissing(corteJson, signature, number > claimed && isHinted)) return null;
  if (!corteJson || !signature) {
    throw new Refusal('delivery-incomplete', words.lacksFile(number, corteJson ? 'corte.json.sig' : 'corte.json'));
  }
  return checkNext(trust, phase, head, corteJson, signature, equation);
}

/**
 * @param unclaimed whether the index says that there is no such corte. A store has no rename: who copies a chain to one writes
 *   corte.json last, and until then, as without all of its files, there is no corte.
 */
function isMissing(corteJson: Uint8Array | null, signature: Uint8Array | null, unclaimed: boolean): boolean {
  if (unclaimed && (corteJson === null || isPageInstead(corteJson, unclaimed))) return true;
  if (!corteJson && !signature) return true;
  return corteJson !== null && signature !== null && [corteJson, signature].every((file) => isPageInstead(file, unclaimed));
}

function isSame(one: Pair, other: Pair): boolean {
  return one.every((file, i) => (file === null ? other[i] === null : other[i] !== null && sameBytes(file, other[i]!)));
}

/** Requires that no later corte exists after the end of the chain: if one does, a corte in between is missing. */
async function requireEnd(source: Reads, phase: string, number: number, claimed: number): Promise<void> {
  const later = (await source.numbers?.(phase))?.find((other) => other > number);
  const found = later ?? ((await isThere(source, phase, claimed, number)) ? claimed : null);
  if (found !== null) throw new Refusal('gap', words.missing(number, found));
}

async function isThere(source: Reads, phase: string, claimed: number, number: number): Promise<boolean> {
  if (claimed <= number || claimed > LIMITS.corteNumber) return false;
  const [corteJson, signature] = await readPair(source, phase, claimed);
  return corteJson !== null && signature !== null && !isPageInstead(corteJson, true);
}

/**
 * Reads 1, 2, 3 … with several reads under way at once. A failed read throws only when its turn comes, so a failure
 * past the end of the chain is never seen.
 */
async function* readAhead<T>(
  { probable, past }: { readonly probable: number; readonly past: number },
  read: (number: number) => Promise<T>,
): AsyncGenerator<T, void> {
  const waiting: Promise<PromiseSettledResult<T>[]>[] = [];
  for (let next = 1; next <= LIMITS.corteNumber || waiting.length > 0; ) {
    while (waiting.length < (next <= probable ? AHEAD : past) && next <= LIMITS.corteNumber)
      waiting.push(Promise.allSettled([read(next++)]));
    const [result] = (await waiting.shift()) ?? [];
    if (result?.status === 'rejected') throw result.reason;
    if (result) yield result.value;
  }
}
