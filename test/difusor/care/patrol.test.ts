import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { stringify } from 'smol-toml';
import { newPatrol } from '../../../src/difusor/care/patrol.ts';
import { settlePublic } from '../../../src/difusor/phase/settle.ts';
import { statusOf } from '../../../src/difusor/telling/status.ts';
import { makeChain, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeFastFolder } from '../../kit/folders.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import { type KitNode, makeNode } from '../../kit/node.ts';
import { repository } from '../../kit/programs.ts';
import { long } from '../../kit/requires.ts';

/** Somebody, or the disk, changes what is public: the patrol finds it within a round and restores the IEC's bytes. */

const trust = signTrust(makeTrust());
const cortes = makeChain(3, { trust });

async function withTwoCortes(t: ExecutionContext): Promise<KitNode> {
  const kit = await makeNode(t, { folder: await makeFastFolder(), trust });
  for (const corte of cortes.slice(0, 2)) await writeDelivery(kit.config.inbox, corte);
  await kit.pass();
  return kit;
}

/** Writes other bytes into the same inode and restores its size and times. */
async function rot(file: string): Promise<void> {
  const { atime, mtime, mode } = await stat(file);
  const bytes = await readFile(file);
  bytes[5] = (bytes[5] as number) ^ 1;
  await chmod(file, 0o644);
  await writeFile(file, bytes);
  await chmod(file, mode);
  await utimes(file, atime, mtime);
}

const TREE = 'state/trees/jornada/000002';

/** @param sees the paths that are told as altered; `.` is the whole tree or its link */
type Harm = readonly [what: string, harm: (kit: KitNode) => unknown, sees: readonly string[]];

const HARM: readonly Harm[] = [
  ['a byte altered in place, the times put back', (kit) => rot(kit.path(TREE, 'index.html')), ['index.html']],
  [
    'a byte altered in a file that two paths share',
    (kit) => rot(kit.path(TREE, 'actas/copia.jpg')),
    ['actas/0000 básica.jpg', 'actas/copia.jpg'],
  ],
  ['a file written anew', (kit) => replaceWith(kit, (file) => writeFile(file, 'defaced')), ['index.html']],
  ['a file that is missing', (kit) => rm(kit.path(TREE, 'datos/Acuña.json')), ['datos/Acuña.json']],
  ['a link to another file', (kit) => replaceWith(kit, (file) => symlink('/etc/passwd', file)), ['index.html']],
  ['a link to the right bytes', (kit) => replaceWith(kit, (file) => symlink(`../000001/css/estilo.css`, file)), ['index.html']],
  ['a folder for a file', (kit) => replaceWith(kit, (file) => mkdir(file)), ['index.html']],
  ['a FIFO for a file', (kit) => replaceWith(kit, (file) => spawnSync('mkfifo', [file])), ['index.html']],
  [
    'an endless file',
    (kit) =>
      replaceWith(kit, async (file) => {
        await writeFile(file, '');
        await truncate(file, 2 ** 43);
      }),
    ['index.html'],
  ],
  ['a file too many', (kit) => writeFile(kit.path(TREE, 'actas/shell.php'), '<?php'), ['actas/shell.php']],
  ['a hidden folder too many', (kit) => mkdir(kit.path(TREE, '.git/hooks'), { recursive: true }), ['.git']],
  ['a reason.json that is none of ours', (kit) => writeFile(kit.path(TREE, 'reason.json'), 'null'), ['reason.json']],
  ['a FIFO called reason.json', (kit) => spawnSync('mkfifo', [kit.path(TREE, 'reason.json')]), ['reason.json']],
  [
    'a link for a folder',
    async (kit) => {
      await rename(kit.path(TREE, 'css'), kit.path('css'));
      await symlink(kit.path('css'), kit.path(TREE, 'css'));
    },
    ['css', 'css/estilo.css'],
  ],
  [
    'a file for a folder',
    async (kit) => {
      await rm(kit.path(TREE, 'css'), { recursive: true });
      await writeFile(kit.path(TREE, 'css'), 'x');
    },
    ['css', 'css/estilo.css'],
  ],
  ['a tree that is gone', (kit) => rm(kit.path(TREE), { recursive: true }), ['.']],
  [
    'a link for the tree',
    async (kit) => {
      await rename(kit.path(TREE), kit.path('elsewhere'));
      await symlink(kit.path('elsewhere'), kit.path(TREE));
    },
    ['.'],
  ],
  [
    'a file for the tree',
    async (kit) => {
      await rm(kit.path(TREE), { recursive: true });
      await writeFile(kit.path(TREE), 'x');
    },
    ['.'],
  ],
];

async function replaceWith(kit: KitNode, make: (file: string) => unknown): Promise<void> {
  const file = kit.path(TREE, 'index.html');
  await rm(file);
  await make(file);
}

const locked = (work: () => Promise<void>) => work();
/** So long ago that the whole round is due, s. */
const LONG = 3600;

