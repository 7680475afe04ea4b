import { join } from 'node:path';
import { writeProof } from '../audit/proof-folder.ts';
import type { TraerRooms } from '../difusor/setup/config.ts';
import { namesIn } from '../disk/names-in.ts';
import { deliveryName, trustFile } from '../format/naming.ts';
import { type Code, Refusal } from '../format/refusal.ts';
import { type Said, ToldError } from '../format/said.ts';
import type { Head } from '../verdict/corte.ts';
import type { TrustChain } from '../verdict/trust-chain.ts';
import { blameFor, Lied, Withheld } from './blame.ts';
import type { Deliveries } from './deliveries.ts';
import { type Fetched, fetchDocuments, fetchTrust, isMadeUp, SignedOtherwise, Unsigned } from './documents.ts';
import type { Fleet } from './fleet.ts';
import type { OwnInbox } from './own-inbox.ts';
import { fetchPackage } from './package.ts';
import type { Silences } from './silences.ts';
import type { Claim, SiteReads } from './site.ts';
import { words } from './words.ts';

/** Brings one delivery from the mirrors into our inbox, and tells the fleet what each of them did. */

export interface Bringing {
  readonly fleet: Pick<Fleet, 'blame' | 'praise'>;
  readonly inbox: OwnInbox;
  readonly deliveries: Pick<Deliveries, 'begin'>;
  readonly rooms: TraerRooms;
  /** the hour, ms */
  readonly now: () => number;
  /** a clock that only runs forward, ms */
  readonly elapsed: () => number;
  readonly silences: Silences;
  readonly came: (bytes: number) => void;
  /** the IEC's key signed something else than what this node holds; the bytes are kept */
  readonly forked: (delivery: string, site: SiteReads, detail: Said) => void;
  /** what is to come of the package */
  readonly begins: (delivery: string, bytes: number) => void;
  /** a corte is in the inbox: who gave it, and how many ms that took */
  readonly brought: (delivery: string, bytes: number, mirrors: readonly string[], ms: number) => void;
}

/** Perhaps a newer trust document makes it good. */
const MAY_NEED_TRUST: ReadonlySet<Code> = new Set([
  'trust-missing',
  'trust-mismatch',
  'signer-unknown',
  'signer-out-of-range',
  'wrong-phase',
  'phase-closed',
]);

/**
 * Fetches it whole, and begins to deliver it.
 * @returns the corte, or the longer trust where a trust document came first: then the caller looks again
 */
export async function bringCorte(
  bringing: Bringing,
  trust: TrustChain,
  head: Head | null,
  place: Claim,
  sites: readonly SiteReads[],
  stop: AbortSignal,
): Promise<Head | { readonly trust: TrustChain }> {
  const { fleet, inbox, deliveries, now, elapsed, silences, came, begins, forked } = bringing;
  const name = { kind: 'corte', ...place } as const;
  const started = elapsed();
  const good = new Set(sites);
  let fetched: Fetched | null = null;
  const unsigned = new Map<SiteReads, Unsigned>();
  try {
    for (const site of sites) {
      try {
        fetched = await fetchDocuments(site, trust, head, place, now());
        break;
      } catch (error) {
        stop.throwIfAborted();
        good.delete(site);
        if (error instanceof Unsigned) {
          unsigned.set(site, error);
          continue;
        }
        if (error instanceof Refusal && MAY_NEED_TRUST.has(error.code)) {
          const grown = await bringTrust(bringing, trust, site, 0);
          if (grown) return { trust: grown };
        }
        if (error instanceof SignedOtherwise) {
          await keepProof(bringing.rooms, deliveryName(name), error);
          forked(deliveryName(name), site, error.refusal.said);
        }
        const blame = blameFor(error instanceof SignedOtherwise ? error.refusal : error);
        if (blame === null) throw error;
        fleet.blame(site, blame);
      }
    }
  } finally {
    for (const [site, error] of unsigned) {
      const wrong = fetched && isMadeUp(error, fetched.statement) ? new Lied(error) : error;
      const blame = blameFor(wrong);
      if (blame) fleet.blame(site, blame);
    }
  }
  if (!fetched) throw new ToldError(words.nobodyHas(deliveryName(name)));
  const { bytes, sha256 } = fetched.statement.package;
  await inbox.requireRoom(bytes);
  begins(deliveryName(name), bytes);
  const began = elapsed();
  const gave = new Map<SiteReads, number>();
  await fetchPackage({
    place,
    bytes,
    sha256,
    sites: sites.filter((site) => good.has(site)),
    folder: await inbox.begin(name),
    failed(site, error) {
      const blame = blameFor(error);
      if (blame === null) return;
      gave.delete(site);
      good.delete(site);
      fleet.blame(site, blame);
    },
    came(site, part) {
      gave.set(site, (gave.get(site) ?? 0) + part);
      came(part);
    },
    stop,
    elapsed,
    silences,
  });
  stop.throwIfAborted();
  const seconds = (elapsed() - began) / 1000;
  for (const [site, part] of gave) if (good.has(site)) fleet.praise(site, bytes > 256 * 1024 ? part / seconds : null);
  const names = [...gave.keys()].filter((site) => good.has(site)).map(({ mirror }) => mirror.name);
  await deliveries.begin(name, fetched.files, () => bringing.brought(deliveryName(name), bytes, names, elapsed() - started));
  return fetched;
}

/**
 * Brings every trust document that the mirror has past the newest held.
 * @param announced the newest that its index names, 0 where it names none: a mirror that has it not is blamed
 * @returns the longer chain, or null where it had none that is good
 */
async function bringTrust(
  { fleet, inbox }: Bringing,
  held: TrustChain,
  site: SiteReads,
  announced: number,
): Promise<TrustChain | null> {
  let chain = held;
  try {
    for (let next = await fetchTrust(site, chain); next !== null; next = await fetchTrust(site, chain)) {
      const name = { kind: 'trust', version: next.version } as const;
      await inbox.begin(name);
      await inbox.finish(name, next.files);
      chain = next.chain;
    }
    const { version } = chain.newest.document;
    if (version < announced) throw new Withheld(words.isNotThere(site.mirror.name, `trust/${trustFile(version + 1)}`));
  } catch (error) {
    const blame = blameFor(error);
    if (blame === null) throw error;
    fleet.blame(site, blame);
  }
  return chain === held ? null : chain;
}

/**
 * As {@link bringTrust}, of one mirror after the other: none that has it not keeps it from us.
 * @param announcing each with the newest that its index names
 */
export async function bringTrustOfAny(
  bringing: Bringing,
  held: TrustChain,
  announcing: readonly { readonly site: SiteReads; readonly trust: number }[],
): Promise<TrustChain | null> {
  for (const { site, trust } of announcing) {
    const grown = await bringTrust(bringing, held, site, trust);
    if (grown) return grown;
  }
  return null;
}

/** So many proofs are kept: one says as much as a thousand. */
const MOST_PROOFS = 20;

/** What the IEC's key signed beside the chain that we hold, for people to look at: two histories, or a stolen key. */
async function keepProof({ told }: TraerRooms, delivery: string, { refusal, files }: SignedOtherwise): Promise<void> {
  const folder = join(told, 'pruebas');
  const names = await namesIn(folder);
  const own = `${delivery}-${refusal.code}`;
  if (names.length >= MOST_PROOFS || names.includes(own)) return;
  await writeProof(join(folder, own), Object.entries(files));
}
