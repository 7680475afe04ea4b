import { mkdir } from 'node:fs/promises';
import test from 'ava';
import { said } from '../../../src/format/said.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { estadoWriter } from '../../../src/iec/record/estado.ts';
import { NEW_NODE } from '../../../src/iec/record/node-record.ts';
import { survey } from '../../../src/iec/relevo/survey.ts';
import { makeInstitute } from '../institute.ts';
import { configOf } from '../night-stage.ts';

const REFUSED = { ...NEW_NODE, trouble: { code: 'time-future', detail: said('') } } as const;

test('who refuses the hour of the newest corte, as the service at work heard, is among those a person may overrule', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': 'resultados preliminares' });
  await iec.pack();
  const bare = configOf(iec, ['vanguardia', 'zocalo', 'saltillo']);
  const config = { ...bare, difusor: bare.difusor.map((one) => ({ ...one, url: 'http://127.0.0.1:1/' })) };
  await mkdir(config.panel);
  const claimants = async (...nodes: readonly (typeof REFUSED | typeof NEW_NODE)[]) => {
    const known = Object.fromEntries(config.difusor.map(({ name }, i) => [`${name}/web1`, nodes[i] ?? NEW_NODE]));
    await estadoWriter(config.panel)({ phase: config.phase, nodes: known, links: {}, sites: {} });
    const asking = { identity: () => Promise.reject(new Error('none to be had')), now: Date.now };
    return (await survey(config, await viewChain(config.chain, config.phase), asking)).claimants;
  };
  t.deepEqual(await claimants(REFUSED, REFUSED), ['vanguardia', 'zocalo']);
  t.deepEqual(await claimants(REFUSED), [], 'one alone holds nothing up');
  t.deepEqual(await claimants(REFUSED, { ...REFUSED, number: 1 }), [], 'who took it does not refuse it');
});
