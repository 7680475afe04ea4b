import type { ProxyFor } from '../../audit/source/proxies.ts';
import type { LinkOptions, Patience } from '../link/open-link.ts';
import { windowOf } from '../link/send-window.ts';
import type { SshIdentity } from '../link/ssh-identity.ts';
import { givenUp } from '../link/trouble.ts';
import { walkOwnTrust } from '../pack/footing.ts';
import type { ChainView } from '../record/chain-view.ts';
import { isAside } from '../record/signed-mark.ts';
import type { Difusor, NodeTarget } from '../setup/config.ts';
import { askNode } from './ask-node.ts';
import { askPublic, type PublicAnswer } from './ask-public.ts';
import type { Answer, Sight } from './judge.ts';

/** Asks many nodes at once, within a total. */

const PATIENCE: Patience = { connect: 5000, handshake: 10_000, stall: 5000 };
/** After so long whoever has not answered was not asked, ms. */
export const TOTAL_MS = 20_000;

export interface AskOptions {
  /** towards the nodes; where it can't be had no node can be asked over its account */
  readonly identity: () => Promise<SshIdentity>;
  readonly totalMs?: number | undefined;
  /** which proxy public addresses are asked through; none, if absent */
  readonly proxyFor?: ProxyFor | undefined;
}

/**
 * Asks every node of these Difusores over its account, and at a Difusor's public address where a node can't be asked or
 * says something that the IEC's own signature can prove.
 * @param view the end of our chain
 * @returns an answer for each node, in their order
 */
export async function askAll(
  difusores: readonly Difusor[],
  view: ChainView,
  { identity, totalMs = TOTAL_MS, proxyFor }: AskOptions,
): Promise<Answer[]> {
  const trust = await walkOwnTrust(view.chain);
  const count = difusores.reduce((sum, { node }) => sum + node.length, 0);
  const signal = AbortSignal.timeout(totalMs);
  const link = inTime(identity(), signal).then(
    (own): LinkOptions => ({ identity: own, patience: PATIENCE, windowBytes: windowOf(count), signal }),
  );
  link.catch(() => {}); // each node's answer tells it

  async function askDifusor(difusor: Difusor): Promise<Answer[]> {
    const targets = difusor.node.map(({ name, ...rest }): NodeTarget => ({ difusor: difusor.name, node: name, ...rest }));
    const answers = await Promise.all(targets.map((target) => askNode(target, view, link)));
    const plain = await Promise.all(answers.map((answer) => withoutAside(answer, view)));
    if (plain.every(({ number, sight }) => number !== null && sight === null)) return plain;
    const seen = await inTime(askPublic(difusor, view, trust, proxyFor), signal).catch(() => null);
    return plain.map((answer) => withPublic(answer, seen, difusor.node.length));
  }

  return (await Promise.all(difusores.map(askDifusor))).flat();
}

/** What the custodians disowned and `iec heal` set aside is still at nodes that have not heard of it: it is no news. */
async function withoutAside(answer: Answer, { chain, phase }: ChainView): Promise<Answer> {
  const { sight } = answer;
  return sight && (await isAside(chain, phase.name, sight)) ? { ...answer, sight: null } : answer;
}

/** @param nodes of its Difusor: behind an address of several another one may have answered */
function withPublic(answer: Answer, seen: PublicAnswer | null, nodes: number): Answer {
  if (seen === null) return answer;
  const sight = stronger(answer.sight, seen.sight);
  if (answer.number !== null || nodes > 1) return { ...answer, sight, isSiteHeard: true };
  return { ...answer, number: seen.number, sight, isSiteHeard: true, trouble: null };
}

function stronger(one: Sight | null, other: Sight | null): Sight | null {
  if (one === null || other === null) return one ?? other;
  return other.isSigned ? other : one; // no more is told than what was proved
}

async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {}); // it may end after the time
  if (signal.aborted) throw givenUp();
  const over = new AbortController();
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(givenUp()), { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
