import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { openContent } from '../../../src/difusor/state/content.ts';
import { hashOf } from '../../../src/format/hash.ts';
import { makeChain, makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { makeFastFolder, makeFolder } from '../../kit/folders.ts';
import { inJson } from '../../kit/inside.ts';
import { configIn, makeNode, reasonsIn } from '../../kit/node.ts';
import { long, requires, requiresRoot } from '../../kit/requires.ts';

/** The content by hash and its ledger, and what memory and disk a node needs to admit a corte. */

const BYTES = Buffer.from('body { margin: 0 }\n');
const HASH = hashOf(BYTES);

async function storeWithOne(folder: string) {
  const store = openContent(folder);
  await writeFile(store.path(HASH), BYTES);
  store.note(HASH);
  return store;
}

async function alter(file: string): Promise<void> {
  const { atime, mtime } = await stat(file);
  await writeFile(
    file,
    BYTES.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
  );
  await utimes(file, atime, mtime);
}

test('a content that looks as it was noted is not read again; an altered one does not count as held', async (t) => {
  const store = await storeWithOne(await makeFolder(t));
  t.is(store.check(HASH), BYTES.length);
  t.is(store.check('0'.repeat(64)), null);
  await alter(store.path(HASH));
  t.is(store.check(HASH), null, 'the ctime tells, though size and mtime are as before');
});

test('a content that was altered before we made a link to it is hashed again afterwards', async (t) => {
  const folder = await makeFolder(t);
  const store = await storeWithOne(folder);
  await link(store.path(HASH), join(folder, 'in-a-tree'));
  await store.sweep();
  await alter(store.path(HASH));
  t.is(store.check(HASH), null);
  await link(store.path(HASH), join(folder, 'in-another'));
  await store.sweep();
  t.is(store.check(HASH), null);
});

test('a content that nobody has checked is hashed again after we made a link to it', async (t) => {
  const folder = await makeFolder(t);
  const store = await storeWithOne(folder);
  await link(store.path(HASH), join(folder, 'in-a-tree'));
  await store.sweep();
  await alter(store.path(HASH));
  await link(store.path(HASH), join(folder, 'in-another'));
  await store.sweep();
  t.is(store.check(HASH), null);
});

test('making a link to a checked content costs no new hashing', async (t) => {
  const folder = await makeFolder(t);
  const store = await storeWithOne(folder);
  t.is(store.check(HASH), BYTES.length);
  await link(store.path(HASH), join(folder, 'in-a-tree'));
  await store.sweep();
  const noted = (await readFile(join(folder, '.ledger'), 'utf8')).split(' ').at(-1)?.trim();
  t.is(noted, String((await stat(store.path(HASH), { bigint: true })).ctimeNs));
  t.is(openContent(folder).check(HASH), BYTES.length);
});

test('a ledger that is lost, cut short or nonsense costs a hashing, never a wrong answer', async (t) => {
  const folder = await makeFolder(t);
  await (await storeWithOne(folder)).save();
  const ledger = join(folder, '.ledger');
  const line = await readFile(ledger, 'utf8');
  for (const text of [
    '',
    line.slice(0, 80),
    `\0${line}`,
    line.replace(/\d+\n/, '9\n'),
    'x'.repeat(1000),
    line.replaceAll(' ', '  '),
  ]) {
    await writeFile(ledger, text);
    t.is(openContent(folder).check(HASH), BYTES.length);
  }
  await alter(join(folder, HASH));
  await rm(ledger);
  t.is(openContent(folder).check(HASH), null);
});

test('contents with the same hash share one inode; contents that no corte lists any more are removed', async (t) => {
  const trust = signTrust(makeTrust());
  const kit = await makeNode(t, { folder: await makeFastFolder(), trust, config: { keep_trees_minutes: 0 } });
  const one = makeCorte({ trust, files: { 'a.txt': 'same', 'b.txt': 'same', 'c.txt': 'old' } });
  const two = makeCorte({ trust, previous: one, files: { 'a.txt': 'same', 'b.txt': 'same', 'c.txt': 'new' } });
  await writeDelivery(kit.config.inbox, one);
  await writeDelivery(kit.config.inbox, two);
  await kit.pass();
  const shown = (path: string) => stat(kit.path('state/public/jornada', path));
  t.is((await shown('a.txt')).ino, (await shown('b.txt')).ino);
  t.is((await shown('a.txt')).nlink, 3);
  t.deepEqual(
    (await readdir(kit.path('state/content/jornada'))).sort(),
    ['.ledger', ...['new', 'same'].map((s) => hashOf(Buffer.from(s)))].sort(),
  );
  t.is((await shown('a.txt')).mtimeMs, Date.parse(one.statement.taken_at), 'the time is of the corte that brought it');
  t.is((await shown('c.txt')).mtimeMs, Date.parse(two.statement.taken_at));
});

test('a content that goes and comes back is brought again, with its own time', async (t) => {
  const trust = signTrust(makeTrust());
  const kit = await makeNode(t, { folder: await makeFastFolder(), trust });
  const one = makeCorte({ trust, files: { 'a.txt': 'here', 'z.txt': '1' } });
  const two = makeCorte({ trust, previous: one, files: { 'z.txt': '2' } });
  const three = makeCorte({ trust, previous: two, files: { 'a.txt': 'here', 'z.txt': '3' } });
  for (const corte of [one, two, three]) await writeDelivery(kit.config.inbox, corte);
  await kit.pass();
  const file = kit.path('state/public/jornada/a.txt');
  t.is((await stat(file)).mtimeMs, Date.parse(three.statement.taken_at));
  t.is(await readFile(file, 'utf8'), 'here');
});

/** Whether {@link makeFastFolder} is on another file system than {@link makeFolder}. */
const hasTwoFileSystems = existsSync('/dev/shm') && statSync('/dev/shm').dev !== statSync(tmpdir()).dev;
const withTwoFileSystems = hasTwoFileSystems ? test : test.skip;

withTwoFileSystems('an inbox on another file system works, and the evidence of a fork survives it (needs /dev/shm)', async (t) => {
  const trust = signTrust(makeTrust());
  const inbox = join(await makeFolder(t), 'inbox');
  const kit = await makeNode(t, { folder: await makeFastFolder(), trust, config: { inbox } });
  t.not((await stat(inbox)).dev, (await stat(kit.path('state'))).dev);
  const [one] = makeChain(1, { trust });
  const [other] = makeChain(1, { trust, note: 'otra historia' });
  await writeDelivery(inbox, one!);
  t.deepEqual(await kit.outcomes(), { 'jornada-000001': 'admitted' });
  await writeDelivery(inbox, other!);
  await mkdir(join(inbox, 'junk'));
  t.deepEqual(await kit.outcomes(), { 'jornada-000001': 'fork', junk: 'delivery-malformed' });
  t.deepEqual(await readdir(inbox), []);
  const [evidence] = await reasonsIn(kit, 'evidence');
  t.deepEqual(await readFile(join(evidence!.folder, 'judged/corte.json')), other!.files['corte.json']);
});

long()('a corte of 300 MB that does not compress is admitted in flat memory', async (t) => {
  const folder = await makeFastFolder();
  const trust = signTrust(makeTrust());
  const config = await configIn(folder, trust);
  const block = randomBytes(1024 * 1024);
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`${i}.jpg`, Buffer.concat([Buffer.from(String(i)), ...Array<Buffer>(10).fill(block)])]),
  );
  // Stored, not compressed: the packer stores such content as it is, and compressing would only take the test's time.
  const { gzipSync, gunzipSync } = await import('node:zlib');
  const corte = makeCorte({ trust, files, packageBytes: (pack) => gzipSync(gunzipSync(pack), { level: 0 }) });
  await writeDelivery(config.inbox, corte);
  const runner = fileURLToPath(new URL('../../kit/runner.js', import.meta.url));
  const child = spawnSync(process.execPath, [runner, JSON.stringify({ config, now: NOW })], { encoding: 'utf8' });
  t.is(child.status, 0, child.stderr);
  const { verdicts, peakKiB } = JSON.parse(child.stdout) as { verdicts: { outcome: string }[]; peakKiB: number };
  t.like(verdicts, [{ outcome: 'admitted' }]);
  t.log(`${Math.round(peakKiB / 1024)} MiB at most`);
  t.true(peakKiB < 150 * 1024, `${peakKiB} KiB`);
});

