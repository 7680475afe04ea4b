import { readdir } from 'node:fs/promises';
import test from 'ava';
import { writeTrustDelivery } from '../../kit/cortes.ts';
import { nextTrust, signTrust } from '../../kit/election.ts';
import { makeKey } from '../../kit/keys.ts';
import { makeNode } from '../../kit/node.ts';

/** Whoever reads a chain over the web finds signatures by the custodians' names alone. */

test('a signature is kept under the name by which readers ask for it, whatever its file was called', async (t) => {
  const kit = await makeNode(t);
  const custodians = kit.trust.document.custodians.map((custodian) =>
    custodian.name === 'presidencia' ? { ...custodian, key: makeKey('presidencia new').publicKey } : custodian,
  );
  const second = signTrust(nextTrust(kit.trust, { custodians }), {
    licenciada: makeKey('cotaprep'),
    anterior: makeKey('presidencia'),
    presidencia: makeKey('presidencia new'),
    nadie: makeKey('a stranger'),
  });
  await writeTrustDelivery(kit.config.inbox, second);
  t.deepEqual(await kit.outcomes(), { 'trust-2': 'admitted' });
  const kept = (await readdir(kit.path('state', 'chain', 'trust'))).filter((name) => name.startsWith('2.'));
  t.deepEqual(kept.sort(), ['2.json', '2.json.cotaprep.sig', '2.json.presidencia-v1.sig', '2.json.presidencia.sig']);
});
