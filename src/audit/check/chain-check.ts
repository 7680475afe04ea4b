import type { Equation } from '../../format/ed25519.ts';
import { type Code, Refusal } from '../../format/refusal.ts';
import { type Said, ToldError } from '../../format/said.ts';
import { type Corte, type Summary, summaryOf } from '../../verdict/history.ts';
import { type SignedTrust, startFrom, type TrustChain } from '../../verdict/trust-chain.ts';
import { type TrustWalk, walkTrust } from '../../verdict/trust-walk.ts';
import { type ChainIndex, isPageInstead, readChainIndex } from './chain-index.ts';
import type { ChainReads } from './chain-reads.ts';
import { OtherHistory, type WalkOptions, walkPhase } from './chain-walk.ts';
import type { PassedOver } from './tile-reads.ts';
import { words } from './words.ts';

/**
 * The check of a whole chain: the trust from the anchor on, then every corte of every phase. The command and the page in
 * a browser are two shells around it, so nothing here needs either.
 */

export interface ChainCheck {
  readonly trust: TrustWalk;
  readonly phases: readonly PhaseAudit[];
  /** The first fault; for a trust document, `phase` is null and `number` is its version. */
  readonly refused: Wrong | null;
  /** Where the unsigned index disagrees with what is there: worth knowing, but no proof of a fault. */
  readonly claims: readonly Claim[];
  /** The tiles of the history in whose place single files were read: it took longer, and proves no fault. */
  readonly passedOver: readonly PassedOver[];
}

/** What index.json claims of a phase, or of the trust where `phase` is null, and what was found. */
export interface Claim {
  readonly phase: string | null;
  readonly number: number;
  /** The newest one found. Where it is no lower than the one claimed, the two differ by their hashes. */
  readonly newest: number;
}

export interface PhaseAudit {
  /** of the cortes that are sound */
  readonly summary: Summary;
  readonly cortes: readonly Corte[];
  readonly refused: Wrong | null;
}

export interface Wrong {
  readonly phase: string | null;
  readonly number: number;
  readonly code: Code;
  /** in both languages */
  readonly detail: Said;
}

/** There is no chain at this place. */
export class NoChain extends ToldError {
  override readonly name = 'NoChain';

  constructor(place: string) {
    super(words.noChain(place));
  }
}

/** Checks the packages of one phase while its cortes are checked. */
export interface PackageAudit {
  /**
   * Adds the next corte of the phase; waits while too many packages are being read. @throws Refusal of its manifest;
   * Error
   */
  take(corte: Corte): Promise<void>;
  /**
   * Waits for the packages that are still being read. @returns the first package that was refused. @throws Error where
   * one can't be read
   */
  finish(): Promise<{ readonly number: number; readonly refusal: Refusal } | null>;
}

/** Called with the length of each piece of a package that was read; what it throws ends the check. */
export type OnBytes = (bytes: number) => void | Promise<void>;

export interface CheckOptions {
  /** Checks only this phase. */
  readonly phase?: string | undefined;
  readonly equation?: Equation | undefined;
  /** As {@link WalkOptions}. */
  readonly prepare?: WalkOptions['prepare'];
  /** Makes the check of a phase's packages; without it, packages are not read. */
  readonly packages?: ((phase: string, onBytes: OnBytes) => PackageAudit) | undefined;
  /** May make the check wait, so that a page stays alive; what it throws ends the check. */
  readonly onProgress?: ((phase: string, number: number, bytes: number) => void | Promise<void>) | undefined;
}

/** What a check knows before it reads a corte. */
export interface Beginning {
  readonly trust: TrustWalk;
  /** The unsigned index; null where there is none. */
  readonly hint: ChainIndex | null;
  /** how many trust documents are there */
  readonly documents: number;
}

/**
 * @param anchor what the administrator pinned
 * @throws Refusal where the anchor can't be believed, `wrong-phase` where the phase asked for is not in the trust;
 *   NoChain; Error where something can't be read
 */
export async function checkChain(source: ChainReads, anchor: SignedTrust, options: CheckOptions): Promise<ChainCheck> {
  return checkHistory(source, await checkTrust(source, anchor, options.equation), options);
}

/**
 * The first half of {@link checkChain}: the documents that say who may sign.
 * @throws Refusal where the anchor can't be believed; Error where something can't be read
 */
