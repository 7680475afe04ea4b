import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { link, mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { statusOf } from '../../../src/difusor/telling/status.ts';
import { type Corte, makeChain, writeDelivery, writeTrustDelivery } from '../../kit/cortes.ts';
import { makeTrust, NOW, nextTrust, signTrust } from '../../kit/election.ts';
import { makeFastFolder } from '../../kit/folders.ts';
import { type KitNode, makeNode, reasonsIn } from '../../kit/node.ts';

/**
 * The inbox belongs to whoever holds the IEC's SFTP account. The tests show what can be put there, and done there while
 * it is read; in each of them the next good corte is still admitted.
 */

const trust = signTrust(makeTrust());
const [first, second] = makeChain(2, { trust }) as [Corte, Corte];

const nodeFor = async (t: ExecutionContext) => makeNode(t, { folder: await makeFastFolder(), trust });

/** Deliveries that are not four plain files: the fault, and how it is made of a folder with the right four. */
type Twist = readonly [what: string, twist: (folder: string, kit: KitNode) => unknown];

const instead =
  (make: (file: string) => unknown, name = 'corte.json') =>
  async (folder: string) => {
    await rm(join(folder, name));
    await make(join(folder, name));
  };

const TWISTS: readonly Twist[] = [
  ['the statement is a FIFO', instead((file) => spawnSync('mkfifo', [file]))],
  ['the package is a FIFO', instead((file) => spawnSync('mkfifo', [file]), 'corte.tar.gz')],
  ['the statement is a link out', instead((file) => symlink('/etc/shadow', file))],
  ['the package is a link to the right bytes', (folder) => linkAway(folder, 'corte.tar.gz')],
  ['the package is a link to a device', instead((file) => symlink('/dev/zero', file), 'corte.tar.gz')],
  ['the signature is a link to nothing', instead((file) => symlink('nothing', file), 'corte.json.sig')],
  ['the manifest is a folder', instead((file) => mkdir(file), 'SHA256SUMS')],
  ['the statement is a socket', instead(listen)],
  ['the package has another name elsewhere', (folder, kit) => link(join(folder, 'corte.tar.gz'), kit.path('other-name'))],
  ['two of its files are one', instead((file) => link(join(file, '..', 'SHA256SUMS'), file))],
  ['a file too many', (folder) => writeFile(join(folder, 'corte.json.bak'), '')],
  ['a hidden file too many', (folder) => writeFile(join(folder, '.corte.json.swp'), '')],
  ['a folder too many', (folder) => mkdir(join(folder, 'corte'))],
  ['a name that is not UTF-8', (folder) => writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), '')],
  [
    'the folder is a link',
    async (folder, kit) => {
      await rename(folder, kit.path('elsewhere'));
      await symlink(kit.path('elsewhere'), folder);
    },
  ],
  [
    'the folder is a link to our own chain',
    async (folder) => {
      await rm(folder, { recursive: true });
      await symlink('../state/chain/trust', folder);
    },
  ],
  [
    'the folder is a file',
    async (folder) => {
      await rm(folder, { recursive: true });
      await writeFile(folder, '');
    },
  ],
  [
    'the folder is a FIFO',
    async (folder) => {
      await rm(folder, { recursive: true });
      spawnSync('mkfifo', [folder]);
    },
  ],
  [
    'a huge folder',
    (folder) => {
      for (let i = 0; i < 5000; i++) writeFileSync(join(folder, `${i}`), '');
    },
  ],
];

async function linkAway(folder: string, name: string): Promise<void> {
  await rename(join(folder, name), `${folder}-${name}`.replace('/inbox/', '/'));
  await symlink(`${folder}-${name}`.replace('/inbox/', '/'), join(folder, name));
}

/** A socket's path can't be long, so it is made elsewhere and moved. */
async function listen(file: string): Promise<void> {
  const near = `/tmp/cotejo-${process.pid}.sock`;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(near, resolve));
  spawnSync('mv', [near, file]);
  server.close();
}

test('anything but a folder of plain files is refused and moved away, and changes nothing of the node', async (t) => {
  const kit = await nodeFor(t);
  await writeDelivery(kit.config.inbox, first);
  await kit.pass();
  const before = await kit.kept();
  for (const [what, twist] of TWISTS) {
    const folder = await writeDelivery(kit.config.inbox, second);
    await twist(folder, kit);
    t.deepEqual(await kit.outcomes(), { [second.delivery]: 'delivery-malformed' }, what);
    t.deepEqual(await readdir(kit.config.inbox), [], what);
    t.deepEqual(await kit.kept(), before, what);
  }
  t.is((await reasonsIn(kit, 'refused')).length, TWISTS.length);
  await writeDelivery(kit.config.inbox, second);
  t.deepEqual(await kit.outcomes(), { [second.delivery]: 'admitted' });
});

