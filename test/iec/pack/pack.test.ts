import { execFileSync } from 'node:child_process';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { hashOf } from '../../../src/format/hash.ts';
import { fingerprint } from '../../../src/format/key.ts';
import { CORTE_FILES } from '../../../src/format/naming.ts';
import { at, makeSigner, makeTrust, NOW, nextTrust, signTrust, writeTrust } from '../../kit/election.ts';
import { treeOf } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { noise } from '../../kit/noise.ts';
import { requires, requiresRoot } from '../../kit/requires.ts';
import { filesOf, makeInstitute } from '../institute.ts';

const LONG = `${'carpeta-larga/'.repeat(20)}${'nombre-'.repeat(20)}.html`;

const PUBLICATION = {
  'index.html': '<!doctype html><title>Resultados preliminares</title>\n'.repeat(50),
  'actas/Acuña/0001 básica.jpg': noise('0001', 300_000),
  'actas/Acuña/0002 básica.jpg': noise('0002', 70_000),
  'actas/copia.jpg': noise('0001', 300_000),
  'base/vacío.csv': '',
  'base/también-vacío.csv': '',
  [LONG]: 'larga',
  '.well-known/security.txt': 'Contact: mailto:prep@example\n',
};

function members(file: string): string[] {
  const listed = execFileSync('tar', ['-tzf', file, '--quoting-style=literal'], { encoding: 'utf8' });
  return listed.split('\n').filter(Boolean);
}

requires('openssh-client', ['ssh-keygen'])('tar, sha256sum and ssh-keygen agree on a corte by themselves', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish(PUBLICATION);
  const corte = await iec.pack({ note: 'Se corrige el catálogo de casillas' });
  const key = makeKey('firma-1');
  const signers = join(iec.folder, 'allowed_signers');
  await fs.writeFile(signers, `firma-1 namespaces="corte@cotejo" ${key.publicKey}\n`);
  const verified = execFileSync(
    'ssh-keygen',
    ['-Y', 'verify', '-f', signers, '-I', 'firma-1', '-n', 'corte@cotejo', '-s', join(corte.folder, 'corte.json.sig')],
    { input: await fs.readFile(join(corte.folder, 'corte.json')), encoding: 'utf8' },
  );
  t.true(verified.includes(fingerprint(key.publicKey)));
  const sums = join(corte.folder, 'SHA256SUMS');
  execFileSync('sha256sum', ['-c', '--quiet', '--strict', sums], { cwd: iec.source });

  const out = join(iec.folder, 'out');
  await fs.mkdir(out);
  execFileSync('tar', ['-xzf', join(corte.folder, 'corte.tar.gz'), '-C', out]);
  execFileSync('sha256sum', ['-c', '--quiet', '--strict', '--ignore-missing', sums], { cwd: out });
  const verbose = execFileSync('tar', ['-tvzf', join(corte.folder, 'corte.tar.gz'), '--numeric-owner', '--utc'], {
    encoding: 'utf8',
  });
  for (const line of verbose.trim().split('\n')) t.regex(line, /^-rw-r--r-- 0\/0 +\d+ 2018-07-02 06:01 /);
  t.deepEqual(members(join(corte.folder, 'corte.tar.gz')), [
    '.well-known/security.txt',
    'actas/Acuña/0001 básica.jpg',
    'actas/Acuña/0002 básica.jpg',
    'base/también-vacío.csv',
    LONG,
    'index.html',
  ]);

  const { statement } = corte;
  const files = await filesOf(corte);
  const content = Object.values(PUBLICATION).reduce((sum, bytes) => sum + Buffer.byteLength(bytes), 0);
  t.deepEqual(statement.manifest, {
    sha256: hashOf(files.SHA256SUMS),
    bytes: files.SHA256SUMS.length,
    files: 8,
    content_bytes: content,
  });
  t.deepEqual(statement.package, {
    sha256: hashOf(files['corte.tar.gz']),
    bytes: files['corte.tar.gz'].length,
    files: 6,
    content_bytes: content - 300_000,
  });
  t.is(corte.sha256, hashOf(files['corte.json']));
  t.deepEqual(JSON.parse(files['corte.json'].toString()), statement);
  t.is(statement.taken_at, '2018-07-02T01:01:00-05:00');
  t.is(statement.note, 'Se corrige el catálogo de casillas');
});

