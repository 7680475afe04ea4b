import test from 'ava';
import { Trouble } from '../../src/espejo/trouble.ts';
import { admit, copying } from '../kit/copying.ts';
import { makeChain } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';

/** What the bucket says that it has written of the newest corte's chain is looked at before anybody is led there. */

const trust = signTrust(makeTrust());
const [corte] = makeChain(1, { trust });

test('by content: a list of a corte that the store loses is written again before the pointer', async (t) => {
  const { node, s3, passes } = await copying(t, trust, { layout: 'contenido' });
  const status = async (path: string) => (await fetch(new URL(`cotejo/${path}`, s3.site))).status;
  await admit(t, node, corte!);
  let left = Number.POSITIVE_INFINITY;
  s3.fault = ({ method, key }) => (method === 'PUT' && key.endsWith('000001/SHA256SUMS') && left-- > 0 ? 'lose' : null);
  const error = await t.throwsAsync(passes.pass(), { instanceOf: Trouble });
  t.is(error?.code, 'not-repaired');
  t.is(await status('ultimo.json'), 404);
  left = 1;
  const { outcome, repaired } = await passes.pass();
  t.deepEqual([outcome, repaired], ['published', 1]);
  t.is(await status('chain/jornada/000001/SHA256SUMS'), 200);
});
