import { lutimes, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Verdict } from '../../../src/difusor/admission/judge.ts';
import { takeWholeInbox } from '../../../src/difusor/admission/pass.ts';
import { statusOf } from '../../../src/difusor/telling/status.ts';
import { type Corte, makeChain, writeDelivery, writeTrustDelivery } from '../../kit/cortes.ts';
import { makeTrust, NOW, nextTrust, signTrust } from '../../kit/election.ts';
import { makeFastFolder } from '../../kit/folders.ts';
import { makeNode } from '../../kit/node.ts';

/** What keeps a name from the delivery that is meant to have it: whoever has the account can make a folder of any name. */

const trust = signTrust(makeTrust());
const second = signTrust(nextTrust(trust));
const [first, next] = makeChain(2, { trust }) as [Corte, Corte];

const nodeFor = async (t: ExecutionContext) => makeNode(t, { folder: await makeFastFolder(), trust });

const MINUTE = 60_000;

test('a folder that has a delivery’s name and not its files goes aside after five minutes, and the name is free', async (t) => {
  const kit = await nodeFor(t);
  // The hour may be moved meanwhile: only the clock that runs forward counts.
  let elapsed = 0;
  kit.node = { ...kit.node, elapsed: () => elapsed };
  for (const name of ['trust-2', first.delivery]) await mkdir(join(kit.config.inbox, name));
  await writeFile(join(kit.config.inbox, first.delivery, 'SHA256SUMS'), '');
  const incomplete = { 'trust-2': 'delivery-incomplete', [first.delivery]: 'delivery-incomplete' };
  t.deepEqual(await kit.outcomes(), incomplete);
  kit.clock.now += 60 * MINUTE;
  elapsed = 4.9 * MINUTE;
  await writeFile(join(kit.config.inbox, first.delivery, 'corte.json'), ''); // what is put into it begins nothing anew
  t.deepEqual(await kit.outcomes(), { [first.delivery]: 'delivery-incomplete' });
  t.is((await readdir(kit.config.inbox)).length, 2);
  kit.clock.now = NOW;
  elapsed = 5 * MINUTE;
  const verdicts = await kit.pass();
  t.deepEqual(
    verdicts.map(({ outcome, code }) => [outcome, code]),
    [
      ['refused', 'delivery-incomplete'],
      ['refused', 'delivery-incomplete'],
    ],
  );
  t.deepEqual(await readdir(kit.config.inbox), []);
  t.is(kit.events.filter(({ event }) => event === 'refused').length, 2);
  await writeTrustDelivery(kit.config.inbox, second);
  await writeDelivery(kit.config.inbox, first);
  t.deepEqual(await kit.outcomes(), { 'trust-2': 'admitted', [first.delivery]: 'admitted' });
});

test('a delivery that becomes whole in time is taken, and what takes its name later has its own time', async (t) => {
  const kit = await nodeFor(t);
  await mkdir(join(kit.config.inbox, first.delivery));
  await kit.pass();
  kit.clock.now += 4 * MINUTE;
  for (const [name, bytes] of Object.entries(first.files)) await writeFile(join(kit.config.inbox, first.delivery, name), bytes);
  t.deepEqual(await kit.outcomes(), { [first.delivery]: 'admitted' });
  await mkdir(join(kit.config.inbox, first.delivery));
  kit.clock.now += 4 * MINUTE;
  t.deepEqual(await kit.outcomes(), { [first.delivery]: 'delivery-incomplete' });
});

test('the status names what waits, and what it lacks', async (t) => {
  const kit = await nodeFor(t);
  await mkdir(join(kit.config.inbox, 'trust-2'));
  await writeDelivery(kit.config.inbox, next); // corte 1 is not there yet
  await kit.pass();
  const { waiting } = await statusOf(kit.node);
  t.deepEqual(
    waiting.map(({ delivery, lacks }) => [delivery, lacks?.en ?? null]),
    [
      ['trust-2', '2.json'],
      [next.delivery, null],
    ],
  );
});

test('the status names what the IEC is bringing, also under the name that it has where somebody took the first', async (t) => {
  const kit = await nodeFor(t);
  for (const name of [`.cotejo-${first.delivery}`, `.cotejo-${next.delivery}.0123456789abcdef`, '.cotejo-junk']) {
    await mkdir(join(kit.config.inbox, name));
  }
  kit.clock.now = Date.now();
  t.deepEqual((await statusOf(kit.node)).arriving.toSorted(), [first.delivery, next.delivery]);
});

