import type { Equation } from '../../format/ed25519.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import { type Corte, checkNext } from '../../verdict/history.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { type ChainIndex, isPageInstead } from './chain-index.ts';
import { type ChainReads, cortePath } from './chain-reads.ts';
import { words } from './words.ts';

/** All cortes of a phase, from 1 to the first that is not there, each checked before the next counts. */

/** How many cortes are read ahead of the one being checked: AHEAD as far as the index goes, PAST beyond it. */
const AHEAD = 32;
const PAST = 4;

type Pair = readonly [corteJson: Uint8Array | null, signature: Uint8Array | null];

type Reads = Pick<ChainReads, 'read' | 'numbers'>;

/**
 * @param hint what index.json claims; it only says how far to look and is never believed
 * @throws Refusal of the corte after the last one yielded; Error where something can't be read
 */
export async function* walkPhase(
  source: Reads,
  trust: TrustChain,
  phase: string,
  hint: ChainIndex | null,
  equation?: Equation,
): AsyncGenerator<Corte, void> {
  const claimed = hint?.phases.get(phase)?.number ?? 0;
  let head: Corte | null = null;
  for await (const [corteJson, signature] of readAhead(claimed + 1, (number) => readPair(source, phase, number))) {
    const number: number = (head?.statement.number ?? 0) + 1;
    if (isMissing(corteJson, signature, number > claimed && hint !== null)) {
      await requireEnd(source, phase, number, claimed);
      return;
    }
    if (!corteJson || !signature) {
      throw new Refusal('delivery-incomplete', words.lacksFile(number, corteJson ? 'corte.json.sig' : 'corte.json'));
    }
    head = checkNext(trust, phase, head, corteJson, signature, equation);
    yield head;
  }
}

function isMissing(corteJson: Uint8Array | null, signature: Uint8Array | null, unclaimed: boolean): boolean {
  if (!corteJson && !signature) return true;
  return corteJson !== null && signature !== null && [corteJson, signature].every((file) => isPageInstead(file, unclaimed));
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

async function readPair(source: Reads, phase: string, number: number): Promise<Pair> {
  return Promise.all([
    source.read(cortePath(phase, number, 'corte.json'), LIMITS.documentBytes),
    source.read(cortePath(phase, number, 'corte.json.sig'), LIMITS.signatureBytes),
  ]);
}

/**
 * Reads 1, 2, 3 … with several reads under way at once. A failed read throws only when its turn comes, so a failure
 * past the end of the chain is never seen.
 */
async function* readAhead<T>(probable: number, read: (number: number) => Promise<T>): AsyncGenerator<T, void> {
  const waiting: Promise<PromiseSettledResult<T>[]>[] = [];
  for (let next = 1; next <= LIMITS.corteNumber || waiting.length > 0; ) {
    while (waiting.length < (next <= probable ? AHEAD : PAST) && next <= LIMITS.corteNumber)
      waiting.push(Promise.allSettled([read(next++)]));
    const [result] = (await waiting.shift()) ?? [];
    if (result?.status === 'rejected') throw result.reason;
    if (result) yield result.value;
  }
}
