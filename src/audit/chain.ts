import { type Code, Refusal } from '../format/refusal.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import { type Corte, type Summary, summaryOf } from '../verdict/history.ts';
import { type SignedTrust, startFrom, type TrustChain } from '../verdict/trust-chain.ts';
import { type TrustWalk, walkTrust } from '../verdict/trust-walk.ts';
import type { ChainSource } from './chain-source.ts';
import { walkPhase } from './chain-walk.ts';
import { type Hint, isPageInstead, readHint } from './hint.ts';
import { auditPackages } from './packages.ts';

/** The audit of a whole chain: the trust from the anchor on, then every corte of every phase. */

export interface ChainAudit {
  readonly trust: TrustWalk;
  readonly phases: readonly PhaseAudit[];
  /** The first thing wrong; in a trust document `phase` is null and `number` its version. */
  readonly refused: Wrong | null;
  /** What is no proof of anything, but worth knowing. */
  readonly warnings: readonly string[];
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
  readonly detail: string;
}

export interface ChainOptions {
  /** Only this one. */
  readonly phase?: string | undefined;
  readonly packages?: boolean | undefined;
  readonly onProgress?: (phase: string, number: number, bytes: number) => void;
}

/**
 * @param anchor what the administrator pinned
 * @throws Refusal where the anchor can't be believed, `wrong-phase` where the phase asked for is not in the trust;
 *   Error where something can't be read, or where there is no chain at all
 */
export async function auditChain(source: ChainSource, anchor: SignedTrust, options: ChainOptions = {}): Promise<ChainAudit> {
  const start = startFrom(anchor, nodeEquation);
  const hint = await readHint(source);
  let documents = 0;
  const read = async (version: number, chain: TrustChain) => {
    const found = await source.readTrust(version, chain);
    if (!found || isPageInstead(found.bytes, hint !== null && version > hint.trust)) return null;
    documents += 1;
    return found;
  };
  const trust = await walkTrust(start, read, nodeEquation);
  const names = phaseNames(trust.chain, options.phase);
  const phases: PhaseAudit[] = [];
  for (const phase of names) phases.push(await auditPhase(source, trust.chain, phase, hint, options));
  if (documents === 0 && hint === null && phases.every(({ cortes, refused }) => cortes.length === 0 && !refused)) {
    throw new Error(`${source.name}: no chain here`);
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
    warnings: hint ? disagreements(hint, trust.chain, phases) : [],
  };
}

function phaseNames(trust: TrustChain, only: string | undefined): string[] {
  const all = trust.newest.document.phases.map(({ name }) => name);
  if (only === undefined) return all;
  if (!all.includes(only)) throw new Refusal('wrong-phase', `trust has no phase ${only}`);
  return [only];
}

export async function auditPhase(
  source: ChainSource,
  trust: TrustChain,
  phase: string,
  hint: Hint | null,
  { packages: withPackages, onProgress }: ChainOptions,
): Promise<PhaseAudit> {
  const cortes: Corte[] = [];
  let bytes = 0;
  const packages = withPackages
    ? auditPackages(source, phase, (more) => {
        bytes += more;
        onProgress?.(phase, cortes.length, bytes);
      })
    : null;
  let refused: Wrong | null = null;
  try {
    for await (const corte of walkPhase(source, trust, phase, hint, nodeEquation)) {
      await packages?.take(corte);
      cortes.push(corte);
      onProgress?.(phase, cortes.length, bytes);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refused = { phase, number: cortes.length + 1, code: error.code, detail: error.detail };
  }
  const bad = await packages?.finish();
  if (bad) refused = { phase, number: bad.number, code: bad.refusal.code, detail: bad.refusal.detail };
  const sound = refused ? cortes.slice(0, refused.number - 1) : cortes;
  return { summary: summaryOf(trust, phase, sound), cortes: sound, refused };
}

/** Where the unsigned index claims what is not there: a copy that withholds its newest part, or lags behind itself. */
function disagreements(hint: Hint, trust: TrustChain, phases: readonly PhaseAudit[]): string[] {
  const warnings: string[] = [];
  const { version } = trust.newest.document;
  if (hint.trust > version)
    warnings.push(`index.json claims trust ${hint.trust}, ${version} is the newest here: the rest is withheld`);
  for (const { summary, cortes, refused } of phases) {
    const claim = hint.phases.get(summary.phase);
    if (!claim || refused) continue;
    if (claim.number > cortes.length) {
      warnings.push(
        `index.json claims corte ${claim.number} of ${summary.phase}, ${cortes.length || 'none'} is the newest here: the rest is withheld`,
      );
    } else if (claim.corte !== cortes[claim.number - 1]?.sha256) {
      warnings.push(`index.json claims another corte ${claim.number} of ${summary.phase} than the one that is here`);
    }
  }
  return warnings;
}
