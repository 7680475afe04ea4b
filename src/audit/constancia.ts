import { readBounded } from '../disk/bounded-file.ts';
import { type Constancia, type Contrary, parseConstancia } from '../format/constancia.ts';
import { LIMITS } from '../format/limits.ts';
import type { Padron } from '../format/padron.ts';
import { Refusal } from '../format/refusal.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import { againstPadron, type ConstanciaVerdict, judgeConstancia, trustEnclosed } from '../verdict/constancia.ts';
import type { Corte } from '../verdict/history.ts';
import { type SignedTrust, startFrom } from '../verdict/trust-chain.ts';
import type { ChainAudit } from './chain.ts';
import { type Looked, lookedBy } from './looks.ts';
import { readPadron } from './recibos/recibos.ts';
import type { ChainSource } from './source/chain-source.ts';

/** Checks a reader's constancia again: by itself and an anchor, or by a chain that was checked from that anchor. */

export interface ConstanciaAudit {
  readonly constancia: Constancia;
  readonly verdict: ConstanciaVerdict;
  /** whether the chain has this corte, another of its number, or none yet; null where no chain was asked */
  readonly inChain: 'same' | 'other' | 'absent' | null;
  /** the newest corte of the phase in that chain; null without one */
  readonly newest: number | null;
  /** whose the keys of its contrary receipts are, in their order */
  readonly owners: readonly KeyOwner[];
  /** whether its counts of nodes and Difusores were compared with the padrón of the corte, which only a chain has */
  readonly byPadron: boolean;
}

/** By the padrón of the corte: the node's that is named, not that node's, or not told, where there is no padrón at hand. */
export type KeyOwner = 'theirs' | 'not-theirs' | 'not-told';

/** A chain that was checked from the checker's anchor, and where its packages are read. */
export interface CheckedChain {
  readonly audit: ChainAudit;
  readonly source: ChainSource;
}

/** What was looked at of a constancia, in closed words. `shown` and `hour` nothing can prove afterwards. */
export type ConstanciaLook = (typeof LOOKS)[number];

const LOOKS = [
  'form',
  'trust',
  'signature',
  /** that what it says agrees with the documents that it encloses */
  'members',
  /** that its counts of receipts are of as many nodes and Difusores as the padrón of the corte has */
  'padron',
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
 * @throws Refusal where the anchor can't be believed; Error where the chain can't be read
 */
export async function auditConstancia(
  constancia: Constancia,
  anchor: SignedTrust,
  chain: CheckedChain | null,
): Promise<ConstanciaAudit> {
  const start = chain ? chain.audit.trust.chain : startFrom(anchor, nodeEquation);
  const verdict = judgeConstancia(constancia, await trustEnclosed(constancia, start, nodeEquation), nodeEquation);
  const contrary = constancia.recibos?.contrary ?? [];
  const untold = contrary.map((): KeyOwner => 'not-told');
  if (!chain || !isSigned(verdict)) return { constancia, verdict, inChain: null, newest: null, owners: untold, byPadron: false };
  const { phase, number } = verdict.corte.statement;
  const cortes = chain.audit.phases.find(({ summary }) => summary.phase === phase)?.cortes ?? [];
  const held = cortes[number - 1]?.sha256;
  const inChain = held === undefined ? 'absent' : held === verdict.corte.sha256 ? 'same' : 'other';
  const isCounted = constancia.recibos !== null && inChain === 'same';
  const isRefused = verdict.kind === 'disowned' || chain.audit.refused !== null;
  const padron = isCounted
    ? await padronOf(chain.source, cortes.slice(0, number)).catch((error: unknown) => {
        if (isRefused) return undefined; // what is refused already is told all the same
        throw error;
      })
    : undefined;
  const owners = padron ? contrary.map((one) => ownerOf(one, padron)) : untold;
  const wrong = padron === undefined ? null : againstPadron(constancia, padron);
  return { constancia, verdict: wrong ?? verdict, inChain, newest: cortes.length, owners, byPadron: padron !== undefined };
}

/**
 * @returns null where the corte has none
 * @returns undefined where that can't be told: a chain may be kept without its packages
 */
async function padronOf(source: ChainSource, cortes: readonly Corte[]): Promise<Padron | null | undefined> {
  try {
    return (await readPadron(source, cortes))?.padron ?? null;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function ownerOf({ difusor, node, key }: Contrary, { difusores }: Padron): KeyOwner {
  const nodes = difusores.find(({ name }) => name === difusor)?.nodes;
  return nodes?.some(({ name, acuse_key }) => name === node && acuse_key === key) ? 'theirs' : 'not-theirs';
}

/** Whether a key signed the corte that was authorised by what the constancia encloses, whatever came of the key later. */
export function isSigned(verdict: ConstanciaVerdict) {
  return verdict.kind === 'proven' || verdict.kind === 'disowned';
}

export function looksOfConstancia({ verdict, inChain, byPadron }: ConstanciaAudit): Looked<ConstanciaLook> {
  const isChecked = isSigned(verdict);
  const isLooked: Readonly<Record<ConstanciaLook, boolean>> = {
    form: true,
    trust: verdict.kind !== 'unknown',
    signature: isChecked,
    members: isSigned(verdict) && verdict.untold.length === 0,
    padron: byPadron,
    chain: inChain === 'same' || inChain === 'other',
    shown: false,
    hour: false,
    newest: false,
  };
  return lookedBy(LOOKS, (look) => isLooked[look]);
}
