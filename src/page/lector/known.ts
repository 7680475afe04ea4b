import { type Hash, hashOf } from '../../format/hash.ts';
import { Refusal } from '../../format/refusal.ts';
import { checkManifest } from '../../verdict/corte.ts';
import { checkAlone, checkNext } from '../../verdict/history.ts';
import { type SignedTrust, startFrom, succeed, type TrustChain } from '../../verdict/trust-chain.ts';
import { prepareTrust, type WebEquation } from '../web-equation.ts';
import { type HeldCorte, newCortes, type Verify } from './cortes.ts';
import { type Fork, type Revoked, readFork, readSignedTrusts, type Seen } from './kept.ts';
import { openSightings } from './sightings.ts';
import type { Store } from './store.ts';
import { openTrustForks, type TrustFork } from './trust-forks.ts';

/**
 * What this reader's browser has verified: the trust from the anchor on, the cortes, the newest one of each phase that was
 * ever shown, and what contradicts it. It only becomes newer, but where a trust document revokes.
 */

export type Adopted = 'newer' | 'same' | 'older' | 'fork';

export interface Known {
  trust(): TrustChain;
  /**
   * Takes trust documents that follow or precede those held, and looks anew at every corte if there is a newer one.
   * @returns the refusal of the first that can't be accepted; of a `trust-fork` both documents are kept
   */
  learn(documents: readonly SignedTrust[]): Promise<Refusal | null>;
  /**
   * A3–A8 for a corte and the statement before it, which is checked alone; what lies before that is the page's to check.
   * @throws Refusal of the first check that fails
   */
  readonly verify: Verify;
  /** Takes a verified corte for what the reader has seen of its phase, or for the proof of a fork. */
  adopt(held: HeldCorte): Promise<Adopted>;
  /** The newest that was seen of a phase; null where there is none, or it was lost. */
  head(phase: string): HeldCorte | null;
  seen(phase: string): Seen | null;
  /** One that was verified before, by its hash; null where it is not kept, or is revoked. */
  at(sha256: Hash): Promise<HeldCorte | null>;
  forks(): readonly Fork[];
  trustForks(): readonly TrustFork[];
  /** Both documents of such a fork with their signatures, the one that is followed first; null where there is none. */
  trustProof(version: number): readonly [SignedTrust, SignedTrust] | null;
  /** by phase: the newest that was seen, until this version of the trust */
  revoked(): readonly Revoked[];
  /** Forgets everything but the anchor. */
  forget(): Promise<void>;
}

/** Histories that contradict the one that was seen; more are not kept. */
const FORKS = 8;

const TRUST = 'confianza';
const FORK = 'bifurcacion/';

/**
 * Reads what was kept, and checks all of it anew.
 * @throws Refusal where the anchor can't be believed
 */