test('an inbox that went away has nothing waiting, and there is a status all the same', async (t) => {
  const kit = await nodeFor(t);
  t.deepEqual((await statusOf({ ...kit.node, inbox: kit.path('no-inbox') })).waiting, []);
});

test('half an upload of a day ago goes aside, whatever hour its owner gave it', async (t) => {
  const kit = await nodeFor(t);
  const upload = join(kit.config.inbox, '.sending');
  await mkdir(upload);
  await utimes(upload, 4e9, 4e9);
  kit.clock.now = Date.now() + 25 * 60 * MINUTE;
  t.deepEqual(await kit.outcomes(), { '.sending': 'delivery-malformed' });
});

test('an upload that is written to is under way, though the clock has jumped by a day since it began', async (t) => {
  const kit = await nodeFor(t);
  const upload = join(kit.config.inbox, '.cotejo-jornada-000001');
  await mkdir(upload);
  await writeFile(join(upload, 'corte.tar.gz'), 'half of it');
  const began = Date.now() / 1000 - 90_000;
  await utimes(upload, began, began);
  kit.clock.now = Date.now();
  t.deepEqual(await kit.outcomes(), {});
  await utimes(join(upload, 'corte.tar.gz'), began, began);
  t.deepEqual(await kit.outcomes(), { '.cotejo-jornada-000001': 'delivery-malformed' });
});

test('what its owner calls as we call what we took out of the way is looked at as any upload', async (t) => {
  const kit = await nodeFor(t);
  const { inbox } = kit.config;
  for (const name of ['.taken-mine', '.taken-now']) await mkdir(join(inbox, name));
  await utimes(join(inbox, '.taken-mine'), 1, 1);
  t.deepEqual(await kit.outcomes(), { '.taken-mine': 'delivery-malformed' });
  t.deepEqual(await readdir(inbox), ['.taken-now']);
  t.is((await statusOf(kit.node)).taken, 1);
});

test('a link that leads to itself, or anywhere, is as any other old name: it goes aside, and nothing waits for it', async (t) => {
  const kit = await nodeFor(t);
  const { inbox } = kit.config;
  const links = { '.loop': '.loop', '.far': '..', '.there': kit.path('elsewhere') };
  const began = NOW / 1000 - 90_000;
  await mkdir(kit.path('elsewhere'));
  await writeFile(kit.path('elsewhere', 'corte.tar.gz'), 'what is written to somewhere else makes it no younger');
  for (const [name, target] of Object.entries(links)) {
    await symlink(target, join(inbox, name));
    await lutimes(join(inbox, name), began, began);
  }
  await writeDelivery(inbox, first);
  t.deepEqual(await kit.outcomes(), {
    [first.delivery]: 'admitted',
    ...Object.fromEntries(Object.keys(links).map((name) => [name, 'delivery-malformed'])),
  });
  t.deepEqual(await readdir(inbox), []);
  t.deepEqual(await readdir(kit.path('elsewhere')), ['corte.tar.gz']);
});

test('all that waits is taken in one go, behind more than one look refuses', async (t) => {
  const kit = await nodeFor(t);
  for (let version = 2; version < 203; version++) {
    const folder = join(kit.config.inbox, `trust-${version}`);
    await mkdir(folder);
    await writeFile(join(folder, 'no-trust'), '');
  }
  await writeDelivery(kit.config.inbox, first);
  await writeDelivery(kit.config.inbox, next);
  const verdicts: Verdict[] = [];
  await takeWholeInbox(kit.node, (verdict) => verdicts.push(verdict));
  t.is(verdicts.length, 203);
  t.deepEqual(
    verdicts.slice(-2).map(({ delivery, outcome }) => [delivery, outcome]),
    [
      [first.delivery, 'admitted'],
      [next.delivery, 'admitted'],
    ],
  );
});

test('what is deferred is told once, at the end', async (t) => {
  const kit = await nodeFor(t);
  await writeDelivery(kit.config.inbox, next);
  await mkdir(join(kit.config.inbox, 'trust-2'));
  const verdicts: Verdict[] = [];
  await takeWholeInbox(kit.node, (verdict) => verdicts.push(verdict));
  t.deepEqual(
    verdicts.map(({ delivery, outcome }) => [delivery, outcome]),
    [
      ['trust-2', 'deferred'],
      [next.delivery, 'deferred'],
    ],
  );
});