for (const [what, harm, sees] of HARM) {
  long()(`the patrol puts right: ${what}`, async (t) => {
    const kit = await withTwoCortes(t);
    // The tree before it, kept for those who are still reading it, shares the damaged bytes; no new reader is sent
    // there.
    const shown = async () => Object.entries(await kit.kept()).filter(([path]) => !path.startsWith('trees/jornada/000001'));
    const before = await shown();
    await harm(kit);
    const patrol = newPatrol(kit.node);
    await patrol.slice(LONG, locked);
    t.deepEqual(await shown(), before);
    const told = kit.events.flatMap((event) => (event.event === 'altered' ? [event] : []));
    t.deepEqual(told.map(({ path }) => path).sort(), [...sees].sort());
    t.true(told.every(({ restored }) => restored));
    t.false(patrol.broken());
    t.is(patrol.lastRound(), kit.clock.now);
    t.like(await statusOf(kit.node), { refused_last_hour: 0 }, 'and the status can still be told');
    await patrol.slice(LONG, locked);
    t.is(kit.events.filter(({ event }) => event === 'altered').length, told.length, 'the next round finds nothing');
    await writeDelivery(kit.config.inbox, cortes[2]!);
    t.deepEqual(await kit.outcomes(), { 'jornada-000003': 'admitted' });
  });
}

long()('altered bytes are kept as evidence, a bounded number of times', async (t) => {
  const kit = await withTwoCortes(t);
  const patrol = newPatrol(kit.node);
  for (let i = 0; i < 102; i++) {
    await writeFile(kit.path(TREE, 'shell.php'), `<?php ${i}`);
    await patrol.slice(LONG, locked);
  }
  const kept = await readdir(kit.path('state/evidence'));
  t.is(kept.length, 100);
  t.is(await readFile(kit.path('state/evidence', kept.sort()[0] as string, 'shell.php'), 'utf8'), '<?php 0');
});

for (const [what, harm] of [
  ['led elsewhere', (kit: KitNode) => symlink('/etc', kit.path('state/public/jornada'))],
  ['replaced by a folder', (kit: KitNode) => mkdir(kit.path('state/public/jornada'))],
  ['replaced by a file', (kit: KitNode) => writeFile(kit.path('state/public/jornada'), 'x')],
  ['led to an old corte', (kit: KitNode) => symlink('../trees/jornada/000001', kit.path('state/public/jornada'))],
  ['taken away', async () => {}],
] as const) {
  long()(`the public link, ${what}, is put back at the next turn`, async (t) => {
    const kit = await withTwoCortes(t);
    const before = await kit.kept();
    await rm(kit.path('state/public/jornada'));
    await harm(kit);
    t.true(await settlePublic(kit.node.phases.get('jornada')!));
    t.deepEqual(await kit.kept(), before);
    const isAlarm = what !== 'led to an old corte' && what !== 'taken away';
    t.is(
      kit.events.some((event) => event.event === 'altered' && event.path === '.'),
      isAlarm,
    );
    await statusOf(kit.node);
  });
}

test('a content altered between two cortes is not linked into the next one', async (t) => {
  const kit = await withTwoCortes(t);
  await rot(kit.path(TREE, 'css/estilo.css'));
  await writeDelivery(kit.config.inbox, cortes[2]!);
  t.deepEqual(await kit.outcomes(), { 'jornada-000003': 'admitted' });
  t.is(await readFile(kit.path('state/public/jornada/css/estilo.css'), 'utf8'), 'body { margin: 0 }\n');
  t.true(kit.events.some(({ event }) => event === 'healed'));
});

test('a content altered while the node was down is not taken for sound at its start', async (t) => {
  const kit = await withTwoCortes(t);
  await rot(kit.path(TREE, 'css/estilo.css'));
  await kit.reopen();
  await kit.reopen();
  await writeDelivery(kit.config.inbox, cortes[2]!);
  t.deepEqual(await kit.outcomes(), { 'jornada-000003': 'admitted' });
  t.is(await readFile(kit.path('state/public/jornada/css/estilo.css'), 'utf8'), 'body { margin: 0 }\n');
});

test('damage in content and package: the file is taken away and reported in each round, and a corte that needs it gets content-missing', async (t) => {
  const kit = await withTwoCortes(t);
  await rot(kit.path(TREE, 'css/estilo.css'));
  await rot(kit.path('state/chain/jornada/000001/corte.tar.gz'));
  const patrol = newPatrol(kit.node);
  await patrol.slice(LONG, locked);
  t.false((await readdir(kit.path(TREE))).includes('css') && (await readdir(kit.path(TREE, 'css'))).length > 0);
  const told = () => kit.events.filter((event) => event.event === 'altered');
  t.like(told(), [{ path: 'css/estilo.css', restored: false }]);
  t.true(patrol.broken());
  await patrol.slice(LONG, locked);
  t.is(told().length, 2, 'each round tells it once');
  t.true(patrol.broken());
  await kit.reopen();
  await writeDelivery(kit.config.inbox, cortes[2]!);
  t.deepEqual(await kit.outcomes(), { 'jornada-000003': 'content-missing' });
});

