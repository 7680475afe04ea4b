import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Corte, makeChain, makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeFastFolder } from '../../kit/folders.ts';
import { makeNode, reasonsIn } from '../../kit/node.ts';

/**
 * The inbox belongs to whoever holds the IEC's SFTP account. The tests show what can be put there, and done there while
 * it is read; in each of them the next good corte is still admitted.
 */

/** The inbox is another’s, and may change while it is read: what counts is what was read. */

const trust = signTrust(makeTrust());
const [first, second] = makeChain(2, { trust }) as [Corte, Corte];

const nodeFor = async (t: ExecutionContext) => makeNode(t, { folder: await makeFastFolder(), trust });

test('a file that grows while it is read is copied to the stated length and one byte, and no further', async (t) => {
  const kit = await nodeFor(t);
  const files = { 'actas/foto.jpg': randomBytes(1_500_000) }; // more than is read at once
  const large = makeCorte({ trust, files });
  const folder = await writeDelivery(kit.config.inbox, large);
  const file = join(folder, 'corte.tar.gz');
  kit.onStep = (step) => {
    if (step === 'copying') writeFileSync(file, Buffer.alloc(1_000_000, 1), { flag: 'a' });
  };
  t.deepEqual(await kit.outcomes(), { [large.delivery]: 'package-mismatch' });
  kit.onStep = () => {};
  await writeDelivery(kit.config.inbox, large);
  t.deepEqual(await kit.outcomes(), { [large.delivery]: 'admitted' });
});

test('what is admitted is what was read, whatever stands in the inbox by then', async (t) => {
  const kit = await nodeFor(t);
  const folder = await writeDelivery(kit.config.inbox, first);
  let isSwapped = false;
  kit.onStep = (step) => {
    if (step !== 'extracting' || isSwapped) return;
    isSwapped = true;
    renameSync(folder, kit.path('taken-back'));
    mkdirSync(folder);
    for (const name of Object.keys(first.files)) writeFileSync(join(folder, name), 'other bytes');
  };
  t.deepEqual(await kit.outcomes(), { [first.delivery]: 'admitted' });
  t.true(isSwapped);
  for (const [name, bytes] of Object.entries(first.files)) {
    t.deepEqual(await readFile(kit.path('state/chain/jornada/000001', name)), bytes);
  }
});

test('a delivery that is swapped for another between the look and the opening is judged as what it is', async (t) => {
  const kit = await nodeFor(t);
  await writeDelivery(kit.config.inbox, first);
  const folder = await writeDelivery(kit.config.inbox, second);
  kit.onStep = (step) => {
    if (step !== 'before A13') return;
    kit.onStep = () => {};
    renameSync(folder, kit.path('taken-back'));
    symlinkSync(kit.path('taken-back'), folder);
  };
  t.deepEqual(await kit.outcomes(), { [first.delivery]: 'admitted', [second.delivery]: 'delivery-malformed' });
});

test('a delivery that is taken back before it is opened is not refused', async (t) => {
  const kit = await nodeFor(t);
  await writeDelivery(kit.config.inbox, first);
  const folder = await writeDelivery(kit.config.inbox, second);
  kit.onStep = (step) => {
    if (step === 'before A13') renameSync(folder, kit.path('taken-back'));
  };
  t.deepEqual(await kit.outcomes(), { [first.delivery]: 'admitted', [second.delivery]: 'delivery-incomplete' });
  kit.onStep = () => {};
  await rename(kit.path('taken-back'), folder);
  t.deepEqual(await kit.outcomes(), { [second.delivery]: 'admitted' });
});

test('the evidence of a fork is what was judged, though the delivery is exchanged before it is moved', async (t) => {
  const kit = await nodeFor(t);
  await writeDelivery(kit.config.inbox, first);
  await kit.pass();
  const [other] = makeChain(1, { trust, note: 'another history' }) as [Corte];
  const folder = await writeDelivery(kit.config.inbox, other);
  // The event comes just before the delivery is moved aside.
  kit.onEvent = ({ event }) => {
    if (event !== 'refused') return;
    renameSync(folder, kit.path('taken-back'));
    mkdirSync(folder);
    for (const name of Object.keys(other.files)) writeFileSync(join(folder, name), 'other bytes');
  };
  t.deepEqual(await kit.outcomes(), { [other.delivery]: 'fork' });
  const [reason] = await reasonsIn(kit, 'evidence');
  const kept = (...path: string[]) => readFile(join(reason?.folder as string, ...path));
  for (const name of ['corte.json', 'corte.json.sig'] as const) {
    t.is(String(await kept('delivery', name)), 'other bytes', 'it was exchanged');
    t.deepEqual(await kept('judged', name), other.files[name]);
  }
});
