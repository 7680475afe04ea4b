import type { ChainReads } from '../../audit/check/chain-reads.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { trustFile } from '../../format/naming.ts';
import { type Code, Refusal } from '../../format/refusal.ts';
import { sameBytes } from '../../format/wire.ts';
import type { HeldTrust } from '../../verdict/trust-chain.ts';
import { prepareTrust, type WebEquation } from '../web-equation.ts';
import type { Known } from './known.ts';
import type { MirrorAt } from './mirrors.ts';

/**
 * Whether a mirror has the trust document that is known here. What a mirror has of a version that is known already is not
 * learnt, and so a second document of that version would be seen by nobody: each mirror's newest is compared, and where it
 * follows another document than ours, those below it until the one where both chains part.
 */
export type Comparison = (mirror: MirrorAt, source: ChainReads, told: number) => Promise<Refusal | null>;

export function isFork(how: unknown): how is Refusal {
  return how instanceof Refusal && how.code === 'trust-fork';
}

/** What the other document of a fork may have made right, and ours refuses. */
const BY_TRUST: ReadonlySet<Code> = new Set([
  'trust-missing',
  'trust-mismatch',
  'trust-version',
  'signer-unknown',
  'signer-out-of-range',
]);

export function isByTrust(error: unknown): boolean {
  return error instanceof Refusal && BY_TRUST.has(error.code);
}

/**
 * A fork is remembered for each mirror and document, as long as the worker runs. What was the same, or not there, is read
 * again at each look: the mirror may have the other one by then.
 * @returns a comparison: `told` is the newest version that the mirror says it has; its answer is the refusal of what it has
 *   in the place of what is known, null where that is the same, not there, or not answered. It never throws
 */
export function newComparison(
  known: Pick<Known, 'trust' | 'learn' | 'trustForks'>,
  { prepare }: Pick<WebEquation, 'prepare'>,
): Comparison {
  const forks = new Map<string, { readonly mine: Hash; readonly refusal: Refusal }>();

  async function compare(source: ChainReads, mine: HeldTrust): Promise<Refusal | null> {
    const { version } = mine.document;
    const bytes = await source.read(`trust/${trustFile(version)}`, LIMITS.documentBytes);
    if (!bytes || sameBytes(bytes, mine.bytes)) return null;
    const document = await source.readTrust(version, known.trust());
    if (!document) return null;
    await prepareTrust({ prepare }, document);
    const refusal = await known.learn([document]);
    const lower = known.trust().held.get(version - 1);
    if (refusal?.code !== 'trust-version' || !lower) return refusal;
    // It follows another document than ours (T3): if custodians signed that one too, the fork is further down.
    return (await compare(source, lower)) ?? refusal;
  }

  return async ({ url }, source, told) => {
    const { held, newest } = known.trust();
    const mine = held.get(Math.min(told, newest.document.version));
    if (!mine) return null;
    const before = forks.get(url);
    // What the reader had forgotten is to be found anew.
    if (before?.mine === mine.sha256 && known.trustForks().length > 0) return before.refusal;
    try {
      const refusal = await compare(source, mine);
      if (isFork(refusal)) forks.set(url, { mine: mine.sha256, refusal });
      return refusal;
    } catch (error) {
      return error instanceof Refusal ? error : null;
    }
  };
}
