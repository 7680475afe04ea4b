import type { Equation } from '../../format/ed25519.ts';
import { type Hash, hashOf } from '../../format/hash.ts';
import type { Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { checkManifest } from '../../verdict/corte.ts';
import { type Corte, checkAlone } from '../../verdict/history.ts';
import { type SignedTrust, startFrom, succeed, type TrustChain } from '../../verdict/trust-chain.ts';
import { type CorteFiles, type Fork, placeIn, readCorteFiles, readFork, readSeen, readSignedTrusts, type Seen } from './kept.ts';
import type { Store } from './store.ts';

/**
 * What this reader's browser has verified: the trust from the anchor on, the cortes, the newest one of each phase that was
 * ever shown, and what contradicts it. It only becomes newer, but where a trust document revokes.
 */

/** A corte that was checked by the trust that is known now, with the hash of each of its files. */
export interface HeldCorte {
  readonly corte: Corte;
  readonly files: CorteFiles;
  readonly manifest: Manifest;
  readonly byPath: ReadonlyMap<string, Hash>;
}

interface Revoked {
  readonly phase: string;
  readonly number: number;
  readonly version: number;
}

export type Adopted = 'newer' | 'same' | 'older' | 'fork';

export interface Known {
  trust(): TrustChain;
  /**
   * Takes trust documents that follow or precede those held, and looks anew at every corte if there is a newer one.
   * @returns the refusal of the first that can't be accepted
   */
  learn(documents: readonly SignedTrust[]): Promise<Refusal | null>;
  /** @param bytes of the three files. @throws Refusal of the first check that fails: A3–A5, A7's close, A8 */
  verify(place: Place, files: CorteFiles): HeldCorte;
  /** Takes a verified corte for what the reader has seen of its phase, or for the proof of a fork. */
  adopt(held: HeldCorte): Promise<Adopted>;
  /** The newest that was seen of a phase; null where there is none, or it was lost. */
  head(phase: string): HeldCorte | null;
  seen(phase: string): Seen | null;
  /** One that was verified before, by its hash; null where it is not kept, or is revoked. */
  at(sha256: Hash): Promise<HeldCorte | null>;
  forks(): readonly Fork[];
  revoked(): readonly Revoked[];
  /** Forgets everything but the anchor. */
  forget(): Promise<void>;
}

interface Place {
  readonly phase: string;
  readonly number: number;
}

/** Cortes that are kept: the newest of each phase, both sides of a fork, and some that pages are still open at. */
const CORTES = 12;
const FORKS = 8;

const TRUST = 'confianza';
const SEEN = 'visto/';
const CORTE = 'corte/';
const FORK = 'bifurcacion/';

/**
 * Reads what was kept, and checks all of it anew.
 * @throws Refusal where the anchor can't be believed
 */
export async function openKnown(store: Store, anchor: SignedTrust, equation: Equation): Promise<Known> {
  let chain = startFrom(anchor, equation);
  let documents: SignedTrust[] = [];
  const held = new Map<Hash, HeldCorte>();
  const seen = new Map<string, Seen>();
  const forks = new Map<string, Fork>();
  const revoked = new Map<string, Revoked>();

  const verify: Known['verify'] = (place, files) => {
    const corte = checkAlone(chain, place, files.corteJson, files.signature, equation);
    const manifest = checkManifest(files.sums, hashOf(files.sums), corte.statement);
    return { corte, files, manifest, byPath: new Map(manifest.map(({ path, sha256 }) => [path, sha256])) };
  };

  function accept(document: SignedTrust): Refusal | null {
    try {
      const longer = succeed(chain, document, equation);
      if (longer !== chain) documents = [...documents, document];
      chain = longer;
      return null;
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  async function restore(sha256: Hash): Promise<HeldCorte | null> {
    const files = readCorteFiles(await store.get(CORTE + sha256));
    if (!files || hashOf(files.corteJson) !== sha256) return null;
    try {
      const place = placeIn(files.corteJson);
      const found = place && verify(place, files);
      if (found) held.set(sha256, found);
      return found;
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  /** What the newest trust no longer lets stand ends. */
  async function judgeAnew(): Promise<void> {
    for (const [sha256, { corte, files }] of held) {
      const { phase, number } = corte.statement;
      try {
        checkAlone(chain, { phase, number }, files.corteJson, files.signature, equation);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        held.delete(sha256);
        await store.delete(CORTE + sha256);
        revoked.set(phase, { phase, number, version: chain.newest.document.version });
        if (seen.get(phase)?.sha256 !== sha256) continue;
        // Of what its signer signed, so much may still stand.
        const last = chain.newest.document.signers.find(({ key }) => key === corte.signer.key)?.last ?? 0;
        await see(phase, { number: Math.min(number - 1, last), sha256: null });
      }
    }
    for (const [key, { one, proof }] of forks) if (!(await at(one)) || !(await at(proof))) forks.delete(key);
  }

  async function see(phase: string, what: Seen): Promise<void> {
    seen.set(phase, what);
    await store.put(SEEN + phase, what);
  }

  async function keep(one: HeldCorte): Promise<void> {
    const { sha256 } = one.corte;
    held.delete(sha256);
    held.set(sha256, one);
    await store.put(CORTE + sha256, one.files);
    const needed = new Set([
      ...[...seen.values()].map((each) => each.sha256),
      ...[...forks.values()].flatMap((f) => [f.one, f.proof]),
    ]);
    const spare = [...held.keys()].filter((key) => key !== sha256 && !needed.has(key));
    for (const key of spare.slice(0, Math.max(0, held.size - CORTES))) {
      held.delete(key);
      await store.delete(CORTE + key);
    }
  }

  async function fork(found: Fork): Promise<void> {
    const key = `${found.phase}/${found.number}`;
    if (forks.has(key) || forks.size >= FORKS) return;
    forks.set(key, found);
    await store.put(FORK + key, found);
  }

  async function at(sha256: Hash): Promise<HeldCorte | null> {
    return held.get(sha256) ?? restore(sha256);
  }

  await read();
  async function read(): Promise<void> {
    for (const document of readSignedTrusts(await store.get(TRUST))) if (accept(document)) break;
    for (const name of await store.names()) {
      if (name.startsWith(SEEN)) {
        const what = readSeen(await store.get(name));
        if (what) seen.set(name.slice(SEEN.length), what);
        if (what?.sha256) await restore(what.sha256);
      } else if (name.startsWith(FORK)) {
        const what = readFork(await store.get(name));
        if (what && (await at(what.one)) && (await at(what.proof))) forks.set(name.slice(FORK.length), what);
      }
    }
  }

  return {
    trust: () => chain,
    async learn(found) {
      const before = chain;
      let refusal: Refusal | null = null;
      for (const document of found) {
        refusal = accept(document);
        if (refusal) break;
      }
      if (chain !== before) await store.put(TRUST, documents);
      if (chain.newest !== before.newest) await judgeAnew();
      return refusal;
    },
    verify,
    async adopt(one) {
      const { sha256, statement } = one.corte;
      const { phase, number, previous } = statement;
      const last = seen.get(phase) ?? null;
      if (last && number < last.number) {
        await keep(one);
        return 'older';
      }
      if (last?.number === number && last.sha256 !== null) {
        if (last.sha256 === sha256) return 'same';
        await fork({ phase, number, one: last.sha256, other: sha256, proof: sha256 });
        await keep(one);
        return 'fork';
      }
      // One that follows another than the one that was seen: both are signed, so that there are two histories.
      if (last?.sha256 && number === last.number + 1 && previous !== last.sha256) {
        await fork({ phase, number: last.number, one: last.sha256, other: previous ?? '', proof: sha256 });
      }
      await see(phase, { number, sha256 });
      await keep(one);
      return 'newer';
    },
    head: (phase) => held.get(seen.get(phase)?.sha256 ?? '') ?? null,
    seen: (phase) => seen.get(phase) ?? null,
    at,
    forks: () => [...forks.values()],
    revoked: () => [...revoked.values()],
    async forget() {
      for (const map of [held, seen, forks, revoked]) map.clear();
      await store.clear();
      chain = startFrom(anchor, equation);
      documents = [];
    },
  };
}
