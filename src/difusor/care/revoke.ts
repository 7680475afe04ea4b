import { promises as fs } from 'node:fs';
import { lastNumber } from '../../chain/chain-folder.ts';
import { firstDisowned, moveDisowned } from '../../chain/disowned.ts';
import { acuseFile } from '../public/acuse.ts';
import type { Node } from '../state/node.ts';
import { asOwn } from '../state/own-chain.ts';

/**
 * How a stolen signing key is undone: when the newest trust document ends a signer below cortes that it signed, those
 * and all after them leave the chain for `revoked/`, as evidence, and with each its acuse.
 *
 * @returns whether anything left the chain; the caller then publishes what is newest now
 */
export async function cutDisowned(node: Node, phase: string): Promise<boolean> {
  const { rooms } = node;
  const last = await lastNumber(rooms.chain, phase);
  const first = await firstDisowned(rooms.chain, phase, last, node.trust);
  if (first === null) return false;
  node.tell({ event: 'revoked', phase, from: first, to: last });
  const moved = moveDisowned(rooms.chain, rooms.revoked, phase, [first, last], {
    async before(number) {
      node.step('before revoking');
      for (const file of [acuseFile(node, phase, number), `${acuseFile(node, phase, number)}.sig`])
        await fs.rm(file, { force: true });
    },
    after: () => node.step('after revoking'),
  });
  await asOwn(moved);
  return true;
}