const withMount = requiresRoot(requires('mount', ['mount', 'umount']));

withMount('on a full disk nothing changes and nothing is refused; with room again the corte is admitted', async (t) => {
  const folder = await makeFolder(t);
  const small = join(folder, 'small');
  await mkdir(small);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', small], { encoding: 'utf8' });
  t.is(mounted.status, 0, mounted.stderr);
  t.teardown(() => spawnSync('umount', ['-l', small]));
  const trust = signTrust(makeTrust());
  const kit = await makeNode(t, { folder, trust, config: { state: join(small, 'state') } });
  const one = makeCorte({ trust, files: { 'a.txt': 'a' } });
  await writeDelivery(kit.config.inbox, one);
  await kit.pass();
  const kept = async () => {
    const all = await kit.kept();
    return Object.entries(all).filter(([path]) => !path.startsWith('pages'));
  };
  const before = await kept();

  const two = makeCorte({ trust, previous: one, files: { 'a.txt': 'a', 'large.bin': randomBytes(4 * 1024 * 1024) } });
  await writeDelivery(kit.config.inbox, two);
  let steps: string[] = [];
  kit.onStep = (step) => void steps.push(step);
  const filling = join(small, 'filling');
  // First the package does not fit; then it fits and its contents do not; then there is room for both.
  for (const [mebibytes, isCopied] of [
    [9, false],
    [6, true],
  ] as const) {
    steps = [];
    await writeFile(filling, Buffer.alloc(mebibytes * 1024 * 1024));
    t.deepEqual(await kit.outcomes(), {}, 'no verdict');
    const { event, what, detail } = inJson(kit.events.at(-1));
    t.deepEqual([event, what], ['error', 'delivery jornada-000002']);
    t.regex(detail, /ENOSPC/);
    t.is(steps.includes('extracting'), isCopied);
    t.deepEqual(await kept(), before);
    t.deepEqual(await readdir(join(small, 'state/staging')), []);
    t.true(existsSync(join(kit.config.inbox, 'jornada-000002')));
    t.deepEqual(await kit.outcomes(), {}, 'nor is it tried again at once');
    kit.clock.now += 15_001;
  }
  // Not a byte is left, not even for the log: the node continues.
  await t.throwsAsync(writeFile(filling, Buffer.alloc(12 * 1024 * 1024)), { code: 'ENOSPC' });
  await t.notThrowsAsync(kit.pass());
  kit.clock.now += 15_001;
  await rm(filling);
  t.deepEqual(await kit.outcomes(), { 'jornada-000002': 'admitted' });
});
