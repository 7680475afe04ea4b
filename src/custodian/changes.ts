import type { Custodian, Phase, Signer, Trust } from '../format/trust.ts';

/** What one trust document changes in the one before it. Everything that is not listed is as it was. */
export type Change =
  | { readonly kind: 'title' | 'expires_at'; readonly from: string; readonly to: string }
  | { readonly kind: 'threshold'; readonly from: number; readonly to: number }
  | { readonly kind: 'custodian-enters' | 'custodian-leaves'; readonly custodian: Custodian }
  | { readonly kind: 'custodian-key'; readonly name: string; readonly from: string; readonly to: string }
  | { readonly kind: 'signer-enters'; readonly signer: Signer }
  | { readonly kind: 'signer-ends'; readonly signer: Signer; readonly last: number }
  | { readonly kind: 'phase-enters'; readonly phase: Phase }
  | { readonly kind: 'phase-changes'; readonly from: Phase; readonly to: Phase };

/**
 * @param before, after documents for which T3 and T5 hold: election, signers' keys, phases and first cortes, phases'
 *   kinds are the same, and nothing of them is gone
 */
export function changesBetween(before: Trust, after: Trust): Change[] {
  return [
    ...(before.title === after.title ? [] : [{ kind: 'title' as const, from: before.title, to: after.title }]),
    ...custodians(before, after),
    ...(before.threshold === after.threshold ? [] : [{ kind: 'threshold' as const, from: before.threshold, to: after.threshold }]),
    ...after.signers.flatMap((signer) => signerChange(named(before.signers, signer.name), signer)),
    ...after.phases.flatMap((phase) => phaseChange(named(before.phases, phase.name), phase)),
    ...(before.expires_at === after.expires_at
      ? []
      : [{ kind: 'expires_at' as const, from: before.expires_at, to: after.expires_at }]),
  ];
}

function custodians(before: Trust, after: Trust): Change[] {
  const leaving = before.custodians.filter(({ name }) => !named(after.custodians, name));
  const others = after.custodians.flatMap((custodian): Change[] => {
    const old = named(before.custodians, custodian.name);
    if (!old) return [{ kind: 'custodian-enters', custodian }];
    return old.key === custodian.key ? [] : [{ kind: 'custodian-key', name: old.name, from: old.key, to: custodian.key }];
  });
  return [...others, ...leaving.map((custodian): Change => ({ kind: 'custodian-leaves', custodian }))];
}

function signerChange(before: Signer | undefined, after: Signer): Change[] {
  if (!before) return [{ kind: 'signer-enters', signer: after }];
  if (before.last === after.last || after.last === null) return [];
  return [{ kind: 'signer-ends', signer: after, last: after.last }];
}

function phaseChange(before: Phase | undefined, after: Phase): Change[] {
  if (!before) return [{ kind: 'phase-enters', phase: after }];
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ kind: 'phase-changes', from: before, to: after }];
}

function named<T extends { readonly name: string }>(entries: readonly T[], name: string): T | undefined {
  return entries.find((entry) => entry.name === name);
}
