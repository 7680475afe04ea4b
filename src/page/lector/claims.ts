import type { ChainIndex } from '../../audit/check/chain-index.ts';
import type { Phase } from '../../format/trust.ts';

/** What a mirror says, unsigned, that it has of a phase. */
export interface Claim {
  readonly phase: string;
  readonly kind: Phase['kind'];
  readonly number: number;
  readonly corte: string;
}

/** @param phases that are known. @returns what it says of them */
export function claimsOf(told: ChainIndex, phases: readonly Phase[]): Claim[] {
  return phases.flatMap(({ name, kind }) => {
    const claim = told.phases.get(name);
    return claim ? [{ phase: name, kind, ...claim }] : [];
  });
}

/** The official phases that have begun there, or else the drills. */
export function toFollow(claims: readonly Claim[]): readonly Claim[] {
  const official = claims.filter(({ kind }) => kind === 'oficial');
  return official.length > 0 ? official : claims;
}
