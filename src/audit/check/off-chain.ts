import type { Equation } from '../../format/ed25519.ts';
import { type Hash, hashOf } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import type { Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { checkManifest, type Head, isInRange } from '../../verdict/corte.ts';
import type { Corte } from '../../verdict/history.ts';
import { checkSignedOnce } from '../../verdict/signed-once.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { type ChainReads, cortePath } from './chain-reads.ts';

/**
 * Cortes that a key of the Institute signed and that the chain that was checked does not have: the custodians disowned them,
 * or they are newer than that chain. Whoever shows their bytes shows what was signed once, and altered nothing. Where they
 * are found does not matter, since each proves itself by its signature.
 */

export interface OffChain extends Head {
  /** `fork`: no signer ended before this number, so two cortes were signed where one may be (`audit compare` proves it) */
  readonly standing: 'disowned' | 'newer' | 'fork';
  readonly manifest: Manifest;
}

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
 * @param before what was found off the chain just before, for one that follows it
 * @returns null where it is not all there, is of the chain, or proves nothing
 * @throws Error where it can't be read
 */
export async function readOffChain(
  { trust, phase, cortes }: Checked,
  read: ReadOffChain,
  { equation, hash = hashOf }: Means = {},
  before: OffChain | null = null,
): Promise<OffChain | null> {
  try {
    const corteJson = await read('corte.json', LIMITS.documentBytes);
    const own = corteJson && hash(corteJson);
    if (!corteJson || cortes.some(({ sha256 }) => sha256 === own)) return null;
    const signature = await read('corte.json.sig', LIMITS.signatureBytes);
    const signed = signature && checkSignedOnce(corteJson, signature, trust, equation);
    if (!signed || signed.statement.phase !== phase) return null;
    const sums = await read('SHA256SUMS', LIMITS.manifestBytes);
    if (!sums) return null;
    const manifest = checkManifest(sums, hash(sums), signed.statement);
    const head = cortes.at(-1);
    const follows = [head?.sha256 ?? null, ...(before?.standing === 'newer' ? [before.sha256] : [])];
    const { statement, sha256, signer } = signed;
    const { number } = statement;
    const isNewer = number > cortes.length && isInRange(number, signer) && follows.includes(statement.previous);
    const isCutOff = endsOf(trust, phase).some((last) => number > last);
    return { statement, sha256, manifest, standing: isNewer ? 'newer' : isCutOff ? 'disowned' : 'fork' };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/**
 * What another copy of the chain has that the checked one has not, as a site has it that heard of no revocation, or of a
 * newer corte before us. It is looked for after the last corte of each signer that has one, and after the newest.
 * @param other that copy, believed for nothing
 * @throws Error where it can't be read
 */
export async function* offChainIn(
  other: Pick<ChainReads, 'read'>,
  checked: Checked,
  means: Means = {},
): AsyncGenerator<OffChain, void> {
  const { trust, phase, cortes } = checked;
  const seen = new Set<number>();
  let left = OFF_CHAIN;
  for (const end of new Set([cortes.length, ...endsOf(trust, phase)])) {
    let before: OffChain | null = null;
    for (let number = end + 1; left > 0 && !seen.has(number); number += 1, left -= 1) {
      seen.add(number);
      const found = await readOffChain(checked, (file, limit) => other.read(cortePath(phase, number, file), limit), means, before);
      if (!found) break;
      yield found;
      before = found;
    }
  }
}

/** The last cortes of the signers that have one, the highest first. */
function endsOf(trust: TrustChain, phase: string): number[] {
  const { signers } = trust.newest.document;
  return signers.flatMap((one) => (one.phase === phase && one.last !== null ? [one.last] : [])).sort((a, b) => b - a);
}
