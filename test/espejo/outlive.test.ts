import test, { type ExecutionContext } from 'ava';
import { openBucket } from '../../src/espejo/bucket/bucket.ts';
import type { EspejoConfig } from '../../src/espejo/config.ts';
import { admit, copying, PATIENCE } from '../kit/copying.ts';
import { makeChain, writeTrustDelivery } from '../kit/cortes.ts';
import { makeSigner, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { espejoConfig, KEYS } from '../kit/s3.ts';

/** Of a disowned number nothing is removed while another one writes a new corte there. */

const trust = signTrust(makeTrust());
const chain = makeChain(2, { trust });
const PROOF = 'cotejo/chain/jornada/000002/';

/** A bucket whose corte 2 was disowned a moment ago, and what another espejo writes there. */
async function disowned(t: ExecutionContext, layout: EspejoConfig['layout']) {
  const made = await copying(t, trust, { layout });
  const { node, s3, passes } = made;
  for (const corte of chain) await admit(t, node, corte);
  await passes.pass();
  const signers = [
    makeSigner('ensayo-1', 'simulacro-1'),
    makeSigner('firma-1', 'jornada', 1, 1),
    makeSigner('relevo-1', 'jornada'),
  ];
  await writeTrustDelivery(node.config.inbox, signTrust(nextTrust(trust, { signers })));
  await node.outcomes();
  const aside = openBucket(espejoConfig(s3, node.config), () => Promise.resolve(KEYS), new AbortController().signal, PATIENCE);
  t.teardown(() => aside.close());
  const write = async (key: string) => {
    await aside.put(key, { 'content-type': 'text/plain', 'cache-control': '' }, { bytes: Buffer.from('another\n') });
  };
  const removals = () => s3.seen.filter((line) => line.startsWith('DELETE'));
  return { ...made, write, removals };
}

for (const layout of ['corte', 'contenido'] as const) {
  test(`a disowned number whose proof is being replaced is left alone, by ${layout}`, async (t) => {
    const { passes, write, removals } = await disowned(t, layout);
    // In the order of a pass: the corte's files, then its list, and its corte.json still to come.
    if (layout === 'corte') await write('cotejo/c/2/index.html');
    await write(`${PROOF}SHA256SUMS`);
    t.deepEqual((await passes.pass()).removed, []);
    t.deepEqual(removals(), []);
  });

  test(`nor is the proof removed of one that another begins to replace in between, by ${layout}`, async (t) => {
    const { s3, passes, write, removals } = await disowned(t, layout);
    let writing: Promise<void> | undefined;
    s3.fault = async ({ method, key }) => {
      if (method === 'GET' && key.startsWith('?') && key.includes('cotejo%2Fc%2F2%2F'))
        await (writing ??= write(`${PROOF}SHA256SUMS`));
      return null;
    };
    await passes.pass();
    t.truthy(writing);
    t.deepEqual(
      removals().filter((line) => line.includes(PROOF)),
      [],
    );
  });
}

for (let removed = 1; removed < 4; removed++) {
  test(`by content: cut off after ${removed} removals of a disowned corte, it has no address, and the next process ends it`, async (t) => {
    const { s3, passes, another } = await disowned(t, 'contenido');
    let left = removed;
    s3.fault = ({ method }) => (method !== 'DELETE' || left-- > 0 ? null : { status: 403, code: 'ExpiredToken' });
    await t.throwsAsync(passes.pass());
    const status = async (file: string) => (await fetch(new URL(`${PROOF}${file}`, s3.site))).status;
    t.is(await status('SHA256SUMS'), 404);
    s3.fault = () => null;
    await another().pass();
    for (const file of ['SHA256SUMS', 'corte.tar.gz', 'corte.json']) t.is(await status(file), 404, file);
  });
}

test('in folders too a proof that a pass left, cut off after the files, is removed by the next process', async (t) => {
  const { s3, passes, another } = await disowned(t, 'corte');
  s3.fault = ({ method, key }) => (method === 'DELETE' && key.startsWith(PROOF) ? { status: 403, code: 'ExpiredToken' } : null);
  await t.throwsAsync(passes.pass());
  const status = async (key: string) => (await fetch(new URL(key, s3.site))).status;
  t.deepEqual([await status('cotejo/c/2/index.html'), await status(`${PROOF}corte.json`)], [404, 200]);
  s3.fault = () => null;
  t.deepEqual((await another().pass()).removed, [2]);
  for (const file of ['SHA256SUMS', 'corte.tar.gz', 'corte.json', 'corte.json.sig'])
    t.is(await status(`${PROOF}${file}`), 404, file);
});
