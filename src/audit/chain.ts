import type { Said } from '../format/said.ts';
import { TILES, tileName } from '../format/tile.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import type { SignedTrust } from '../verdict/trust-chain.ts';
import { type ChainCheck, type CheckOptions, type Claim, checkChain, type OnBytes } from './check/chain-check.ts';
import type { PassedOver } from './check/tile-reads.ts';
import { auditPackages } from './packages.ts';
import type { ChainSource } from './source/chain-source.ts';
import { words } from './words.ts';

/** Checks a whole chain for the command: with Node's own, faster verification and, where asked, with the packages. */

export type { PhaseAudit, Wrong } from './check/chain-check.ts';

export interface ChainAudit extends ChainCheck {
  /** Sentences worth telling the user that prove no fault. */
  readonly warnings: readonly Said[];
}

export interface ChainOptions extends Pick<CheckOptions, 'phase' | 'onProgress'> {
  readonly packages?: boolean | undefined;
}

/** As {@link checkChain}. */
export async function auditChain(source: ChainSource, anchor: SignedTrust, options: ChainOptions = {}): Promise<ChainAudit> {
  const { phase, onProgress } = options;
  const packages = options.packages ? (of: string, onBytes: OnBytes) => auditPackages(source, of, onBytes) : undefined;
  const check = await checkChain(source, anchor, { phase, onProgress, packages, equation: nodeEquation });
  const movedTo = source.movedTo?.() ?? null;
  const moved = movedTo === null ? [] : [movedWords(source.name, movedTo)];
  return { ...check, warnings: [...moved, ...check.claims.map(warningOf), ...check.passedOver.map(passedOverWords)] };
}

/** Whoever named the old address should name the new one: the first step to it could be forged. */
export function movedWords(from: string, to: string): Said {
  return words.moved(from, to);
}

function passedOverWords({ phase, index, why }: PassedOver): Said {
  return words.passedOver(`${phase}/${TILES}/${tileName(index)}`, PASSED_OVER[why]);
}

const PASSED_OVER: Readonly<Record<PassedOver['why'], Said>> = {
  missing: words.tileMissing,
  unreadable: words.tileUnreadable,
  'too-large': words.tileTooLarge,
  malformed: words.tileMalformed,
  cut: words.tileCut,
  other: words.tileOther,
};

function warningOf({ phase, number, newest }: Claim): Said {
  if (phase === null) return words.claimsTrust(number, newest);
  if (number <= newest) return words.claimsOther(number, phase);
  return newest === 0 ? words.claimsFirst(number, phase) : words.claimsCorte(number, phase, newest);
}
