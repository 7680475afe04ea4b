import { auditChain, type ChainAudit } from '../../audit/chain.ts';
import { NoChain } from '../../audit/check/chain-check.ts';
import { type ToldHistory, toldBy } from '../../audit/compare.ts';
import type { ChainSource } from '../../audit/source/chain-source.ts';
import { UsageError } from '../../config/usage-error.ts';
import { sameBytes } from '../../format/wire.ts';
import type { HeldTrust, SignedTrust } from '../../verdict/trust-chain.ts';

/**
 * What several places tell of one election, each checked from the anchor. None is believed: a place can withhold the
 * newest part of its chain or of the trust documents. So the documents of all are put together first, and every place is
 * judged by the newest of them, also one that does not have it yet.
 */

/** A place that told a history, all of it checked but for the packages. */
export interface Place {
  readonly name: string;
  readonly source: ChainSource;
  readonly audit: ChainAudit;
  readonly told: ToldHistory;
}

/** A place that told nothing: it can't be read, or has no chain. */
export interface Silent {
  readonly name: string;
  readonly error: unknown;
}

/** A trust document with every good and bad signature that came with it anywhere. */
export interface GatheredTrust extends SignedTrust {
  readonly held: HeldTrust;
}

export interface Heard {
  readonly places: readonly Place[];
  readonly silent: readonly Silent[];
  /** by version, from the oldest that some place has to the newest */
  readonly trust: ReadonlyMap<number, GatheredTrust>;
}

/** So many places are read at once. */
const AT_ONCE = 8;

/**
 * Reads every place, and a second time those that know less of the trust than others do.
 * @param open opens a place by its name. @throws UsageError for a name that is none
 * @returns the places in the order in which they were named; their sources are open
 * @throws Refusal where the anchor can't be believed; UsageError
 */
export async function hearPlaces(
  names: readonly string[],
  anchor: SignedTrust,
  open: (name: string) => Promise<ChainSource>,
): Promise<Heard> {
  const read = await inLanes(names, AT_ONCE, (name) => readPlace(name, anchor, open));
  const trust = gather(read.filter(isPlace), anchor);
  const judged = await inLanes(read, AT_ONCE, (one) => (isPlace(one) ? judgedBy(trust, one, anchor) : Promise.resolve(one)));
  return { places: judged.filter(isPlace), silent: judged.filter((one): one is Silent => !isPlace(one)), trust };
}

/** What a place gave as trust documents, unchecked, is kept for those that don't have them. */
interface ReadPlace extends Place {
  readonly given: ReadonlyMap<number, SignedTrust>;
}

async function readPlace(
  name: string,
  anchor: SignedTrust,
  open: (name: string) => Promise<ChainSource>,
): Promise<ReadPlace | Silent> {
  let source: ChainSource | null = null;
  try {
    source = await open(name);
    const [given, recording] = recorded(source);
    const audit = await auditChain(recording, anchor);
    return { name, source, audit, told: toldBy(name, audit), given };
  } catch (error) {
    source?.close();
    if (error instanceof UsageError) throw error;
    return { name, error };
  }
}

function recorded(source: ChainSource): [ReadonlyMap<number, SignedTrust>, ChainSource] {
  const given = new Map<number, SignedTrust>();
  const readTrust: ChainSource['readTrust'] = async (version, chain) => {
    const found = await source.readTrust(version, chain);
    if (found) given.set(version, found);
    return found;
  };
  return [given, { ...source, readTrust }];
}

/** Where two places hold different documents of a version, the first counts here; `compare` finds that there are two. */
function gather(places: readonly ReadPlace[], anchor: SignedTrust): ReadonlyMap<number, GatheredTrust> {
  const all = new Map<number, GatheredTrust>();
  for (const { audit, given } of places) {
    for (const [version, held] of audit.trust.chain.held) {
      const before = all.get(version);
      if (before && !sameBytes(before.bytes, held.bytes)) continue;
      const signatures = [...(before?.signatures ?? [])];
      for (const { bytes, signatures: more } of [anchor, given.get(version)].filter((one) => one !== undefined)) {
        if (!sameBytes(bytes, held.bytes)) continue;
        for (const one of more) if (!signatures.some((known) => sameBytes(known, one))) signatures.push(one);
      }
      all.set(version, { held, bytes: held.bytes, signatures });
    }
  }
  return new Map([...all].sort(([a], [b]) => a - b));
}

async function judgedBy(trust: ReadonlyMap<number, GatheredTrust>, place: ReadPlace, anchor: SignedTrust): Promise<Place | Silent> {
  const { name, source, audit } = place;
  if (audit.trust.chain.held.size === trust.size) return place;
  try {
    const readTrust: ChainSource['readTrust'] = (version) => Promise.resolve(trust.get(version) ?? null);
    const again = await auditChain({ ...source, readTrust }, anchor);
    return { name, source, audit: again, told: toldBy(name, again) };
  } catch (error) {
    source.close();
    return { name, error };
  }
}

function isPlace<T extends Place>(one: T | Silent): one is T {
  return 'audit' in one;
}

/** Whether a place was read and has no chain, as opposed to one that could not be read. */
export function isEmpty({ error }: Silent): boolean {
  return error instanceof NoChain;
}

/** Does a work for each of many, so many at once, and gives the results in their order. */
export async function inLanes<T, R>(all: readonly T[], lanes: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const lane = async () => {
    while (next < all.length) {
      const i = next++;
      results.set(i, await work(all[i]!));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return all.map((_, i) => results.get(i)!);
}
