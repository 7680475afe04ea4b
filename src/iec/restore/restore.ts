import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { auditChain } from '../../audit/chain.ts';
import { compare, type Fork } from '../../audit/compare.ts';
import type { ChainSource } from '../../audit/source/chain-source.ts';
import { folderSource } from '../../audit/source/folder.ts';
import { TooSlow } from '../../audit/source/http-get.ts';
import { corteFolder, writeIndex } from '../../chain/chain-folder.ts';
import { UsageError } from '../../config/usage-error.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { namesIn } from '../../disk/names-in.ts';
import { Refusal } from '../../format/refusal.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import type { Corte } from '../../verdict/history.ts';
import { type SignedTrust, startFrom, type TrustChain } from '../../verdict/trust-chain.ts';
import { lockChain } from '../pack/chain-lock.ts';
import { hearPlaces, isEmpty, type Place, type Silent } from './places.ts';
import { putTrust } from './put-trust.ts';
import { type Giver, takeAll, type Wanted } from './take-all.ts';
import { missingOf, STAGING } from './take-corte.ts';
import { words } from './words.ts';

/**
 * Fetches the IEC's chain back from places that are not believed: those of Difusores, an archive. A folder that has a
 * part of it is completed; nothing in it is replaced.
 */

export interface RestoreOrder {
  /** the chain folder; it is made where it is missing */
  readonly chain: string;
  /** what was pinned */
  readonly anchor: SignedTrust;
  /** addresses or folders of chains */
  readonly from: readonly string[];
  /**
   * Opens a place by its name.
   * @param pace how soon it is to be left where it is slow
   */
  readonly open: (name: string, pace: Pace) => Promise<ChainSource>;
  /** called as cortes come */
  readonly progress?: ((done: number, of: number) => void) | undefined;
}

/**
 * How soon a slow place is left: while all are heard, since the slowest of them holds up the takeover; while packages are
 * fetched that others may give faster; or late, where nobody else gives what is wanted.
 */
export type Pace = 'hearing' | 'quick' | 'patient';

/** What came of it, phase by phase. */
interface RestoredPhase {
  readonly phase: string;
  /** the newest corte, which is in the chain now */
  readonly head: Corte;
  /** how many cortes were fetched, wholly or in part */
  readonly fetched: number;
}

/** Of what was heard, also where nothing is restored. The caller closes the sources. */
interface Told {
  readonly places: readonly Place[];
  readonly silent: readonly Silent[];
  /** by which all places were judged */
  readonly trust: TrustChain;
}

export type Restored =
  /** two histories, both signed: nothing was restored */
  | (Told & { readonly kind: 'forks'; readonly forks: readonly Fork[] })
  /** no place told a history */
  | { readonly kind: 'nothing'; readonly silent: readonly Silent[] }
  | (Told & {
      readonly kind: 'restored';
      /** versions of the trust documents that were fetched */
      readonly versions: readonly number[];
      readonly phases: readonly RestoredPhase[];
      /** why what is derived of the chain could not be written wholly, or null */
      readonly indexError: unknown;
    });

/**
 * Restores the newest history that the places tell, if they tell one. The chain's lock is held meanwhile: nothing is
 * packed. Run again after it was cut short, it goes on. At its end the whole folder is checked, packages too.
 * @throws Refusal where the anchor can't be believed, or the folder holds what was not signed, or disowned cortes;
 *   UsageError for a place that is none, and where another process holds the chain; Error where something can't be
 *   fetched or written: then the chain has a gap at which no pack goes on, or is as it was
 */
export async function restoreChain(order: RestoreOrder): Promise<Restored> {
  startFrom(order.anchor, nodeEquation);
  makeFolderFor(order.chain);
  const chain = await fs.realpath(order.chain);
  const lock = await lockChain(chain, () => {
    throw new UsageError(words.atWork(order.chain), words.waitForIt);
  });
  try {
    return await restoreAlone({ ...order, chain });
  } finally {
    await lock.release();
  }
}

