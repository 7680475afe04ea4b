import { linkSync, mkdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { chmod, link, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { type Maker, newMaker } from '../../../src/difusor/care/compress.ts';
import { newPatrol } from '../../../src/difusor/care/patrol.ts';
import { repairAll } from '../../../src/difusor/care/repair.ts';
import type { OpenPhase } from '../../../src/difusor/phase/phase.ts';
import { hashOf } from '../../../src/format/hash.ts';
import { encodeUtf8 } from '../../../src/format/text.ts';
import { Interrupted } from '../../../src/service/steps.ts';
import { type Corte, makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeFastFolder } from '../../kit/folders.ts';
import { type KitNode, makeNode } from '../../kit/node.ts';

/** The compressed copies of a node's cortes: when they are there, what they hold, and what becomes of wrong ones. */

const trust = signTrust(makeTrust());
const large = (text: string) => `${text}\n`.repeat(400);
const filesOf = (n: number) => ({
  'index.html': large(`<p>corte ${n}</p>`),
  'datos/x.json': large('{"igual":true}'),
  'datos/x.json.gz': gzipSync(large('{"igual":true}')),
  'datos/copia.txt': large('{"igual":true}'),
  'small.txt': 'x',
  'acta.jpg': large('acta'),
});
const one = makeCorte({ trust, files: filesOf(1) });
const two = makeCorte({ trust, files: filesOf(2), previous: one });
const COMPRESSED = ['datos/copia.txt', 'datos/x.json', 'index.html'];

async function nodeOf(t: ExecutionContext): Promise<KitNode> {
  return makeNode(t, { folder: await makeFastFolder(), trust });
}

const phaseOf = ({ node }: KitNode) => node.phases.get('jornada') as OpenPhase;

async function admit(kit: KitNode, corte: Corte): Promise<void> {
  kit.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(kit.config.inbox, corte);
  await kit.pass();
}

async function compress(kit: KitNode, maker: Maker = newMaker()): Promise<void> {
  while (await maker.slice(phaseOf(kit), 1000));
}

async function copiesIn(kit: KitNode, number: string): Promise<string[]> {
  const entries = await readdir(kit.path('state/compressed/jornada', number), { recursive: true, withFileTypes: true });
  const root = kit.path('state/compressed/jornada', number);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(root.length + 1))
    .sort();
}

test('the copies of a corte unpack to its files; what is small, a picture or compressed has none', async (t) => {
  const kit = await nodeOf(t);
  await admit(kit, one);
  t.deepEqual(await copiesIn(kit, '000001'), [], 'no corte waits for one');
  await compress(kit);
  t.deepEqual(await copiesIn(kit, '000001'), COMPRESSED);
  for (const path of COMPRESSED) {
    const bytes = await readFile(kit.path('state/compressed/jornada/000001', path));
    t.is(gunzipSync(bytes).toString(), filesOf(1)[path as 'index.html']);
  }
});

test('a corte has the copies of what did not change from its first moment on', async (t) => {
  const kit = await nodeOf(t);
  const maker = newMaker();
  await admit(kit, one);
  await compress(kit, maker);
  await admit(kit, two);
  t.deepEqual(await copiesIn(kit, '000002'), ['datos/copia.txt', 'datos/x.json']);
  await compress(kit, maker);
  t.deepEqual(await copiesIn(kit, '000002'), COMPRESSED);
  const [mine, before] = await Promise.all(
    ['000002', '000001'].map((number) => stat(kit.path('state/compressed/jornada', number, 'datos/x.json'))),
  );
  t.is(mine?.ino, before?.ino, 'it is compressed once');
});

test('no two copies, and no copy and content, have one size and one time', async (t) => {
  const kit = await nodeOf(t);
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.json`, large(`{"n":${100 + i}}`)]));
  await admit(kit, makeCorte({ trust, files }));
  await compress(kit);
  const seen = new Set<string>();
  for (const room of ['compressed', 'trees']) {
    for (const path of Object.keys(files)) {
      const { size, mtimeMs } = await stat(kit.path('state', room, 'jornada/000001', path));
      t.is(mtimeMs % 1000, 0);
      seen.add(`${size} ${mtimeMs}`);
    }
  }
  t.is(seen.size, 120);
});

test('a copy goes with its tree, and first', async (t) => {
  const kit = await nodeOf(t);
  const maker = newMaker();
  await admit(kit, one);
  await compress(kit, maker);
  await admit(kit, two);
  await compress(kit, maker);
  await phaseOf(kit).trees.remove(1);
  const names = await readdir(kit.path('state/compressed/jornada'));
  t.false(names.includes('000001'));
  await phaseOf(kit).compressed.prune(new Set([2]));
  t.deepEqual((await readdir(kit.path('state/compressed/jornada'))).sort(), ['000002', 'content']);
  const store = (await readdir(kit.path('state/compressed/jornada/content'))).filter((name) => !name.startsWith('.'));
  t.is(store.length, 2, 'the one of the first page is not needed any more');
});

test('killed at any step of it, what is there is right, and the next process goes on', async (t) => {
  for (const at of ['compressing', 'syncing', 'after copies sync'] as const) {
    const kit = await nodeOf(t);
    await admit(kit, one);
    let count = 0;
    kit.onStep = (name) => {
      if (name === at && ++count === (at === 'compressing' ? 4 : 1)) throw new Interrupted('killed');
    };
    if (at !== 'syncing') await t.throwsAsync(compress(kit), { instanceOf: Interrupted }, at);
    kit.onStep = () => {};
    for (const path of await copiesIn(kit, '000001')) t.true(COMPRESSED.includes(path));
    await kit.reopen();
    await compress(kit);
    t.deepEqual(await copiesIn(kit, '000001'), COMPRESSED, at);
    t.deepEqual(await readdir(kit.path('state/staging')), []);
  }
});

test('a command that empties staging beside the daemon costs it no more than the work', async (t) => {
  const kit = await nodeOf(t);
  await admit(kit, one);
  const before = kit.events.length;
  let isFirst = true;
  kit.onStep = (name) => {
    if (name !== 'after copies sync' || !isFirst) return;
    isFirst = false;
    rmSync(kit.path('state/staging'), { recursive: true });
    mkdirSync(kit.path('state/staging'));
  };
  await compress(kit);
  t.deepEqual(await copiesIn(kit, '000001'), COMPRESSED);
  t.is(kit.events.length, before);
});

test('where the disk is nearly full files stay as they are, which is told once', async (t) => {
  const kit = await nodeOf(t);
  await admit(kit, one);
  const maker = newMaker(() => Promise.resolve(0));
  const before = kit.events.length;
  await compress(kit, maker);
  kit.clock.now += 61_000;
  await compress(kit, maker);
  t.deepEqual(await copiesIn(kit, '000001'), []);
  t.deepEqual(
    kit.events.slice(before).map(({ event }) => event),
    ['error'],
  );
});

test('a copy that could not be written whole leaves nothing in the way of the next try', async (t) => {
  const kit = await nodeOf(t);
  await admit(kit, one);
  let isFull = true;
  const maker = newMaker(undefined, (fd, copy, at) => {
    if (!isFull) return writeSync(fd, copy, at);
    writeSync(fd, copy, at, 1);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
  await compress(kit, maker);
  t.deepEqual(await readdir(kit.path('state/staging')), [], 'no file of mode 0444, which only root could open again');
  isFull = false;
  kit.clock.now += 61_000;
  await compress(kit, maker);
  t.deepEqual(await copiesIn(kit, '000001'), COMPRESSED);
});

test('what lies in staging under the name of a copy is not written into', async (t) => {
  const kit = await nodeOf(t);
  await admit(kit, one);
  const left = kit.path('left');
  writeFileSync(left, 'left');
  for (const text of Object.values(filesOf(1))) {
    if (typeof text !== 'string') continue;
    const file = kit.path('state/staging', `compressed-jornada-${hashOf(encodeUtf8(text))}`);
    rmSync(file, { force: true });
    linkSync(left, file);
  }
  await compress(kit);
  t.is(await readFile(left, 'utf8'), 'left');
  t.deepEqual(await copiesIn(kit, '000001'), COMPRESSED);
});

const hiddenIn = async (kit: KitNode) =>
  (await readdir(kit.path('state/compressed/jornada'))).filter((name) => name.startsWith('.old-'));

test('hidden copies do not hold a disk on which there is no room for more', async (t) => {
  const kit = await nodeOf(t);
  await admit(kit, one);
  await compress(kit);
  await admit(kit, two);
  await phaseOf(kit).trees.remove(1);
  t.is((await hiddenIn(kit)).length, 1);
  await compress(
    kit,
    newMaker(() => Promise.resolve(0)),
  );
  t.deepEqual(await hiddenIn(kit), []);
  const store = (await readdir(kit.path('state/compressed/jornada/content'))).filter((name) => !name.startsWith('.'));
  t.is(store.length, 1, 'what both cortes have');
});

test('when a tree goes while nothing is to be made, its copies go too', async (t) => {
  const kit = await nodeOf(t);
  const maker = newMaker();
  await admit(kit, one);
  await compress(kit, maker);
  await admit(kit, two);
  await compress(kit, maker);
  await phaseOf(kit).trees.remove(1);
  t.is((await hiddenIn(kit)).length, 1);
  await compress(kit, maker);
  t.deepEqual((await readdir(kit.path('state/compressed/jornada'))).sort(), ['000002', 'content']);
  t.deepEqual(await copiesIn(kit, '000002'), COMPRESSED);
});

test('where they are not wanted there are none, and those that were there go', async (t) => {
  const kit = await nodeOf(t);
  await admit(kit, one);
  await compress(kit);
  const phase = { ...phaseOf(kit), policy: { ...phaseOf(kit).policy, compress: false } };
  t.false(await newMaker().slice(phase, 1000));
  t.false((await readdir(kit.path('state/compressed'))).includes('jornada'));
});

const X = 'state/compressed/jornada/000001/datos/x.json';
const INDEX = 'state/compressed/jornada/000001/index.html';

/** Writes other bytes into the same file and puts its time back. */
async function writeInto(file: string, bytes: Buffer): Promise<void> {
  const { atime, mtime } = await stat(file);
  await chmod(file, 0o644);
  await writeFile(file, bytes);
  await utimes(file, atime, mtime);
}

const HARM: readonly (readonly [string, (kit: KitNode) => Promise<unknown>, readonly string[]])[] = [
  [
    'a byte',
    async (kit) => writeInto(kit.path(INDEX), (await readFile(kit.path(INDEX))).map((b, i) => (i === 30 ? b ^ 1 : b)) as Buffer),
    ['index.html'],
  ],
  ['other results, well compressed', (kit) => writeInto(kit.path(INDEX), gzipSync('<p>otros resultados')), ['index.html']],
  ['the copy of another corte', (kit) => writeInto(kit.path(INDEX), gzipSync(filesOf(2)['index.html'])), ['index.html']],
  ['a copy that two paths have', (kit) => writeInto(kit.path(X), gzipSync('{}')), ['datos/copia.txt', 'datos/x.json']],
  ['nothing left, as a power cut leaves a file', (kit) => writeInto(kit.path(INDEX), Buffer.alloc(0)), ['index.html']],
  ['another time', (kit) => utimes(kit.path(INDEX), 1_500_000_000, 1_500_000_000), ['index.html']],
  ['a link', async (kit) => rm(kit.path(INDEX)).then(() => symlink('/etc/passwd', kit.path(INDEX))), ['index.html']],
  ['a folder', async (kit) => rm(kit.path(INDEX)).then(() => mkdir(kit.path(INDEX))), ['index.html']],
  [
    'a file for a folder',
    async (kit) => rename(kit.path(X, '..'), kit.path('away')).then(() => writeFile(kit.path(X, '..'), 'x')),
    ['datos'],
  ],
  [
    'a copy for what has none',
    (kit) => writeFile(kit.path('state/compressed/jornada/000001/acta.jpg'), gzipSync('otra acta')),
    ['acta.jpg'],
  ],
  [
    'one at a path of no file',
    (kit) => link(kit.path(INDEX), kit.path('state/compressed/jornada/000001/shell.php')),
    ['shell.php'],
  ],
];

for (const [what, harm, sees] of HARM) {
  test(`the patrol takes a wrong copy away, and it is made anew: ${what}`, async (t) => {
    const kit = await nodeOf(t);
    const maker = newMaker();
    await admit(kit, one);
    await compress(kit, maker);
    await harm(kit);
    const before = kit.events.length;
    const patrol = newPatrol(kit.node, maker.again);
    await patrol.slice(600, (work) => work());
    const told = kit.events.slice(before);
    t.deepEqual(
      told.map((event) => event.event === 'altered' && [event.path, event.form, event.restored]),
      sees.map((path) => [path, 'gzip', true]),
    );
    t.false(patrol.broken(), 'the file itself is served');
    for (const path of sees) t.false((await copiesIn(kit, '000001')).includes(path));
    await compress(kit, maker);
    t.deepEqual(await copiesIn(kit, '000001'), COMPRESSED);
    t.is((await readdir(kit.path('state/evidence'))).length, 1);
  });
}

test('the patrol looks at the copies of the cortes that are kept; an altered one takes all of its corte with it', async (t) => {
  const kit = await nodeOf(t);
  const maker = newMaker();
  await admit(kit, one);
  await compress(kit, maker);
  await admit(kit, two);
  await compress(kit, maker);
  await writeInto(kit.path(INDEX), gzipSync('otros'));
  const before = kit.events.length;
  await newPatrol(kit.node, maker.again).slice(600, (work) => work());
  t.like(kit.events[before], { event: 'altered', number: 1, path: '.', form: 'gzip', restored: true });
  t.false((await readdir(kit.path('state/compressed/jornada'))).includes('000001'));
  t.true((await readdir(kit.path('state/trees/jornada'))).includes('000001'));
});

test('a copy that was altered is not given to the next corte', async (t) => {
  const kit = await nodeOf(t);
  await admit(kit, one);
  await compress(kit);
  await writeInto(kit.path(X), gzipSync('{}'));
  await admit(kit, two);
  t.deepEqual(await copiesIn(kit, '000002'), []);
});

test('repair reads the copies too', async (t) => {
  const kit = await nodeOf(t);
  await admit(kit, one);
  await compress(kit);
  await writeInto(kit.path(INDEX), gzipSync('otros'));
  const [repaired] = await repairAll(kit.node.phases.values());
  t.like(repaired, { differing: [], restored: [], wrong_copies: ['index.html'] });
  t.deepEqual(await copiesIn(kit, '000001'), ['datos/copia.txt', 'datos/x.json']);
});
