import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../../src/audit/chain.ts';
import type { ChainSource } from '../../../src/audit/source/chain-source.ts';
import { folderSource } from '../../../src/audit/source/folder.ts';
import { httpSource } from '../../../src/audit/source/http.ts';
import { TooSlow } from '../../../src/audit/source/http-get.ts';
import { UsageError } from '../../../src/config/usage-error.ts';
import { lock } from '../../../src/disk/lock.ts';
import { CORTE_FILES } from '../../../src/format/naming.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import { said } from '../../../src/format/said.ts';
import { packCorte } from '../../../src/iec/pack/pack.ts';
import { type Pace, type Restored, restoreChain } from '../../../src/iec/restore/restore.ts';
import { cotejo } from '../../kit/command.ts';
import { type Corte, makeChain, makeCorte, publicationOf, writeInChain } from '../../kit/cortes.ts';
import {
  at,
  type KitTrust,
  makeTrust,
  NOW,
  nextTrust,
  signTrust,
  trustFiles,
  writeAnchor,
  writeTrust,
} from '../../kit/election.ts';
import { makeFolder, treeOf } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { files, serve } from '../../kit/web.ts';

/** The IEC's chain comes back from places that are not believed, whole or not at all. */

const first = signTrust(makeTrust());
const cortes = makeChain(5, { trust: first });

async function placeOf(t: ExecutionContext, own: readonly Corte[], trusts: readonly KitTrust[] = [first]): Promise<string> {
  const chain = join(await makeFolder(t), 'chain');
  await fs.mkdir(chain);
  for (const trust of trusts) await writeTrust(trust, join(chain, `trust/${trust.document.version}.json`));
  for (const corte of own) await writeInChain(chain, corte);
  return chain;
}

/** A chain at an address, from memory. */
async function served(t: ExecutionContext, own: readonly Corte[], change: (all: Map<string, Buffer>) => void = () => {}) {
  const all = new Map<string, Buffer>(Object.entries(trustFiles(first)).map(([name, bytes]) => [`trust/${name}`, bytes]));
  for (const { statement, files: four } of own) {
    for (const [name, bytes] of Object.entries(four)) {
      all.set(`jornada/${String(statement.number).padStart(6, '0')}/${name}`, bytes);
    }
  }
  change(all);
  return (await serve(t, files(all))).href;
}

const PATIENCE = { stall: 2000, slowest: 4096, tries: 1, pause: 1 };

const open = (name: string): Promise<ChainSource> =>
  name.startsWith('http') ? Promise.resolve(httpSource(new URL(name), PATIENCE)) : folderSource(name);

async function restore(t: ExecutionContext, chain: string, from: readonly string[], changes: object = {}): Promise<Restored> {
  const restored = await restoreChain({ chain, anchor: first, from, open, ...changes });
  if ('places' in restored) t.teardown(() => restored.places.forEach(({ source }) => source.close()));
  return restored;
}

const newChain = async (t: ExecutionContext) => join(await makeFolder(t), 'iec/chain');

const numbersIn = async (chain: string) =>
  (await fs.readdir(join(chain, 'jornada'))).filter((name) => /^\d{6}$/.test(name)).map(Number);

async function audited(chain: string) {
  const source = await folderSource(chain);
  const { refused, phases } = await auditChain(source, first, { packages: true });
  return { refused, cortes: phases.find(({ summary }) => summary.phase === 'jornada')?.cortes.length };
}

