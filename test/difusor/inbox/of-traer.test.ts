import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { traerRooms } from '../../../src/difusor/setup/config.ts';
import { statusOf } from '../../../src/difusor/telling/status.ts';
import { makeChain, makeCorte, publicationOf, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { writeFiles } from '../../kit/folders.ts';
import { makeNode, reasonsIn } from '../../kit/node.ts';

const trust = signTrust(makeTrust());
const cortes = makeChain(2, { trust });
const [first, second] = cortes as [(typeof cortes)[0], (typeof cortes)[0]];

test('what traer brought is admitted as what the IEC brings, from whichever inbox it comes', async (t) => {
  const kit = await makeNode(t, { trust });
  const { inbox } = traerRooms(kit.config);
  await writeDelivery(inbox, first);
  await writeDelivery(kit.config.inbox, second);
  await writeDelivery(inbox, second);
  t.deepEqual(await kit.outcomes(), {
    'jornada-000002': 'gap',
    'traer/jornada-000001': 'admitted',
    'traer/jornada-000002': 'admitted',
  });
  t.deepEqual(await kit.outcomes(), { 'jornada-000002': 'already-admitted' });
  t.deepEqual([await readdir(inbox), await readdir(kit.config.inbox)], [[], []]);
});

test('of what traer brought nothing that is refused looks like the IEC’s, and only its reason is kept', async (t) => {
  const kit = await makeNode(t, { trust });
  const { inbox } = traerRooms(kit.config);
  await writeDelivery(inbox, first, { files: { 'corte.json.sig': 'x' } });
  await mkdir(join(inbox, 'cualquiera'));
  await kit.outcomes();
  t.deepEqual(
    (await reasonsIn(kit, 'refused')).map(({ code, delivery }) => `${delivery} ${code}`),
    ['traer/jornada-000001 signature-malformed', 'traer/cualquiera delivery-malformed'],
  );
  t.false((await readdir(kit.config.outbox)).includes('refused.jsonl') && (await shown(kit.config.outbox)) !== '');
  t.is((await statusOf(kit.node)).refused_last_hour, 0);
  for (const { folder } of await reasonsIn(kit, 'refused')) t.deepEqual(await readdir(folder), ['reason.json']);
  // The IEC's own, of the same name, is told to it as ever.
  await writeDelivery(kit.config.inbox, first, { files: { 'corte.json.sig': 'x' } });
  await kit.outcomes();
  t.regex(await shown(kit.config.outbox), /^\{[^\n]*"delivery":"jornada-000001"[^\n]*\}\n$/);
  t.is((await statusOf(kit.node)).refused_last_hour, 1);
});

const shown = (outbox: string) => readFile(join(outbox, 'refused.jsonl'), 'utf8');

test('however much is brought and refused, what is refused of the IEC’s is still told to it', async (t) => {
  const kit = await makeNode(t, { trust });
  const { inbox } = traerRooms(kit.config);
  await writeDelivery(kit.config.inbox, first, { files: { 'corte.json.sig': 'x' } });
  await kit.outcomes();
  const own = await shown(kit.config.outbox);
  for (let i = 0; i < 210; i++) await mkdir(join(inbox, `cualquiera-${i}`), { recursive: true });
  for (let i = 0; i < 4; i++) await kit.pass();
  t.deepEqual(await readdir(inbox), []);
  t.is(await shown(kit.config.outbox), own);
  const kept = (await reasonsIn(kit, 'refused')).map(({ delivery }) => delivery);
  t.is(kept.filter((delivery) => delivery?.startsWith('traer/')).length, 50);
  t.true(kept.includes('jornada-000001'));
});

test('a fork that traer brought is proof all the same', async (t) => {
  const kit = await makeNode(t, { trust });
  await writeDelivery(kit.config.inbox, first);
  await kit.outcomes();
  const other = makeCorte({ trust, files: publicationOf(7) });
  await writeDelivery(traerRooms(kit.config).inbox, other);
  t.deepEqual(await kit.outcomes(), { 'traer/jornada-000001': 'fork' });
  t.like(await reasonsIn(kit, 'evidence'), [{ code: 'fork', delivery: 'traer/jornada-000001' }]);
});

test('an inbox that leads elsewhere is none, nor is one that is switched off', async (t) => {
  const kit = await makeNode(t, { trust });
  const { inbox } = traerRooms(kit.config);
  await mkdir(join(inbox, '..'), { recursive: true });
  await symlink(kit.path('state/chain'), inbox);
  await writeFiles(kit.path('state/chain'), { 'cualquiera/x': 'x' });
  t.deepEqual(await kit.outcomes(), {});
  const off = await makeNode(t, {
    trust,
    config: { traer: { enabled: false, mirrors: [], padron: true, wait_seconds: 0, ask_seconds: 1 } },
  });
  await writeDelivery(traerRooms(off.config).inbox, first);
  t.deepEqual(await off.outcomes(), {});
});