export async function checkTrust(source: ChainReads, anchor: SignedTrust, equation?: Equation): Promise<Beginning> {
  const start = startFrom(anchor, equation);
  const hint = await readChainIndex(source);
  let documents = 0;
  const read = async (version: number, chain: TrustChain) => {
    const found = await source.readTrust(version, chain);
    if (!found || isPageInstead(found.bytes, hint !== null && version > hint.trust)) return null;
    documents += 1;
    return found;
  };
  return { trust: await walkTrust(start, read, equation), hint, documents };
}

/** The second half, as {@link checkChain}. */
export async function checkHistory(source: ChainReads, beginning: Beginning, options: CheckOptions): Promise<ChainCheck> {
  const { trust, hint, documents } = beginning;
  const names = phaseNames(trust.chain, options.phase);
  const phases: PhaseAudit[] = [];
  const passedOver: PassedOver[] = [];
  const note = (tile: PassedOver) => void passedOver.push(tile);
  for (const phase of names) phases.push(await checkPhase(source, trust.chain, phase, hint, options, note));
  // An index alone is none: nothing in it is signed.
  if (documents === 0 && phases.every(({ cortes, refused }) => cortes.length === 0 && !refused)) {
    throw new NoChain(source.name);
  }
  const inTrust = trust.refused && {
    phase: null,
    number: trust.refused.version,
    code: trust.refused.code,
    detail: trust.refused.detail,
  };
  return {
    trust,
    phases,
    refused: inTrust ?? phases.find(({ refused }) => refused)?.refused ?? null,
    claims: hint ? disagreements(hint, trust.chain, phases) : [],
    passedOver,
  };
}

function phaseNames(trust: TrustChain, only: string | undefined): string[] {
  const all = trust.newest.document.phases.map(({ name }) => name);
  if (only === undefined) return all;
  if (!all.includes(only))
    throw new Refusal('wrong-phase', all.length === 0 ? words.noPhases(only) : words.noPhase(only, all.join(', ')));
  return [only];
}

/** With packages each corte's own files are read in any case, and are the ones to speak of. */
async function checkPhase(
  source: ChainReads,
  trust: TrustChain,
  phase: string,
  hint: ChainIndex | null,
  options: CheckOptions,
  note: (tile: PassedOver) => void,
): Promise<PhaseAudit> {
  try {
    return await checkOnce(source, trust, phase, hint, options, { tiles: !options.packages, onPassedOver: note });
  } catch (error) {
    if (!(error instanceof OtherHistory)) throw error;
    note({ phase, index: 0, why: 'other' });
    return checkOnce(source, trust, phase, hint, options, { tiles: false, onPassedOver: note });
  }
}

async function checkOnce(
  source: ChainReads,
  trust: TrustChain,
  phase: string,
  hint: ChainIndex | null,
  { packages: lookInto, equation, prepare, onProgress }: CheckOptions,
  how: Pick<WalkOptions, 'tiles' | 'onPassedOver'>,
): Promise<PhaseAudit> {
  const cortes: Corte[] = [];
  let bytes = 0;
  const packages = lookInto?.(phase, async (more) => {
    bytes += more;
    await onProgress?.(phase, cortes.length, bytes);
  });
  let refused: Wrong | null = null;
  try {
    for await (const corte of walkPhase(source, trust, phase, hint, { ...how, equation, prepare })) {
      await packages?.take(corte);
      cortes.push(corte);
      await onProgress?.(phase, cortes.length, bytes);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refused = { phase, number: cortes.length + 1, code: error.code, detail: error.said };
  }
  const bad = await packages?.finish();
  if (bad) refused = { phase, number: bad.number, code: bad.refusal.code, detail: bad.refusal.said };
  const sound = refused ? cortes.slice(0, refused.number - 1) : cortes;
  return { summary: summaryOf(trust, phase, sound), cortes: sound, refused };
}

/**
 * Where index.json claims more than is there, or another corte: the copy withholds its newest part, or its parts are of
 * different hours.
 */
function disagreements(hint: ChainIndex, trust: TrustChain, phases: readonly PhaseAudit[]): Claim[] {
  const claims: Claim[] = [];
  const { version } = trust.newest.document;
  if (hint.trust > version) claims.push({ phase: null, number: hint.trust, newest: version });
  for (const { summary, cortes, refused } of phases) {
    const claim = hint.phases.get(summary.phase);
    if (!claim || refused) continue;
    if (claim.number > cortes.length || claim.corte !== cortes[claim.number - 1]?.sha256) {
      claims.push({ phase: summary.phase, number: claim.number, newest: cortes.length });
    }
  }
  return claims;
}
