import { utimes } from 'node:fs/promises';
import test from 'ava';
import { makeChain, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeNode } from '../../kit/node.ts';

test('a tree stays for its time after another took its place, and no longer', async (t) => {
  const trust = signTrust(makeTrust());
  const node = await makeNode(t, { trust });
  const trees = () => node.node.phases.get('jornada')!.trees;
  for (const corte of makeChain(3, { trust })) {
    node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
    if (corte.statement.number === 3) {
      t.deepEqual(trees().numbers(), [1, 2]);
      // When the second one was made is told by the disk's own clock, an hour ago by this node's.
      const made = (node.clock.now - 61 * 60_000) / 1000;
      await utimes(trees().of(2), made, made);
    }
    await writeDelivery(node.config.inbox, corte);
    await node.pass();
  }
  t.deepEqual(trees().numbers(), [2, 3]);
});
