import test from 'ava';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { askAll } from '../../../src/iec/relevo/ask-all.ts';
import { makeInstitute } from '../institute.ts';
import { configOf } from '../night-stage.ts';

test('an identity that never opens is waited for within the total, and every node is left unasked', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': 'resultados preliminares' });
  await iec.pack();
  const { chain, phase, difusor } = configOf(iec, ['vanguardia', 'zocalo']);
  const view = await viewChain(chain, phase);
  const turn = setInterval(() => {}, 1000); // the total alone keeps no process alive
  t.teardown(() => clearInterval(turn));
  const answers = await askAll(difusor, view, { identity: () => new Promise(() => {}), totalMs: 300 });
  t.deepEqual(
    answers.map(({ number, trouble }) => [number, trouble?.code]),
    [
      [null, 'connection-lost'],
      [null, 'connection-lost'],
    ],
  );
});
