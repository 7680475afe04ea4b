import type { Hash } from '../../format/hash.ts';
import type { Trust } from '../../format/trust.ts';
import { type Revoked, readRevoked, readSeen, type Seen } from './kept.ts';
import type { Store } from './store.ts';

/**
 * The newest corte of each phase that was ever shown to this reader, and those of them that a later trust document disowned.
 * Each has its signer's key beside it: what becomes of it can be told even where the corte itself could not be kept.
 */
export interface Sightings {
  of(phase: string): Seen | null;
  /** Whether it is the newest of its phase. */
  isNewest(sha256: Hash): boolean;
  see(phase: string, what: Seen): Promise<void>;
  /**
   * Lowers what the newest trust document no longer lets stand. It is kept when this resolves, so that the document may be
   * kept after it: a worker that is ended in between learns the document again.
   * @param refused the hashes of cortes that it refuses, for whatever reason
   */
  judge(trust: Trust, refused: readonly Hash[]): Promise<void>;
  /** by phase: the newest that was seen, until this version of the trust */
  revoked(): readonly Revoked[];
  /** Forgets them; the store is the caller's to clear. */
  clear(): void;
}

const SEEN = 'visto/';
const REVOKED = 'revocado/';

/** Reads what was kept. None of it is judged yet. */
export async function openSightings(store: Store): Promise<Sightings> {
  const seen = new Map<string, Seen>();
  const revoked = new Map<string, Revoked>();
  for (const name of await store.names()) {
    if (name.startsWith(SEEN)) {
      const what = readSeen(await store.get(name));
      if (what) seen.set(name.slice(SEEN.length), what);
    } else if (name.startsWith(REVOKED)) {
      const what = readRevoked(await store.get(name));
      if (what) revoked.set(name.slice(REVOKED.length), what);
    }
  }

  return {
    of: (phase) => seen.get(phase) ?? null,
    isNewest: (sha256) => [...seen.values()].some((each) => each.sha256 === sha256),
    async see(phase, what) {
      seen.set(phase, what);
      // While a browser replaces a worker both may be at work, and the other one may have seen more.
      const kept = readSeen(await store.get(SEEN + phase));
      if (!kept || kept.number <= what.number) await store.put(SEEN + phase, what);
    },
    async judge({ version, signers }, refused) {
      for (const [phase, { number, sha256, signer }] of seen) {
        if (sha256 === null) continue;
        // A key that the document does not name is of a later one, which could not be kept: it says nothing of it.
        const last = signers.find(({ key }) => key === signer)?.last ?? null;
        if (!refused.includes(sha256) && (last === null || number <= last)) continue;
        const what = { number, sha256, version };
        // Of what its signer signed, so much may still stand.
        const lower = { number: Math.min(number - 1, last ?? 0), sha256: null, signer: null };
        revoked.set(phase, what);
        seen.set(phase, lower);
        await store.put(REVOKED + phase, what);
        await store.put(SEEN + phase, lower);
      }
    },
    revoked: () => [...revoked.values()],
    clear() {
      seen.clear();
      revoked.clear();
    },
  };
}