export async function openKnown(
  store: Store,
  anchor: SignedTrust,
  { equation, prepare }: Pick<WebEquation, 'equation' | 'prepare'>,
): Promise<Known> {
  await prepareTrust({ prepare }, anchor);
  let chain = startFrom(anchor, equation);
  let documents: SignedTrust[] = [];
  const seen = await openSightings(store);
  const forks = new Map<string, Fork>();

  const verify: Verify = ({ phase, number }, files, before) => {
    const former = before ? checkAlone(chain, { phase, number: number - 1 }, ...before, equation) : null;
    const { corteJson, signature } = files;
    const corte =
      former || number === 1
        ? checkNext(chain, phase, former, corteJson, signature, equation)
        : checkAlone(chain, { phase, number }, corteJson, signature, equation);
    const manifest = checkManifest(files.sums, hashOf(files.sums), corte.statement);
    return { corte, files, manifest, byPath: new Map(manifest.map(({ path, sha256 }) => [path, sha256])) };
  };

  const cortes = newCortes(store, verify, prepare, isNeeded);

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

  /** What the newest trust no longer lets stand ends. */
  async function judgeAnew(): Promise<void> {
    const refused: Hash[] = [];
    for (const { corte, files } of cortes.inMemory()) {
      const { sha256, statement } = corte;
      try {
        checkAlone(chain, statement, files.corteJson, files.signature, equation);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused.push(sha256);
      }
    }
    await seen.judge(chain.newest.document, refused);
    for (const sha256 of refused) await cortes.drop(sha256);
    for (const [key, { one, proof }] of forks) if (!(await cortes.at(one)) || !(await cortes.at(proof))) forks.delete(key);
  }

  function isNeeded(sha256: Hash): boolean {
    return seen.isNewest(sha256) || [...forks.values()].some(({ one, proof }) => one === sha256 || proof === sha256);
  }

  async function fork(found: Fork): Promise<void> {
    const key = `${found.phase}/${found.number}`;
    if (forks.has(key) || forks.size >= FORKS) return;
    forks.set(key, found);
    await store.put(FORK + key, found);
  }

  await read();
  const trustForks = await openTrustForks(store, chain, { equation, prepare });
  async function read(): Promise<void> {
    const kept = readSignedTrusts(await store.get(TRUST));
    await Promise.all(kept.map((signed) => prepareTrust({ prepare }, signed)));
    for (const document of kept) if (accept(document)) break;
    await seen.judge(chain.newest.document, []);
    for (const { name } of chain.newest.document.phases) await cortes.at(seen.of(name)?.sha256 ?? '');
    for (const name of (await store.names()).filter((each) => each.startsWith(FORK))) {
      const what = readFork(await store.get(name));
      if (what && (await cortes.at(what.one)) && (await cortes.at(what.proof))) forks.set(name.slice(FORK.length), what);
    }
  }

  /** What was seen of a phase, and the corte, where it is held and still holds. */
  async function lastOf(phase: string): Promise<{ readonly last: Seen | null; readonly former: HeldCorte | null }> {
    const last = seen.of(phase);
    const former = last?.sha256 ? await cortes.at(last.sha256) : null;
    return seen.of(phase) === last ? { last, former } : lastOf(phase);
  }

  return {
    trust: () => chain,
    async learn(found) {
      const before = chain;
      let refusal: Refusal | null = null;
      for (const document of found) {
        refusal = accept(document);
        if (refusal?.code === 'trust-fork') await trustForks.keep(chain, document);
        if (refusal) break;
      }
      // What was seen is lowered first: a worker that is ended in between learns the documents again.
      if (chain.newest !== before.newest) await judgeAnew();
      if (chain !== before) await store.put(TRUST, documents);
      return refusal;
    },
    verify,
    async adopt(one) {
      const { sha256, statement, signer } = one.corte;
      const { phase, number, previous } = statement;
      const { last, former } = await lastOf(phase);
      const kept = cortes.keep(one);
      let how: Adopted = 'newer';
      if (last && number < last.number) how = 'older';
      else if (last?.number === number && last.sha256 === sha256) how = 'same';
      // What can't be shown any more proves nothing.
      else if (last?.number === number && former) how = 'fork';
      if (how === 'newer') await seen.see(phase, { number, sha256, signer: signer.key });
      // One that follows another than the one that was seen: both are signed, so that there are two histories.
      const isOther = how === 'newer' && number === (last?.number ?? 0) + 1 && previous !== last?.sha256;
      const was = former?.corte.sha256;
      if (was && how === 'fork') await fork({ phase, number, one: was, other: sha256, proof: sha256 });
      if (was && last && isOther && previous) await fork({ phase, number: last.number, one: was, other: previous, proof: sha256 });
      await kept;
      return how;
    },
    head: (phase) => cortes.get(seen.of(phase)?.sha256 ?? ''),
    seen: (phase) => seen.of(phase),
    at: (sha256) => cortes.at(sha256),
    forks: () => [...forks.values()],
    trustForks: () => trustForks.all(),
    trustProof(version) {
      const mine = chain.held.get(version);
      const other = trustForks.otherOf(version);
      if (!mine || !other) return null;
      const signed = [anchor, ...documents].find(({ bytes }) => hashOf(bytes) === mine.sha256);
      return [signed ?? { bytes: mine.bytes, signatures: [] }, other];
    },
    revoked: () => seen.revoked(),
    async forget() {
      for (const each of [cortes, seen, forks, trustForks]) each.clear();
      await store.clear();
      chain = startFrom(anchor, equation);
      documents = [];
    },
  };
}