test('of several places the newest history is restored, to the byte, and the next corte is packed on it', async (t) => {
  const chain = await newChain(t);
  const behind = await served(t, cortes.slice(0, 3));
  const ahead = await placeOf(t, cortes);
  const restored = await restore(t, chain, [behind, ahead, 'http://127.0.0.1:1/']);
  t.is(restored.kind, 'restored');
  if (restored.kind !== 'restored') return;
  t.like(restored.phases[0], { phase: 'jornada', fetched: 5 });
  t.is(restored.phases[0]?.head.sha256, cortes[4]?.sha256);
  t.deepEqual(
    restored.silent.map(({ name }) => name),
    ['http://127.0.0.1:1/'],
  );
  t.deepEqual(await audited(chain), { refused: null, cortes: 5 });
  const tree = await treeOf(chain);
  for (const [path, bytes] of Object.entries(await treeOf(ahead))) t.is(tree[path], bytes, path);
  t.false('.restoring' in tree);
  const source = join(await makeFolder(t), 'publicacion');
  await fs.mkdir(source);
  await fs.writeFile(join(source, 'index.html'), 'sigue');
  const order = { source, chain, phase: 'jornada', key: makeKey('relevo-1'), now: () => NOW };
  t.is((await packCorte(order)).statement.number, 6);
});

test('what the folder has is kept, what it lacks is put in: a part, a hole, a corte without its package', async (t) => {
  const chain = await placeOf(t, [cortes[0]!, cortes[3]!]);
  await fs.rm(join(chain, 'jornada/000004/corte.tar.gz'));
  await fs.rm(join(chain, 'jornada/000004/corte.json.sig'));
  const before = await fs.stat(join(chain, 'jornada/000001/corte.json'));
  const restored = await restore(t, chain, [await served(t, cortes)]);
  t.like(restored, { kind: 'restored', versions: [] });
  if (restored.kind === 'restored') t.is(restored.phases[0]?.fetched, 4);
  t.is((await fs.stat(join(chain, 'jornada/000001/corte.json'))).ino, before.ino);
  t.deepEqual(await audited(chain), { refused: null, cortes: 5 });
  const again = await restore(t, chain, [await served(t, cortes)]);
  if (again.kind === 'restored') t.is(again.phases[0]?.fetched, 0);
});

test('a file that is not what was signed is told and stays, and nothing else is touched', async (t) => {
  const chain = await placeOf(t, cortes.slice(0, 2));
  await fs.writeFile(join(chain, 'jornada/000002/corte.tar.gz'), 'half a package');
  const before = await treeOf(chain);
  const error = await t.throwsAsync(restore(t, chain, [await served(t, cortes)]), { instanceOf: Refusal });
  t.is(error.code, 'package-mismatch');
  const { '.lock': _, ...after } = await treeOf(chain);
  t.deepEqual(after, before);
});

test('killed in the middle, it has left nothing to pack on, and goes on with what it had', async (t) => {
  const chain = await newChain(t);
  const ahead = await served(t, cortes);
  const asked: string[] = [];
  const stopsAt = (number: string) => async (name: string) => {
    const source = await open(name);
    return {
      ...source,
      fetch: (path: string, limit: number) => {
        asked.push(path);
        return path.includes(number) ? Promise.reject(new Error('the line is cut')) : source.fetch(path, limit);
      },
    };
  };
  await t.throwsAsync(restore(t, chain, [ahead], { open: stopsAt('000002') }), { message: /000002|corte 2/ });
  t.false((await numbersIn(chain)).includes(2));
  t.true((await numbersIn(chain)).includes(5), 'the newest is there, so that there is a gap');
  const source = join(await makeFolder(t), 'publicacion');
  await fs.mkdir(source);
  await fs.writeFile(join(source, 'index.html'), 'no sigue');
  const order = { source, chain, phase: 'jornada', key: makeKey('firma-1'), now: () => NOW };
  await t.throwsAsync(packCorte(order));
  await writeTrust(first, join(chain, 'trust/1.json'));
  t.is((await t.throwsAsync(packCorte(order), { instanceOf: Refusal })).code, 'gap');
  asked.length = 0;
  // Of a file that it was just writing, too.
  const staged = join(chain, '.restoring/jornada-000002');
  await fs.mkdir(staged, { recursive: true });
  await fs.writeFile(join(staged, 'corte.json.4194304.new'), 'cut');
  t.is((await restore(t, chain, [ahead], { open: stopsAt('none') })).kind, 'restored');
  t.deepEqual((await fs.readdir(join(chain, 'jornada/000002'))).sort(), [...CORTE_FILES].sort());
  t.true(
    asked.every((path) => !path.includes('000005')),
    'what is there is not fetched again',
  );
  t.deepEqual(await audited(chain), { refused: null, cortes: 5 });
});

