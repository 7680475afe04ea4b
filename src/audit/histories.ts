import { join } from 'node:path';
import { UsageError } from '../config/usage-error.ts';
import { NotAFile, readBounded, readIfThere } from '../disk/bounded-file.ts';
import { LIMITS } from '../format/limits.ts';
import { Refusal } from '../format/refusal.ts';
import { ToldError } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import { type SignedTrust, startFrom, type TrustChain } from '../verdict/trust-chain.ts';
import { auditChain, type ChainAudit } from './chain.ts';
import { cortePath } from './check/chain-reads.ts';
import { type ToldHistory, toldAlone, toldBy } from './compare.ts';
import type { EvidenceReaders } from './evidence.ts';
import { orNewerTrust } from './newer-trust.ts';
import type { ChainSource } from './source/chain-source.ts';
import { words } from './words.ts';

/** Several places that tell the history of one election, each audited by itself before they are compared. */

export type History =
  | {
      readonly kind: 'chain';
      readonly name: string;
      readonly source: ChainSource;
      readonly audit: ChainAudit;
      readonly told: ToldHistory;
    }
  | { readonly kind: 'corte'; readonly name: string; readonly folder: string; readonly told: ToldHistory }
  /** A place that could not be read, or that was refused. */
  | { readonly kind: 'none'; readonly name: string; readonly error: unknown };

/**
 * @param places folders or addresses of chains, or folders of single cortes that were kept as evidence
 * @param open a chain by its place
 * @throws Refusal where the anchor can't be believed, `wrong-phase` where no chain's trust has that phase; UsageError
 */
export async function readHistories(
  places: readonly string[],
  anchor: SignedTrust,
  open: (place: string) => Promise<ChainSource>,
  phase: string | undefined,
): Promise<{ histories: History[]; trust: TrustChain }> {
  const start = startFrom(anchor, nodeEquation);
  const isLoose = await Promise.all(places.map((place) => isCorte(place)));
  const chains = new Map<number, History>();
  for (const [i, name] of places.entries()) if (!isLoose[i]) chains.set(i, await readChain(name, anchor, open, phase));
  const read = [...chains.values()];
  const trust = newestOf(read);
  const unknown = read.find((history) => history.kind === 'none' && isUnknownPhase(history.error));
  if (!trust && unknown?.kind === 'none') throw unknown.error;
  const histories: History[] = [];
  for (const [i, name] of places.entries()) {
    const chain = chains.get(i);
    histories.push(chain ? notYet(chain, phase) : await readLoose(name, trust ?? start));
  }
  return { histories, trust: trust ?? start };
}

/** The readers that read the bytes again, to write them down as evidence. */
export function readersOf(histories: readonly History[]): EvidenceReaders {
  const placeOf = (told: ToldHistory) => histories.find((history) => history.kind !== 'none' && history.told === told);
  return {
    corte: async (told, phase, number) => {
      const place = placeOf(told);
      if (place?.kind === 'corte') return readPair(place.folder);
      const read = async (file: 'corte.json' | 'corte.json.sig', limit: number) =>
        place?.kind === 'chain' ? place.source.read(cortePath(phase, number, file), limit) : null;
      const corteJson = await read('corte.json', LIMITS.documentBytes);
      const signature = await read('corte.json.sig', LIMITS.signatureBytes);
      if (!corteJson || !signature) throw new ToldError(words.corteGone(told.name, number, phase));
      return { corteJson, signature };
    },
    trust: async (told, version) => {
      const place = placeOf(told);
      const signed = place?.kind === 'chain' ? await place.source.readTrust(version, place.audit.trust.chain) : null;
      if (!signed) throw new ToldError(words.trustGone(told.name, version));
      return signed;
    },
  };
}

async function isCorte(place: string): Promise<boolean> {
  try {
    return (await readIfThere(join(place, 'corte.json'), LIMITS.documentBytes)) !== null;
  } catch (error) {
    // What there is in its place is told where it is read.
    return error instanceof NotAFile || error instanceof Refusal || codeOf(error) === 'EACCES';
  }
}

async function readChain(
  name: string,
  anchor: SignedTrust,
  open: (place: string) => Promise<ChainSource>,
  phase: string | undefined,
): Promise<History> {
  let source: ChainSource | null = null;
  try {
    source = await open(name);
    const audit = await auditChain(source, anchor, { phase });
    return { kind: 'chain', name, source, audit, told: toldBy(name, audit) };
  } catch (error) {
    source?.close();
    if (error instanceof UsageError) throw error;
    return { kind: 'none', name, error };
  }
}

function isUnknownPhase(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'wrong-phase';
}

/** Whoever has no phase that others have has older trust documents, which is no fault. */
function notYet(history: History, phase = ''): History {
  return history.kind === 'none' && isUnknownPhase(history.error)
    ? { ...history, error: new ToldError(words.phaseNotYet(phase)) }
    : history;
}

async function readLoose(name: string, trust: TrustChain): Promise<History> {
  try {
    const { corteJson, signature } = await readPair(name);
    try {
      return { kind: 'corte', name, folder: name, told: toldAlone(name, corteJson, signature, trust) };
    } catch (error) {
      throw orNewerTrust(error, corteJson, trust);
    }
  } catch (error) {
    return { kind: 'none', name, error };
  }
}

async function readPair(folder: string): Promise<{ corteJson: Buffer; signature: Buffer }> {
  return {
    corteJson: await readBounded(join(folder, 'corte.json'), LIMITS.documentBytes),
    signature: await readBounded(join(folder, 'corte.json.sig'), LIMITS.signatureBytes),
  };
}

function newestOf(histories: readonly History[]): TrustChain | null {
  const chains = histories.flatMap((history) => (history.kind === 'chain' ? [history.audit.trust.chain] : []));
  return chains.sort((a, b) => b.newest.document.version - a.newest.document.version)[0] ?? null;
}