test('a package carries only the contents that the corte before does not have', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({ a: 'A', b: 'B', c: 'C' });
  const first = await iec.pack();
  await iec.publish({ a: 'B', 'b/moved': 'A', d: 'D', e: 'D', f: 'C' });
  const second = await iec.pack();
  t.deepEqual(members(join(second.folder, 'corte.tar.gz')), ['d']);
  t.is(second.statement.previous, first.sha256);
  const third = await iec.pack();
  t.deepEqual(members(join(third.folder, 'corte.tar.gz')), []);
  t.is(third.statement.package.files, 0);
  // What was only in the first corte is new again: a package is compared with one corte, not with the whole chain.
  await iec.publish({ a: 'A' });
  await iec.pack();
  await iec.publish({ a: 'C' });
  t.deepEqual(members(join((await iec.pack()).folder, 'corte.tar.gz')), ['a']);
  t.deepEqual(JSON.parse(await fs.readFile(join(iec.chain, 'index.json'), 'utf8')).phases.jornada.number, 5);
});

test('the same input gives the same bytes', async (t) => {
  const [one, two] = await Promise.all([makeInstitute(t), makeInstitute(t)]);
  await one.publish(PUBLICATION);
  await two.publish(Object.fromEntries(Object.entries(PUBLICATION).reverse()));
  t.deepEqual(await filesOf(await one.pack()), await filesOf(await two.pack()));
});

test('what is too large for memory goes through a spool and comes out the same', async (t) => {
  const files = {
    a: noise('a', 3_000_000),
    b: Buffer.alloc(1_500_000, 'b'),
    c: 'c',
    d: noise('a', 3_000_000),
    e: noise('e', 1_200_000),
  };
  const [held, spooled] = await Promise.all([makeInstitute(t), makeInstitute(t)]);
  await held.publish(files);
  await spooled.publish(files);
  const whole = await held.pack();
  const parts = await spooled.pack({ hooks: { memoryBytes: 1000 } });
  t.deepEqual(whole.statement.manifest, parts.statement.manifest);
  const tars = [await filesOf(whole), await filesOf(parts)].map((corte) => gunzipSync(corte['corte.tar.gz']));
  t.true(tars[0]?.equals(tars[1] as Buffer));
  t.deepEqual(await fs.readdir(spooled.chain), ['.lock', 'index.json', 'jornada', 'trust']);
});

test('a large file that seems unchanged but is new goes through the spool after all', async (t) => {
  const iec = await makeInstitute(t, signTrust(makeTrust({ now: Date.now() + 3_600_000 })));
  await iec.publish({ a: noise('a', 2_000_000) });
  // An hour after these files were written, by the clock of this corte.
  const order = (n: number) => {
    const now = Date.now() + 3_600_000 + n * 60_000;
    return { takenAt: at(now), now: () => now, hooks: { memoryBytes: 1000 } };
  };
  await iec.pack(order(1));
  t.is((await iec.pack(order(2))).statement.package.files, 0);
  await fs.writeFile(join(iec.source, 'a'), noise('b', 2_000_000));
  const third = await iec.pack(order(3));
  t.deepEqual(members(join(third.folder, 'corte.tar.gz')), ['a']);
  execFileSync('tar', ['-xzf', join(third.folder, 'corte.tar.gz'), '-C', iec.folder]);
  t.true((await fs.readFile(join(iec.folder, 'a'))).equals(noise('b', 2_000_000)));
});

