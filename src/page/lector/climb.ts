import type { ChainReads } from '../../audit/check/chain-reads.ts';
import { LIMITS } from '../../format/limits.ts';
import { trustFile } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { sameBytes } from '../../format/wire.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { walkTrust } from '../../verdict/trust-walk.ts';
import { prepareTrust, type WebEquation } from '../web-equation.ts';
import type { Known } from './known.ts';

/** Learning the trust documents that one mirror has and that are not known. */

/** `begun` where the mirror fell silent, or the time was over, after some of them. */
export type Climbed = 'whole' | 'begun' | Refusal;

/** Whether there may be some, above those that are known or below. @param told the newest that the mirror says it has */
export function isToClimb({ newest, anchor, held }: TrustChain, told: number): boolean {
  const { version } = anchor.document;
  return told > newest.document.version || (version > 1 && !held.has(version - 1));
}

/** Whether a corte may be refused only because a trust document is not known: that is no proof against who gave it. */
export function mayLackTrust({ code }: Refusal): boolean {
  return code === 'signer-unknown' || code === 'trust-missing';
}

/**
 * Whether a mirror's corte is refused because of a trust document that the mirror itself does not have yet: by what it has,
 * it is in order.
 * @throws whatever the source throws
 */
export async function isLate(error: unknown, source: Pick<ChainReads, 'read'>, { newest, anchor }: TrustChain): Promise<boolean> {
  if (!(error instanceof Refusal) || error.code !== 'signer-out-of-range' || newest === anchor) return false;
  return (await source.read(`trust/${trustFile(newest.document.version)}`, LIMITS.documentBytes)) === null;
}

/**
 * Each document is learnt as it comes, so that none has to come twice: where the time is over, the next look goes on from
 * there. Of those that are held only the anchor is asked for, since another one in its place is another chain.
 * @param source a mirror's chain, with its own total of time
 * @returns the refusal of what can't be accepted
 * @throws whatever the source throws, where nothing was learnt
 */
export async function climb(
  source: ChainReads,
  known: Pick<Known, 'trust' | 'learn'>,
  { equation, prepare }: Pick<WebEquation, 'equation' | 'prepare'>,
): Promise<Climbed> {
  const start = known.trust();
  try {
    const { refused } = await walkTrust(
      start,
      async (version, chain) => {
        const mine = start.held.get(version);
        if (mine) {
          const isAnchor = version === start.anchor.document.version;
          const bytes = isAnchor ? await source.read(`trust/${trustFile(version)}`, LIMITS.documentBytes) : mine.bytes;
          if (!bytes || sameBytes(bytes, mine.bytes)) return bytes && { bytes, signatures: [] };
        }
        const document = await source.readTrust(version, chain);
        if (!document) return null;
        await prepareTrust({ prepare }, document);
        await known.learn([document]);
        return document;
      },
      equation,
    );
    return refused ? new Refusal(refused.code, refused.detail) : 'whole';
  } catch (error) {
    if (known.trust() === start) throw error;
    return 'begun';
  }
}