test('with a thousand pieces of junk in the inbox, the next good corte is admitted in the same pass', async (t) => {
  const kit = await nodeFor(t);
  const { inbox } = kit.config;
  for (let i = 0; i < 1000; i++) mkdirSync(join(inbox, `junk-${i}`));
  for (let i = 0; i < 300; i++) mkdirSync(join(inbox, `trust-${i + 257}`));
  for (let i = 1; i <= 300; i++) mkdirSync(join(inbox, `no-phase-${String(i).padStart(6, '0')}`));
  for (let i = 2000; i < 2300; i++) mkdirSync(join(inbox, `jornada-${String(i).padStart(6, '0')}`));
  spawnSync(
    'mkfifo',
    Array.from({ length: 100 }, (_, i) => join(inbox, `fifo-${i}`)),
  );
  writeFileSync(Buffer.concat([Buffer.from(`${inbox}/`), Buffer.from([0xff, 0xfe])]), '');
  await writeDelivery(inbox, first);
  await writeDelivery(inbox, second);
  const verdicts = await kit.pass();
  t.deepEqual(
    verdicts.slice(0, 2).map(({ delivery, outcome }) => `${delivery} ${outcome}`),
    [`${first.delivery} admitted`, `${second.delivery} admitted`],
  );
  t.true(verdicts.length <= 202, 'and the pass comes to its end soon');
  for (let i = 0; i < 20; i++) await kit.pass();
  t.is((await readdir(kit.path('state/refused'))).length, 200, 'refused/ is full, and stays within its bound');
  t.false(
    (await readdir(inbox)).some((name) => /junk|fifo/.test(name)),
    'what is left are folders that may still be filled',
  );
  await statusOf(kit.node);
});

test('malformed trust documents delay neither a good one nor the next corte', async (t) => {
  const kit = await nodeFor(t);
  const good = signTrust(nextTrust(trust));
  for (let version = 3; version <= 256; version++) {
    await mkdir(join(kit.config.inbox, `trust-${version}`));
    await writeFile(join(kit.config.inbox, `trust-${version}`, 'x'), '');
  }
  await writeTrustDelivery(kit.config.inbox, good);
  await writeDelivery(kit.config.inbox, first);
  const [one, ...rest] = await kit.pass();
  t.like(one, { delivery: 'trust-2', outcome: 'admitted' });
  t.is(rest.length, 200, 'a pass ends after so many refusals');
  t.like((await kit.pass()).at(-1), { delivery: first.delivery, outcome: 'admitted' });
});

test('uploads, whose names begin with a dot, are left alone until they are old', async (t) => {
  const kit = await nodeFor(t);
  const { inbox } = kit.config;
  await mkdir(join(inbox, '.jornada-000001.part'));
  await writeFile(join(inbox, '.old'), '');
  await utimes(join(inbox, '.old'), NOW / 1000 - 90_000, NOW / 1000 - 90_000);
  await utimes(join(inbox, '.jornada-000001.part'), NOW / 1000, NOW / 1000);
  t.deepEqual(await kit.outcomes(), { '.old': 'delivery-malformed' });
  t.deepEqual(await readdir(inbox), ['.jornada-000001.part']);
});

test('when another process admits a corte, the deferred next one is admitted', async (t) => {
  const kit = await nodeFor(t);
  await writeDelivery(kit.config.inbox, second);
  t.deepEqual(await kit.outcomes(), { [second.delivery]: 'gap' });
  const beside = await makeNode(t, { folder: kit.folder, trust, config: { inbox: kit.path('usb') } });
  await writeDelivery(beside.config.inbox, first);
  await beside.pass();
  t.deepEqual(await kit.outcomes(), { [second.delivery]: 'admitted' });
});

test('a folder tree deeper than the longest path stops nothing', async (t) => {
  const kit = await nodeFor(t);
  const { inbox } = kit.config;
  const level = 'd'.repeat(200);
  // Deeper than PATH_MAX, as renames over SFTP can make it.
  const script = `cd "$1"; mkdir junk-deep; cd junk-deep; for i in $(seq 60); do mkdir ${level}; cd ${level}; done; touch end`;
  t.is(spawnSync('bash', ['-c', script, 'bash', inbox]).status, 0);
  t.deepEqual(await kit.outcomes(), { 'junk-deep': 'delivery-malformed' });
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 100; j++) mkdirSync(join(inbox, `more-${j}`));
    kit.clock.now += 1000;
    await kit.pass();
  }
  t.is((await readdir(kit.path('state/refused'))).length, 200, 'and it is gone with the oldest');
  await writeDelivery(inbox, first);
  t.deepEqual(await kit.outcomes(), { [first.delivery]: 'admitted' });
});