async function restoreAlone(order: RestoreOrder): Promise<Restored> {
  const { chain, anchor, open } = order;
  const own = (await namesIn(chain)).some((name) => !name.startsWith('.')) ? [chain] : [];
  const names = [...own, ...order.from.filter((name) => name !== chain)];
  const hear = (pace: Pace) => hearPlaces(names, anchor, (name) => (own.includes(name) ? folderSource(name) : open(name, pace)));
  let heard = await hear('hearing');
  if (heard.places.every(({ name }) => name === chain) && heard.silent.some(({ error }) => error instanceof TooSlow)) {
    for (const { source } of heard.places) source.close();
    heard = await hear('patient'); // there are none but slow ones
  }
  const { places, silent } = heard;
  const mute = silent.find(({ name }) => name === chain);
  if (mute && !isEmpty(mute)) throw mute.error;
  const told = { places, silent: silent.filter((one) => one !== mute) };
  const others = places.filter(({ name }) => name !== chain);
  const trust = newestOf(places);
  if (others.length === 0 || trust === null) return { kind: 'nothing', silent: told.silent };

  const phases = trust.newest.document.phases.map(({ name }) => name);
  const { forks } = compare(
    places.map((place) => place.told),
    [],
    phases,
  );
  if (forks.length > 0) return { kind: 'forks', forks, trust, ...told };
  requireOwnSound(
    chain,
    places.find(({ name }) => name === chain),
  );

  const wanted: Wanted[] = [];
  const phasesThere: { phase: string; head: Corte }[] = [];
  for (const phase of phases) {
    const cortes = longestOf(phase, places);
    const head = cortes.at(-1);
    if (head) phasesThere.push({ phase, head });
    for (const corte of cortes) {
      const missing = await missingOf({ chain, trust, corte });
      if (missing.length > 0) wanted.push({ chain, trust, corte, missing });
    }
  }
  await takeFrom(others, wanted, order);
  const versions = await putTrust(chain, heard.trust); // last: without it nobody packs either
  const failure = await writeIndex(chain, trust.newest.document.election, trust.newest.document.version);
  await fs.rm(join(chain, STAGING), { recursive: true, force: true });
  await requireWhole(chain, anchor);
  const fetchedOf = (name: string) => wanted.filter(({ corte }) => corte.statement.phase === name).length;
  const restored = phasesThere.map(({ phase, head }) => ({ phase, head, fetched: fetchedOf(phase) }));
  return { kind: 'restored', versions, phases: restored, indexError: failure?.error ?? null, trust, ...told };
}

/** All places are judged by the same documents, so any that accepted the newest has all. */
function newestOf(places: readonly Place[]): TrustChain | null {
  const chains = places.map(({ audit }) => audit.trust.chain);
  return chains.sort((a, b) => b.newest.document.version - a.newest.document.version || b.held.size - a.held.size)[0] ?? null;
}

function longestOf(phase: string, places: readonly Place[]): Corte[] {
  const all = places.map(({ told }) => [...(told.phases.get(phase)?.values() ?? [])]);
  return all.sort((a, b) => b.length - a.length)[0] ?? [];
}

/** What the folder lacks is fetched; what it should not have is for a person to set aside. */
function requireOwnSound(chain: string, own: Place | undefined): void {
  const trust = own?.audit.trust.refused;
  if (trust) throw new Refusal(trust.code, words.ownTrust(trust.version, trust.detail, chain));
  for (const { refused, summary } of own?.audit.phases ?? []) {
    if (!refused || refused.code === 'gap' || refused.code === 'delivery-incomplete') continue;
    if (refused.code === 'signer-out-of-range') {
      throw new Refusal(refused.code, words.ownDisowned(summary.phase, refused.number, chain));
    }
    throw new Refusal(refused.code, words.ownWrong(refused.detail, corteFolder(chain, summary.phase, refused.number)));
  }
}

async function takeFrom(places: readonly Place[], wanted: readonly Wanted[], order: RestoreOrder): Promise<void> {
  if (wanted.length === 0) return;
  const quick: Giver[] = [];
  const patient: Giver[] = [];
  const giver = (source: ChainSource, { told }: Place): Giver => ({
    source,
    has: ({ statement, sha256 }) => told.phases.get(statement.phase)?.get(statement.number)?.sha256 === sha256,
  });
  try {
    for (const place of places) {
      quick.push(giver(await order.open(place.name, 'quick'), place));
      patient.push(giver(await order.open(place.name, 'patient'), place));
    }
    let done = 0;
    order.progress?.(done, wanted.length);
    await takeAll(wanted, [quick, patient], () => order.progress?.(++done, wanted.length));
  } finally {
    for (const { source } of [...quick, ...patient]) source.close();
  }
}

/** As any auditor would check it, with all packages. */
async function requireWhole(chain: string, anchor: SignedTrust): Promise<void> {
  const source = await folderSource(chain);
  try {
    const { refused } = await auditChain(source, anchor, { packages: true });
    if (refused) throw new Refusal(refused.code, words.afterwards(refused.phase ?? 'trust', refused.number, refused.detail));
  } finally {
    source.close();
  }
}