test('two histories, both signed, restore nothing and are told', async (t) => {
  const other = makeCorte({ trust: first, files: { 'index.html': 'otra' }, previous: cortes[3]!, signer: 'relevo-1' });
  const chain = await newChain(t);
  const restored = await restore(t, chain, [await served(t, cortes), await placeOf(t, [...cortes.slice(0, 4), other])]);
  t.is(restored.kind, 'forks');
  if (restored.kind === 'forks') t.like(restored.forks[0], { phase: 'jornada', number: 5 });
  t.deepEqual(
    (await fs.readdir(chain)).filter((name) => !name.startsWith('.')),
    [],
  );
});

test('a corte of our own that differs from the others is a second history, too', async (t) => {
  const other = makeCorte({ trust: first, files: { 'index.html': 'otra' }, previous: cortes[3]!, signer: 'relevo-1' });
  const chain = await placeOf(t, [...cortes.slice(0, 4), other]);
  t.is((await restore(t, chain, [await served(t, cortes)])).kind, 'forks');
});

test('by the newest trust that any place has, also what the others show is judged', async (t) => {
  const signers = first.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 3 } : signer));
  const second = signTrust(nextTrust(first, { signers }));
  const honest = makeCorte({ trust: second, files: publicationOf(4), previous: cortes[2]!, signer: 'relevo-1' });
  const chain = await newChain(t);
  // The stolen key's history is longer, and at a place that does not know the second document.
  const stolen = await served(t, cortes);
  const restored = await restore(t, chain, [stolen, await placeOf(t, [...cortes.slice(0, 3), honest], [first, second])]);
  t.like(restored, { kind: 'restored', versions: [1, 2] });
  if (restored.kind === 'restored') t.is(restored.phases[0]?.head.sha256, honest.sha256);
  t.deepEqual(await audited(chain), { refused: null, cortes: 4 });
  // And where the folder itself still has what was disowned, heal comes first.
  const old = await placeOf(t, cortes, [first, second]);
  const error = await t.throwsAsync(restore(t, old, [chain]), { instanceOf: Refusal });
  t.is(error.code, 'signer-out-of-range');
});

test('places that withhold, lie or are of another election cost nothing but their name', async (t) => {
  const elsewhere = signTrust(makeTrust({ election: 'durango-2018' }));
  const foreign = await placeOf(t, makeChain(7, { trust: elsewhere }), [elsewhere]);
  const claims = Buffer.from(
    JSON.stringify({ election: first.document.election, trust: 1, phases: { jornada: { number: 9, corte: 'a'.repeat(64) } } }),
  );
  const liar = await served(t, cortes.slice(0, 2), (all) => all.set('index.json', claims));
  const spoilt = await served(t, cortes, (all) => {
    for (const path of all.keys()) if (path.endsWith('.tar.gz')) all.set(path, Buffer.from('nothing'));
    all.set('jornada/000006/corte.json', Buffer.alloc(80_000, 'x'));
    all.set('jornada/000006/corte.json.sig', Buffer.from('x'));
  });
  const page = (await serve(t, (_, response) => response.end('<!doctype html>hola'))).href;
  const endless = (
    await serve(t, (_, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    })
  ).href;
  const chain = await newChain(t);
  const good = await placeOf(t, cortes);
  const restored = await restore(t, chain, [foreign, liar, spoilt, page, endless, good]);
  t.is(restored.kind, 'restored');
  t.deepEqual(await audited(chain), { refused: null, cortes: 5 });
  if (restored.kind !== 'restored') return;
  const of = (name: string) => restored.places.find((place) => place.name === name)?.audit;
  t.is(of(spoilt)?.phases.find(({ refused }) => refused)?.refused?.number, 6);
  t.is(of(liar)?.claims[0]?.number, 9);
  t.falsy(of(foreign)?.phases.some(({ cortes: some }) => some.length > 0));
});