test('while a large package is read back, timers and signals have their turn', async (t) => {
  const kit = await withTwoCortes(t);
  await rot(kit.path(TREE, 'css/estilo.css'));
  await truncate(kit.path('state/chain/jornada/000001/corte.tar.gz'), 200 * 1024 * 1024); // a hole: it takes no room
  let [turn, isOver] = [0, false];
  const count = () => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  const seen = new Set<number>();
  kit.onStep = (name) => name === 'restore' && seen.add(turn);
  count();
  await newPatrol(kit.node).slice(LONG, locked);
  isOver = true;
  t.true(seen.size > 1, 'a sign of life, and another a turn later');
  t.like(kit.events.at(-1), { event: 'altered', path: 'css/estilo.css', restored: false });
});

for (const [what, alter] of [
  ['a stray file', (tree: string) => writeFile(join(tree, 'ajeno.html'), 'x')],
  ['other bytes in the place of a file', (tree: string) => replaced(join(tree, 'index.html'))],
  ['a file that is gone', (tree: string) => rm(join(tree, 'index.html'))],
] as const) {
  test(`an older corte at its own address is taken away: ${what}`, async (t) => {
    const kit = await withTwoCortes(t);
    const older = kit.path('state/trees/jornada/000001');
    const patrol = newPatrol(kit.node);
    await patrol.slice(LONG, locked);
    t.deepEqual(await readdir(kit.path('state/trees/jornada')), ['000001', '000002']);
    await alter(older);
    await patrol.slice(LONG, locked);
    t.deepEqual(await readdir(kit.path('state/trees/jornada')), ['000002']);
    t.is(kit.events.filter(({ event }) => event === 'healed').length, 1);
    t.false(patrol.broken());
  });
}

async function replaced(file: string): Promise<void> {
  await rm(file);
  await writeFile(file, 'otra');
}

test('a corte that another process admitted meanwhile is not taken for an alteration', async (t) => {
  const kit = await makeNode(t, { folder: await makeFastFolder(), trust, config: { keep_trees_minutes: 0 } });
  await writeDelivery(kit.config.inbox, cortes[0]!);
  await kit.pass();
  const patrol = newPatrol(kit.node);
  let isFirst = true;
  kit.onStep = (name) => {
    if (name !== 'patrol' || !isFirst) return;
    isFirst = false;
    spawnSync('rm', ['-rf', kit.path('state/trees/jornada/000001')]);
  };
  await patrol.slice(LONG, async (work) => {
    await writeDelivery(kit.config.inbox, cortes[1]!);
    await kit.pass();
    await work();
  });
  t.false(isFirst, 'the patrol was on its round');
  t.deepEqual(await readdir(kit.path('state/trees/jornada')), ['000002']);
  t.false(kit.events.some(({ event }) => event === 'altered'));
});

test('cotejo difusor repair tells what differed, in JSON and by its status', async (t) => {
  const kit = await withTwoCortes(t);
  await writePrivateKey(makeKey('acuse of web1'), kit.path('acuse_key'));
  const { anchor, state, inbox, outbox, acuse_key } = kit.config;
  const config = kit.path('difusor.toml');
  await writeFile(config, stringify({ difusor: 'vanguardia', node: 'web1', anchor, state, inbox, outbox, acuse_key }));
  const repair = () => {
    const args = [join(repository(), 'dist/bin/cotejo.js'), 'difusor', 'repair', '--config', config, '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    t.is(stderr, '');
    const [phase] = (JSON.parse(stdout) as { phases: { phase: string; number: number; differing: string[]; restored: string[] }[] })
      .phases;
    return { status, ...phase };
  };
  t.like(repair(), { status: 0, phase: 'jornada', number: 2, files: 9, differing: [], restored: [] });
  await rot(kit.path(TREE, 'index.html'));
  await rm(kit.path(TREE, 'css/estilo.css'));
  await writeFile(kit.path(TREE, 'shell.php'), 'x');
  await rm(kit.path('state/public/jornada'));
  await symlink('/etc', kit.path('state/public/jornada'));
  const differing = ['.', 'css/estilo.css', 'index.html', 'shell.php'];
  t.like(repair(), { status: 1, differing, restored: differing });
  t.like(repair(), { status: 0, differing: [] });
  await rm(kit.path(TREE), { recursive: true });
  t.like(repair(), { status: 1, differing: ['.'], restored: ['.'] });
  await rot(kit.path(TREE, 'css/estilo.css'));
  await rot(kit.path('state/chain/jornada/000001/corte.tar.gz'));
  t.like(repair(), { status: 1, differing: ['css/estilo.css'], restored: [] });
});
