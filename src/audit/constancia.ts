import { readBounded } from '../disk/bounded-file.ts';
import { type Constancia, parseConstancia } from '../format/constancia.ts';
import { LIMITS } from '../format/limits.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import { type ConstanciaVerdict, judgeConstancia, trustEnclosed } from '../verdict/constancia.ts';
import { type SignedTrust, startFrom } from '../verdict/trust-chain.ts';
import type { ChainAudit } from './chain.ts';
import { type Looked, lookedBy } from './looks.ts';

/** Checks a reader's constancia again: by itself and an anchor, or by a chain that was checked from that anchor. */

export interface ConstanciaAudit {
  readonly constancia: Constancia;
  readonly verdict: ConstanciaVerdict;
  /** whether the chain has this corte, another of its number, or none yet; null where no chain was asked */
  readonly inChain: 'same' | 'other' | 'absent' | null;
  /** the newest corte of the phase in that chain; null without one */
  readonly newest: number | null;
}

/** What was looked at of a constancia, in closed words. `shown` and `hour` nothing can prove afterwards. */
export type ConstanciaLook = (typeof LOOKS)[number];

const LOOKS = [
  'form',
  'trust',
  'signature',
  /** that what it says agrees with the documents that it encloses */
  'members',
  /** that the chain has the corte, and the history before it */
  'chain',
  /** that the site showed it */
  'shown',
  /** when it was checked */
  'hour',
  /** that there was no newer corte */
  'newest',
] as const;

/** @throws Refusal `too-large`, `statement-malformed`; Error where it can't be read */
export async function readConstancia(file: string): Promise<Constancia> {
  return parseConstancia(await readBounded(file, LIMITS.constanciaBytes), file);
}

/**
 * @param anchor the checker's own
 * @param chain a chain that was checked from this anchor, if one was
 * @throws Refusal where the anchor can't be believed
 */
export async function auditConstancia(
  constancia: Constancia,
  anchor: SignedTrust,
  chain: ChainAudit | null,
): Promise<ConstanciaAudit> {
  const start = chain ? chain.trust.chain : startFrom(anchor, nodeEquation);
  const verdict = judgeConstancia(constancia, await trustEnclosed(constancia, start, nodeEquation), nodeEquation);
  if (!chain || !isSigned(verdict)) return { constancia, verdict, inChain: null, newest: null };
  const { phase, number } = verdict.corte.statement;
  const cortes = chain.phases.find(({ summary }) => summary.phase === phase)?.cortes ?? [];
  const held = cortes[number - 1]?.sha256;
  const inChain = held === undefined ? 'absent' : held === verdict.corte.sha256 ? 'same' : 'other';
  return { constancia, verdict, inChain, newest: cortes.length };
}

/** Whether a key signed the corte that was authorised by what the constancia encloses, whatever came of the key later. */
export function isSigned(verdict: ConstanciaVerdict) {
  return verdict.kind === 'proven' || verdict.kind === 'disowned';
}

export function looksOfConstancia({ verdict, inChain }: ConstanciaAudit): Looked<ConstanciaLook> {
  const isChecked = isSigned(verdict);
  const isLooked: Readonly<Record<ConstanciaLook, boolean>> = {
    form: true,
    trust: verdict.kind !== 'unknown',
    signature: isChecked,
    members: isChecked,
    chain: inChain === 'same' || inChain === 'other',
    shown: false,
    hour: false,
    newest: false,
  };
  return lookedBy(LOOKS, (look) => isLooked[look]);
}
