import { chmod, chown, mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configOfNobody, IEC, makeClosed, makeRefused, openToNode, passAsNobody } from '../../kit/as-nobody.ts';
import { type Corte, makeChain, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { requiresRoot } from '../../kit/requires.ts';

/** Folders that the IEC's account closes to the node: it may say no more than their names, and give them others. */

const trust = signTrust(makeTrust());
const [first, second] = makeChain(2, { trust }) as [Corte, Corte];

const asNobody = requiresRoot();

async function deliver(inbox: string, corte: Corte): Promise<string> {
  const folder = await writeDelivery(inbox, corte);
  await openToNode(folder);
  return folder;
}

asNobody('a folder that we may not enter is refused, and the name is free for the delivery that is meant to have it', async (t) => {
  const config = await configOfNobody(trust);
  const names = ['trust-2', ...Array.from({ length: 12 }, (_, i) => `jornada-${String(i + 1).padStart(6, '0')}`), 'junk'];
  makeClosed(...names.map((name) => join(config.inbox, name)));
  makeClosed(...names.slice(1).map((name) => join(config.inbox, name, 'inside'))); // but for one, they are not empty
  t.deepEqual(passAsNobody(config), Object.fromEntries(names.map((name) => [name, 'delivery-malformed'])));
  const left = await readdir(config.inbox);
  t.deepEqual(
    left.filter((name) => !name.startsWith('.taken-')),
    [],
    'no name is kept from the IEC',
  );
  t.is(left.length, names.length - 1, 'what nobody but its owner can remove stays in his inbox');
  await deliver(config.inbox, first);
  t.deepEqual(passAsNobody(config), { [first.delivery]: 'admitted' }, 'nor is what stays judged again');
  // Its owner may give one of them a name once more, and it is taken away once more.
  await rename(join(config.inbox, left[0]!), join(config.inbox, second.delivery));
  t.deepEqual(passAsNobody(config), { [second.delivery]: 'delivery-malformed' });
  await deliver(config.inbox, second);
  t.deepEqual(passAsNobody(config), { [second.delivery]: 'admitted' });
  t.is((await readdir(join(config.state, 'refused'))).length, names.length + 1);
});

asNobody('what its owner closed is taken out of the way once, however old he makes it', async (t) => {
  const config = await configOfNobody(trust);
  const names = ['.old', 'junk', '.taken-mine'];
  makeClosed(...names.flatMap((name) => [join(config.inbox, name), join(config.inbox, name, 'inside')]));
  const [old, junk] = names.map((name) => join(config.inbox, name));
  for (const path of [old, junk]) await utimes(path!, 1, 1);
  t.deepEqual(passAsNobody(config, NOW, 2), { '.old': 'delivery-malformed', junk: 'delivery-malformed' });
  const left = await readdir(config.inbox);
  t.is(left.length, names.length);
  for (const name of left) await utimes(join(config.inbox, name), 1, 1);
  t.deepEqual(passAsNobody(config, NOW, 2), {});
  t.deepEqual(await readdir(config.inbox), left);
});

asNobody('what a crash left in the inbox while it was taken out is gone with the next start', async (t) => {
  const config = await configOfNobody(trust);
  await deliver(config.inbox, first);
  await rename(join(config.inbox, first.delivery), join(config.inbox, '.taken-1'));
  await writeFile(join(config.inbox, '.taken-2'), '');
  await mkdir(join(config.inbox, '.cotejo-jornada-000002'));
  t.deepEqual(passAsNobody(config), {});
  t.deepEqual(await readdir(config.inbox), ['.cotejo-jornada-000002']);
});

asNobody('a delivery of which we may not read a part is refused; the daemon goes on and starts again', async (t) => {
  const config = await configOfNobody(trust);
  // Unreadable, but in a folder that can be moved.
  const closed = await deliver(config.inbox, first);
  await chown(join(closed, 'corte.tar.gz'), IEC, IEC);
  await chmod(join(closed, 'corte.tar.gz'), 0o600);
  // Can be moved but never removed: it has a folder that only the IEC's account may enter.
  const locked = join(config.inbox, 'junk');
  await mkdir(join(locked, 'closed', 'inside'), { recursive: true });
  await chown(join(locked, 'closed'), IEC, IEC);
  await chmod(join(locked, 'closed'), 0o700);
  await openToNode(locked);
  t.deepEqual(passAsNobody(config), { [first.delivery]: 'delivery-malformed', junk: 'delivery-malformed' });
  t.deepEqual(await readdir(config.inbox), []);
  t.is((await readdir(join(config.state, 'staging'))).length, 1, 'where what nobody may remove does no harm');
  await deliver(config.inbox, first);
  t.deepEqual(passAsNobody(config), { [first.delivery]: 'admitted' });
});

asNobody('however many refused deliveries can’t be removed, what is kept of the others stays within its bounds', async (t) => {
  const config = await configOfNobody(trust);
  const refused = join(config.state, 'refused');
  const kept = Array.from({ length: 1500 }, (_, i) => `2001-01-01T000000000Z-${String(i).padStart(18, '0')}-gap-junk`);
  makeRefused(refused, kept, kept.slice(0, 1100));
  await mkdir(join(config.inbox, 'junk'));
  t.deepEqual(passAsNobody(config), { junk: 'delivery-malformed' });
  const names = (await readdir(refused)).sort();
  t.is(names.length, 200);
  t.deepEqual(names.slice(0, -1), kept.slice(-199), 'the newest');
  // What nobody but its owner can remove is not ours to count, and is tried again at the next start only.
  t.is((await readdir(join(config.state, 'staging'))).length, 1100);
  t.deepEqual(passAsNobody(config), {});
});