test('from nowhere nothing comes, and beside another process nothing is begun', async (t) => {
  const chain = await newChain(t);
  t.is((await restore(t, chain, ['http://127.0.0.1:1/', await newChain(t)])).kind, 'nothing');
  const held = await lock(join(chain, '.lock'), { wait: false });
  await t.throwsAsync(restore(t, chain, [await placeOf(t, cortes)]), { instanceOf: UsageError });
  await held?.release();
});

test('a place that changes a corte while it is read is left for another', async (t) => {
  const other = makeCorte({
    trust: first,
    files: { 'index.html': 'otra' },
    previous: cortes[3]!,
    signer: 'relevo-1',
    takenAt: at(NOW),
  });
  const all = new Map<string, Buffer>();
  const turning = await served(t, cortes, (map) => map.forEach((bytes, path) => all.set(path, bytes)));
  const switching = async (name: string, pace: Pace) => {
    const source = await open(name);
    if (name !== turning || pace !== 'quick') return source;
    const read: ChainSource['read'] = (path, limit) =>
      path === 'jornada/000005/corte.json' ? Promise.resolve(other.files['corte.json']) : source.read(path, limit);
    return { ...source, read };
  };
  const chain = await newChain(t);
  const restored = await restore(t, chain, [turning, await placeOf(t, cortes)], { open: switching });
  t.is(restored.kind, 'restored');
  t.deepEqual(await audited(chain), { refused: null, cortes: 5 });
});

test('a slow place is left while others are heard, and waited for where there is none but slow ones', async (t) => {
  const [slow, other] = [await placeOf(t, cortes), await placeOf(t, cortes.slice(0, 4))];
  const slowly = (name: string, pace: Pace) =>
    name === slow && pace === 'hearing' ? Promise.reject(new TooSlow(said('too slow'))) : open(name);
  const chain = await newChain(t);
  const restored = await restore(t, chain, [slow, other], { open: slowly });
  t.like(restored, { kind: 'restored', silent: [{ name: slow }] });
  t.deepEqual(await audited(chain), { refused: null, cortes: 4 });
  t.like(await restore(t, chain, [slow], { open: slowly }), { kind: 'restored', silent: [] });
  t.deepEqual(await audited(chain), { refused: null, cortes: 5 });
});

test('the command writes the proof of two histories, and says where it stands', async (t) => {
  const folder = await makeFolder(t);
  const anchor = await writeAnchor(first, folder);
  const other = makeCorte({ trust: first, files: { 'index.html': 'otra' }, previous: cortes[3]!, signer: 'relevo-1' });
  const [one, two] = [await placeOf(t, cortes), await placeOf(t, [...cortes.slice(0, 4), other])];
  const args = ['iec', 'restore', '--anchor', anchor, '--chain', 'chain', '--evidence', 'prueba', '--json', '--from', one];
  const forked = await cotejo([...args, '--from', two], folder);
  t.is(forked.status, 1, forked.stderr);
  t.like(JSON.parse(forked.stdout), { restored: false, forks: [{ phase: 'jornada', number: 5, between: [one, two] }] });
  t.true((await fs.readdir(join(folder, 'prueba/jornada-000005'))).includes('README.md'));
  const again = await cotejo([...args, '--from', two], folder);
  t.is(again.status, 1, 'the proof that is there stays, and the verdict is the same');
  const unwritten = await cotejo([...args, '--evidence', `${anchor}/prueba`, '--from', two], folder);
  t.is(unwritten.status, 1, unwritten.stderr);
  t.like(JSON.parse(unwritten.stdout), { forks: [{ number: 5, evidence: null }] });
  const good = await cotejo(args, folder);
  t.is(good.status, 0, good.stderr);
  t.like(JSON.parse(good.stdout), {
    restored: true,
    trust: 1,
    phases: [{ number: 5, fetched: 5 }],
    sources: [{ name: one, error: null }],
  });
  t.is((await cotejo(['iec', 'restore', '--anchor', anchor, '--chain', 'c', '--from', 'ftp://x/'], folder)).status, 2);
});