test('two packs at once make two cortes, one on top of the other', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish(PUBLICATION);
  // Both want this very second, so the later one gets the next second.
  const start = Date.now() - NOW;
  const now = () => Date.now() - start;
  const both = await Promise.all([iec.pack({ takenAt: undefined, now }), iec.pack({ takenAt: undefined, now })]);
  const [first, second] = both.sort((a, b) => a.statement.number - b.statement.number);
  t.deepEqual([first?.statement.number, second?.statement.number], [1, 2]);
  t.is(second?.statement.previous, first?.sha256);
  t.true((second?.statement.taken_at ?? '') > (first?.statement.taken_at ?? ''));
});

test('the hour is now, in whole seconds, at the offset of the phase', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish(PUBLICATION);
  let now = NOW + 1999;
  const first = await iec.pack({ takenAt: undefined, now: () => now });
  t.is(first.statement.taken_at, '2018-07-02T01:00:01-05:00');
  const slept: number[] = [];
  const sleep = (ms: number) => {
    slept.push(ms);
    now += ms;
    return Promise.resolve();
  };
  const second = await iec.pack({ takenAt: undefined, now: () => now, sleep });
  t.is(second.statement.taken_at, '2018-07-02T01:00:02-05:00');
  t.deepEqual(slept.slice(0, 1), [6]);
});

test.serial('everybody can read the chain, whatever the umask', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish(PUBLICATION);
  const before = process.umask(0o077);
  try {
    await iec.pack();
  } finally {
    process.umask(before);
  }
  const tree = await treeOf(join(iec.chain, 'jornada'));
  t.is(tree['000001'], 'folder 0755');
  for (const name of CORTE_FILES) t.regex(tree[`000001/${name}`] ?? '', /^file 0644 /);
});

requiresRoot().serial('after root packed the first corte by hand, the service may pack the next one', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish(PUBLICATION);
  await fs.chown(iec.chain, 65534, 65534);
  const before = process.umask(0o077);
  try {
    await iec.pack();
  } finally {
    process.umask(before);
  }
  for (const folder of ['jornada', 'jornada/historia']) {
    const { uid, mode } = await fs.stat(join(iec.chain, folder));
    t.deepEqual([uid, (mode & 0o777).toString(8)], [65534, '755'], folder);
  }
  t.is((await fs.stat(join(iec.chain, '.lock'))).uid, 65534);
});

test('an election after 2038 has an archive that tar can list', async (t) => {
  const now = Date.parse('2040-07-01T20:00:00-06:00');
  const iec = await makeInstitute(t, signTrust(makeTrust({ now })));
  await iec.publish(PUBLICATION);
  const corte = await iec.pack({ takenAt: at(now), now: () => now });
  t.is(members(join(corte.folder, 'corte.tar.gz')).length, 6);
});

test('a source behind a link is the folder that the link led to when the pack began', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({ a: 'A', b: 'B' });
  const link = join(iec.folder, 'actual');
  await fs.symlink(iec.source, link);
  const switchIt = async () => {
    await fs.rm(link, { force: true });
    await fs.symlink('elsewhere', link);
  };
  const corte = await iec.pack({ source: link, hooks: { read: switchIt } });
  t.is(corte.statement.manifest.files, 2);
});

test('the next corte names the newest trust document, and its new signer signs it', async (t) => {
  const one = signTrust(makeTrust());
  const iec = await makeInstitute(t, one);
  await iec.publish({ a: 'A' });
  await iec.pack();
  const signers = [
    ...one.document.signers.map((s) => (s.name === 'firma-1' ? { ...s, last: 1 } : s)),
    makeSigner('firma-2', 'jornada', 2),
  ];
  const two = signTrust(nextTrust(one, { signers, issued_at: at(NOW) }));
  await writeTrust(two, join(iec.chain, 'trust/2.json'));
  const error = await t.throwsAsync(iec.pack(), { name: 'Refusal' });
  t.is((error as { code?: string }).code, 'signer-out-of-range');
  const corte = await iec.pack({ key: makeKey('firma-2') });
  t.deepEqual(corte.statement.trust, { version: 2, sha256: two.sha256 });
});
