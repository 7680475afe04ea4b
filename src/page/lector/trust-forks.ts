import { type Hash, hashOf } from '../../format/hash.ts';
import { Refusal } from '../../format/refusal.ts';
import { heldTrustOf, type SignedTrust, succeed, type TrustChain } from '../../verdict/trust-chain.ts';
import { prepareTrust, type WebEquation } from '../web-equation.ts';
import { readSignedTrusts } from './kept.ts';
import type { Store } from './store.ts';

/**
 * Two trust documents of one version, both of which enough custodians signed (T7): no key of a signer can make that, only
 * those of the custodians themselves. The first stays the one that is followed, and both are kept as evidence.
 */
export interface TrustFork {
  readonly version: number;
  /** of the document that is followed */
  readonly one: Hash;
  readonly other: Hash;
}

export interface TrustForks {
  all(): readonly TrustFork[];
  /** The other document of this version, with its signatures; null where there is none. */
  otherOf(version: number): SignedTrust | null;
  /** Keeps a document that was refused as `trust-fork` by this chain. Only the first of its version is kept. */
  keep(chain: TrustChain, other: SignedTrust): Promise<void>;
  /** Forgets them; the store is the caller's to clear. */
  clear(): void;
}

/** Versions of which another document is kept; one alone is the alarm. */
const MOST = 4;
const NAME = 'confianza-otra';

/** Reads what was kept. What is no fork of this chain, by the chain's own rules, was not kept. */
export async function openTrustForks(
  store: Store,
  chain: TrustChain,
  { equation, prepare }: Pick<WebEquation, 'equation' | 'prepare'>,
): Promise<TrustForks> {
  const others = new Map<number, { readonly fork: TrustFork; readonly signed: SignedTrust }>();

  function add(of: TrustChain, signed: SignedTrust): boolean {
    const { version } = heldTrustOf(signed.bytes).document;
    const mine = of.held.get(version);
    if (!mine || others.has(version) || others.size >= MOST) return false;
    others.set(version, { fork: { version, one: mine.sha256, other: hashOf(signed.bytes) }, signed });
    return true;
  }

  for (const signed of readSignedTrusts(await store.get(NAME)).slice(0, MOST)) {
    await prepareTrust({ prepare }, signed);
    try {
      succeed(chain, signed, equation);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 'trust-fork') add(chain, signed);
    }
  }

  return {
    all: () => [...others.values()].map(({ fork }) => fork),
    otherOf: (version) => others.get(version)?.signed ?? null,
    async keep(of, other) {
      if (!add(of, other)) return;
      await store.put(
        NAME,
        [...others.values()].map(({ signed }) => signed),
      );
    },
    clear: () => others.clear(),
  };
}
