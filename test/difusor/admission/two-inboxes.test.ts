import { spawnSync } from 'node:child_process';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import test from 'ava';
import { traerRooms } from '../../../src/difusor/setup/config.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { type KitNode, makeNode } from '../../kit/node.ts';

/** The IEC's inbox and that of `cotejo traer`: whatever becomes of the one, the other is taken. */

const NOBODY = 65_534;

/** One pass as the daemon's account, which may not look into every folder, as root may. */
async function asDaemon(kit: KitNode): Promise<Record<string, string>> {
  if (process.geteuid?.() !== 0) return kit.outcomes();
  spawnSync('chown', ['-R', '--no-dereference', `${NOBODY}`, kit.folder]);
  spawnSync('chown', ['0', traerRooms(kit.config).inbox]);
  process.seteuid?.(NOBODY);
  try {
    return await kit.outcomes();
  } finally {
    process.seteuid?.(0);
  }
}

test.serial(
  'an inbox of traer that can not be looked into keeps nothing of the IEC away, and is told once while it lasts',
  async (t) => {
    const kit = await makeNode(t);
    const { inbox } = traerRooms(kit.config);
    await mkdir(inbox, { recursive: true });
    const one = makeCorte({ trust: kit.trust, files: { 'index.html': 'uno' } });
    const two = makeCorte({ trust: kit.trust, files: { 'index.html': 'dos' }, previous: one });
    const three = makeCorte({ trust: kit.trust, files: { 'index.html': 'tres' }, previous: two });
    kit.clock.now = Date.parse(three.statement.taken_at) + 60_000;
    await writeDelivery(inbox, three);
    await chmod(inbox, process.geteuid?.() === 0 ? 0o700 : 0o300);
    t.teardown(() => chmod(inbox, 0o700));
    const troubles = () => kit.events.filter(({ event }) => event === 'error').length;
    await writeDelivery(kit.config.inbox, one);
    t.deepEqual(await asDaemon(kit), { 'jornada-000001': 'admitted' });
    t.is(troubles(), 1);
    await writeDelivery(kit.config.inbox, two);
    t.deepEqual(await asDaemon(kit), { 'jornada-000002': 'admitted' });
    t.is(troubles(), 1);
    await chmod(inbox, 0o755);
    t.deepEqual(await asDaemon(kit), { 'traer/jornada-000003': 'admitted' });
  },
);

test.serial('what traer brought is taken though the inbox of the IEC is gone, which is still told', async (t) => {
  const kit = await makeNode(t);
  const { inbox } = traerRooms(kit.config);
  await mkdir(inbox, { recursive: true });
  const one = makeCorte({ trust: kit.trust, files: { 'index.html': 'uno' } });
  kit.clock.now = Date.parse(one.statement.taken_at) + 60_000;
  await writeDelivery(inbox, one);
  await rm(kit.config.inbox, { recursive: true, force: true });
  await t.throwsAsync(kit.pass(), { code: 'ENOENT' });
  t.is(kit.node.phases.get('jornada')?.head?.statement.number, 1);
});

test.serial('of what waits in an inbox that is out of reach for a while it is remembered since when it is there', async (t) => {
  const kit = await makeNode(t);
  const lacking = makeCorte({ trust: kit.trust, files: { 'index.html': 'uno' } });
  kit.clock.now = Date.parse(lacking.statement.taken_at) + 60_000;
  await writeDelivery(kit.config.inbox, lacking);
  await rm(`${kit.config.inbox}/jornada-000001/corte.tar.gz`);
  t.deepEqual(await kit.outcomes(), { 'jornada-000001': 'delivery-incomplete' });
  await rename(kit.config.inbox, `${kit.config.inbox}-away`);
  kit.clock.now += 299_000;
  await t.throwsAsync(kit.pass(), { code: 'ENOENT' });
  await rename(`${kit.config.inbox}-away`, kit.config.inbox);
  kit.clock.now += 1_000;
  t.deepEqual(await kit.outcomes(), { 'jornada-000001': 'delivery-incomplete' });
  t.deepEqual(await kit.outcomes(), {}, 'it went aside after its five minutes');
});
