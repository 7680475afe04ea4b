import type { KnownCorte } from '../../chain/chain-folder.ts';
import type { Node } from '../phase/node.ts';
import type { OpenPhase } from '../phase/phase.ts';

/** The presentations of all phases of a node: after the cortes, which never wait for one. What fails is told there. */

/**
 * Brings the presentations of every phase to what its newest corte authorises. With the state's lock held, and after all
 * phases are public: one phase's copies must not hold up another's cortes.
 * @throws Interrupted where the daemon is to stop; nothing else
 */
export async function settlePresentations(node: Pick<Node, 'phases'>): Promise<void> {
  for (const phase of node.phases.values()) {
    const head = await headOf(phase);
    if (head) await phase.presentations.settle(head, () => phase.trees.numbers());
  }
}

/**
 * Reads one public copy of each phase, where it is its turn.
 * @param locked runs a change with the state's lock held
 * @throws Interrupted
 */
export async function patrolPresentations(
  node: Pick<Node, 'phases'>,
  locked: (work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  for (const phase of node.phases.values()) {
    const head = await headOf(phase);
    if (head) await phase.presentations.patrol(head, phase.rules.period_seconds * 250, locked);
  }
}

/** The newest corte; null before the first, and where it can't be read, which others tell. */
async function headOf({ head }: OpenPhase): Promise<KnownCorte | null> {
  return (await head?.whole().catch(() => null)) ?? null;
}
