import type { Equation } from '../../format/ed25519.ts';
import { type Hash, hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import type { Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { checkManifest, type Head, isInRange, type SignedStatement } from '../../verdict/corte.ts';
import type { Corte } from '../../verdict/history.ts';
import { checkSignedOnce } from '../../verdict/signed-once.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { type ChainReads, cortePath } from './chain-reads.ts';

/**
 * Cortes that a key of the Institute signed and that the chain that was checked does not have: the custodians disowned them,
 * they are newer than that chain, or the Institute signed two histories. Whoever shows their bytes shows what was signed
 * once, and altered nothing. Where they are found does not matter, since each proves itself by its signature.
 */

/**
 * Why the chain does not have it, as far as that is proven:
 * - `disowned`: its signer may not sign that number, or it follows one that is disowned;
 * - `newer`: it follows the newest of the chain, or one that does;
 * - `fork`: its signer may sign that number, and it follows a corte of the chain that has another successor there, or a
 *   corte of such a second history. Two cortes were signed where one may be (`audit compare` writes out the proof);
 * - `unplaced`: its signer may sign that number, and the one that it follows is not known here.
 */
export type OffStanding = 'disowned' | 'newer' | 'fork' | 'unplaced';

interface Placed extends Head {
  readonly standing: OffStanding;
}

export interface OffChain extends Placed {
  readonly manifest: Manifest;
}

/** How those stand that were found off a chain, by the hash of their `corte.json`: what follows one stands by it. */
export type KnownOff = Map<Hash, OffStanding>;

/** The files that make a corte known, unchecked; null for what is not there. */
export type ReadOffChain = (file: 'corte.json' | 'corte.json.sig' | 'SHA256SUMS', limit: number) => Promise<Uint8Array | null>;

/** What a chain is known by: it and the documents by which it was checked. */
export interface Checked {
  readonly trust: TrustChain;
  readonly phase: string;
  /** of the phase, from 1 on */
  readonly cortes: readonly Corte[];
}

/** So many are read of one place at most: each costs a manifest. */
export const OFF_CHAIN = 50;

export interface Means {
  readonly equation?: Equation | undefined;
  /** SHA-256, for a caller that has a faster one */
  readonly hash?: ((bytes: Uint8Array) => Hash) | undefined;
}

/**
 * A corte's place, by its statement and signature alone.
 * @param known is given it
 * @returns null where it is not all there, is of the chain, or proves nothing
 * @throws Error where it can't be read
 */
export async function placeOffChain(
  { trust, phase, cortes }: Checked,
  read: ReadOffChain,
  { equation, hash = hashOf }: Means,
  known: KnownOff,
): Promise<Placed | null> {
  try {
    const corteJson = await read('corte.json', LIMITS.documentBytes);
    const own = corteJson && hash(corteJson);
    if (!corteJson || cortes.some(({ sha256 }) => sha256 === own)) return null;
    const signature = await read('corte.json.sig', LIMITS.signatureBytes);
    const signed = signature && checkSignedOnce(corteJson, signature, trust, equation);
    if (!signed || signed.statement.phase !== phase) return null;
    const { statement, sha256 } = signed;
    const standing = standingOf(signed, cortes, known);
    known.set(sha256, standing);
    return { statement, sha256, standing };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function standingOf({ statement, signer }: SignedStatement, cortes: readonly Corte[], known: KnownOff): OffStanding {
  const { number, previous } = statement;
  const before = previous === null ? undefined : known.get(previous);
  if (!isInRange(number, signer) || before === 'disowned') return 'disowned';
  if (before === 'newer' || before === 'fork') return before;
  const isOfChain = number <= cortes.length + 1 && previous === (cortes[number - 2]?.sha256 ?? null);
  if (!isOfChain) return 'unplaced';
  return number > cortes.length ? 'newer' : 'fork';
}

/**
 * {@link placeOffChain}, with what it lists.
 * @returns null where it is not all there, is of the chain, or proves nothing
 * @throws Error where it can't be read
 */
export async function readOffChain(checked: Checked, read: ReadOffChain, means: Means, known: KnownOff): Promise<OffChain | null> {
  const placed = await placeOffChain(checked, read, means, known);
  if (!placed) return null;
  try {
    const sums = await read('SHA256SUMS', LIMITS.manifestBytes);
    return sums && { ...placed, manifest: checkManifest(sums, (means.hash ?? hashOf)(sums), placed.statement) };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/**
 * What another copy of the chain has that the checked one has not, as a site has it that heard of no revocation, of a
 * newer corte before us, or of another history. It is looked for from the first corte that is another there, at the newest
 * number, and after it and the last corte of each signer that has one.
 * @param other that copy, believed for nothing
 * @throws Error where it can't be read
 */
export async function* offChainIn(
  other: Pick<ChainReads, 'read'>,
  checked: Checked,
  means: Means = {},
  known: KnownOff = new Map(),
): AsyncGenerator<OffChain, void> {
  const { trust, phase, cortes } = checked;
  const seen = new Set<number>();
  const first = await firstOther(other, checked, means);
  let left = OFF_CHAIN;
  for (const start of new Set([first, cortes.length, cortes.length + 1, ...endsOf(trust, phase).map((last) => last + 1)])) {
    // A site shows what is at its end, so a long second history leaves some for that.
    const kept = start === first ? OFF_CHAIN / 2 : 0;
    for (let number = start; left > kept && number > 0 && !seen.has(number); number += 1, left -= 1) {
      seen.add(number);
      const found = await readOffChain(checked, (file, limit) => other.read(cortePath(phase, number, file), limit), means, known);
      if (!found) break;
      yield found;
    }
  }
}

/**
 * Where that copy's cortes begin to be others than the chain's, by halves: of a whole chain each links all before it. Of
 * one with gaps it may be a later number.
 * @returns 0 where none of those looked at is another
 */
async function firstOther(other: Pick<ChainReads, 'read'>, { phase, cortes }: Checked, { hash = hashOf }: Means): Promise<number> {
  let [same, end, first] = [0, cortes.length + 1, 0];
  while (end - same > 1) {
    const number = Math.floor((same + end) / 2);
    const corteJson = await other.read(cortePath(phase, number, 'corte.json'), LIMITS.documentBytes).catch(notRefused);
    if (corteJson && hash(corteJson) === cortes[number - 1]?.sha256) same = number;
    else {
      end = number;
      if (corteJson) first = number;
    }
  }
  return first;
}

/** What is too large is no corte. */
function notRefused(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

/** The last cortes of the signers that have one, the highest first. */
function endsOf(trust: TrustChain, phase: string): number[] {
  const { signers } = trust.newest.document;
  return signers.flatMap((one) => (one.phase === phase && one.last !== null ? [one.last] : [])).sort((a, b) => b - a);
}
