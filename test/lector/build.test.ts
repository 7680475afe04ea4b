import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readLectorConfig } from '../../src/format/lector.ts';
import { lectorFiles } from '../../src/lector/build.ts';
import { writeFolder } from '../../src/lector/folder.ts';
import { readMirrors } from '../../src/lector/mirrors.ts';
import { cotejo } from '../kit/command.ts';
import { makeTrust, signTrust, writeAnchor } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { refuses } from '../kit/refuses.ts';

/** `cotejo lector build`: the folder, and what it does not take. */

const anchor = signTrust(makeTrust());
const parts = {
  anchor,
  mirrors: readMirrors(['https://a.example/prep']),
  shell: Buffer.from('<ul><!--difusores--></ul>'),
  worker: Buffer.from('0;\n'),
};

test('the worker begins with what it was built with, and is another one where any of it is', (t) => {
  const worker = (of: typeof parts) => lectorFiles(of).get('cotejo-lector.js')?.toString() ?? '';
  const [, json = ''] = /^self\.COTEJO_LECTOR=(.*);\n0;\n$/.exec(worker(parts)) ?? [];
  const config = readLectorConfig(JSON.parse(json));
  t.is(config.anchor.document, Buffer.from(anchor.bytes).toString());
  t.deepEqual(config.mirrors, [{ name: 'a.example', url: 'https://a.example/prep/' }]);
  t.not(worker({ ...parts, shell: Buffer.from('<p>') }), worker(parts));
  t.not(worker({ ...parts, mirrors: readMirrors(['https://b.example']) }), worker(parts));
});

test('the page names the first mirrors, for whoever can’t verify', (t) => {
  const page = lectorFiles(parts).get('index.html')?.toString() ?? '';
  t.regex(page, /<a href="https:\/\/a\.example\/prep\/"/);
  t.regex(page, /<a href="https:\/\/a\.example\/prep\/cotejo\/"/);
  t.deepEqual(lectorFiles(parts).get('404.html'), lectorFiles(parts).get('index.html'));
});

test('an anchor that too few signed is refused', (t) => {
  refuses(t, 'trust-threshold', () => lectorFiles({ ...parts, anchor: signTrust(makeTrust(), ['presidencia']) }));
});

test('a mirror is an address that browsers read', (t) => {
  for (const address of [
    'http://a.example/',
    'ftp://a.example/',
    'a.example',
    'https://u:p@a.example/',
    'https://a.example/?q',
    'https://a.example/#h',
    '',
  ]) {
    t.throws(() => readMirrors([address]), { name: 'UsageError' }, address);
  }
  for (const address of ['http://127.0.0.1:8080/', 'http://localhost/', 'http://[::1]/']) t.notThrows(() => readMirrors([address]));
  t.is(readMirrors(['https://a.example', 'https://a.example/']).length, 1);
  t.throws(() => readMirrors(Array.from({ length: 33 }, (_, i) => `https://${i}.example/`)), { name: 'UsageError' });
});

test('the folder is there whole or not at all', async (t) => {
  const folder = await makeFolder(t);
  const files = new Map([['a', Buffer.from('1')]]);
  await mkdir(join(folder, 'out.cotejo-sin-terminar'));
  await writeFile(join(folder, 'out.cotejo-sin-terminar/b'), 'of one that was cut short');
  await writeFolder(join(folder, 'out'), files);
  t.deepEqual(await readdir(folder), ['out']);
  t.deepEqual(await readdir(join(folder, 'out')), ['a']);
  await t.throwsAsync(writeFolder(join(folder, 'out'), files), { name: 'UsageError' });
  await mkdir(join(folder, 'empty'));
  await writeFolder(join(folder, 'empty'), files);
  await t.throwsAsync(writeFolder(join(folder, 'out/a'), files), { name: 'UsageError' });
  t.deepEqual(await readdir(folder), ['empty', 'out'], 'nothing is left beside it');
});

test('the command: its folder, its members, its exit statuses', async (t) => {
  const folder = await makeFolder(t);
  const file = await writeAnchor(anchor, folder);
  const out = join(folder, 'lector');
  const build = (...more: string[]) => cotejo(['lector', 'build', '--anchor', file, '--espejos', 'https://a.example/', ...more]);
  const built = await build('--out', out, '--json');
  t.is(built.status, 0);
  const { outcome, files, mirrors, bytes } = JSON.parse(built.stdout);
  t.deepEqual(
    [outcome, files, mirrors],
    ['built', ['index.html', '404.html', 'cotejo-lector.js', 'LEEME.txt'], ['https://a.example/']],
  );
  t.true(bytes > 0);
  t.deepEqual((await readdir(out)).sort(), ['404.html', 'LEEME.txt', 'cotejo-lector.js', 'index.html']);
  t.is((await build('--out', out)).status, 2, 'it is not empty');
  t.is((await build('http://a.example/', '--out', join(folder, 'other'))).status, 2);
  await writeFile(file, (await readFile(file, 'utf8')).replace('PREP', 'PERP'));
  const refused = await build('--out', join(folder, 'other'), '--json');
  t.deepEqual([refused.status, JSON.parse(refused.stdout).code], [1, 'trust-threshold']);
});
