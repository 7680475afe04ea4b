import { readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { makeCorte, publicationOf, writeDelivery } from '../../kit/cortes.ts';
import { makeNode, reasonsIn } from '../../kit/node.ts';

test('a refusal whose reason a power cut took is still told to the IEC, by the name of its folder', async (t) => {
  const kit = await makeNode(t);
  const corte = makeCorte({ trust: kit.trust, files: publicationOf(1) });
  const shown = async () =>
    (await readFile(join(kit.config.outbox, 'refused.jsonl'), 'utf8'))
      .split('\n')
      .flatMap((line) => (line ? [JSON.parse(line)] : []));
  const refuse = async () => {
    await writeDelivery(kit.config.inbox, corte, { files: { 'corte.json.sig': 'x' } });
    await kit.outcomes();
  };
  await refuse();
  const [whole] = await shown();
  const [first] = await reasonsIn(kit, 'refused');
  await truncate(join(first!.folder, 'reason.json'));
  kit.clock.now += 1000;
  await refuse();
  t.like(await shown(), [{ at: whole.at, delivery: corte.delivery, code: 'signature-malformed' }, { delivery: corte.delivery }]);
  await rm(join(first!.folder, 'reason.json'));
  await refuse();
  t.is((await shown()).length, 3);
  t.is((await readdir(kit.path('state/refused'))).length, 3);
});
