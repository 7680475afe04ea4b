import { type Hash, hashOf } from '../../format/hash.ts';
import type { Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Corte } from '../../verdict/history.ts';
import type { WebEquation } from '../web-equation.ts';
import type { Before } from './corte-reads.ts';
import { type CorteFiles, placeIn, readCorteFiles } from './kept.ts';
import type { Store } from './store.ts';

/** Verified cortes by their hash: a few in memory, more in the browser's store, where each is verified anew when it is read. */

/** A corte that was checked by the trust that is known now, with the hash of each of its files. */
export interface HeldCorte {
  readonly corte: Corte;
  readonly files: CorteFiles;
  readonly manifest: Manifest;
  readonly byPath: ReadonlyMap<string, Hash>;
}

/**
 * @param before the statement before it, where its place in the chain is to be checked too
 * @throws Refusal
 */
export type Verify = (place: { readonly phase: string; readonly number: number }, files: CorteFiles, before?: Before) => HeldCorte;

export interface Cortes {
  /** of those in memory */
  get(sha256: Hash): HeldCorte | null;
  inMemory(): readonly HeldCorte[];
  /** also of those in the store; null where it is not there, or holds no more by what is known now */
  at(sha256: Hash): Promise<HeldCorte | null>;
  keep(one: HeldCorte): Promise<void>;
  drop(sha256: Hash): Promise<void>;
  clear(): void;
}

/** Of those that nothing depends on, so many are kept, and so many in memory: lists may be long. */
const KEPT = 12;
const IN_MEMORY = 3;

const NAME = 'corte/';

/**
 * @param prepare verifies a statement's signature ahead, as of {@link WebEquation}
 * @param isNeeded whether it is to stay in any case
 */
export function newCortes(
  store: Store,
  verify: Verify,
  prepare: WebEquation['prepare'],
  isNeeded: (sha256: Hash) => boolean,
): Cortes {
  const held = new Map<Hash, HeldCorte>();

  function remember(one: HeldCorte): void {
    held.delete(one.corte.sha256);
    held.set(one.corte.sha256, one);
    const spare = [...held.keys()].filter((sha256) => sha256 !== one.corte.sha256 && !isNeeded(sha256));
    for (const sha256 of spare.slice(0, Math.max(0, spare.length - IN_MEMORY))) held.delete(sha256);
  }

  async function restore(sha256: Hash): Promise<HeldCorte | null> {
    const files = readCorteFiles(await store.get(NAME + sha256));
    const place = files && hashOf(files.corteJson) === sha256 ? placeIn(files.corteJson) : null;
    if (!files || !place) return null;
    await prepare(files.corteJson, files.signature, 'corte@cotejo');
    try {
      const found = verify(place, files);
      remember(found);
      return found;
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  return {
    get: (sha256) => held.get(sha256) ?? null,
    inMemory: () => [...held.values()],
    at: async (sha256) => held.get(sha256) ?? restore(sha256),
    async keep(one) {
      remember(one);
      await store.put(NAME + one.corte.sha256, one.files);
      const kept = (await store.names()).flatMap((name) => (name.startsWith(NAME) ? [name.slice(NAME.length)] : []));
      const spare = kept.filter((sha256) => !held.has(sha256) && !isNeeded(sha256));
      for (const sha256 of spare.slice(0, Math.max(0, kept.length - KEPT))) await store.delete(NAME + sha256);
    },
    async drop(sha256) {
      held.delete(sha256);
      await store.delete(NAME + sha256);
    },
    clear: () => held.clear(),
  };
}
