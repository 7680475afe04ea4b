import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { NEEDED, readsSpanish, whyTooOld } from '../../src/terminal/node-version.ts';
import { makeFolder } from '../kit/folders.ts';

const BIN = 'dist/bin/cotejo.js';

test('what is needed is what package.json says', async (t) => {
  const { engines } = JSON.parse(await readFile('package.json', 'utf8'));
  t.is(engines.node, `>=${NEEDED}`);
});

test('an old Node is told with its version and the one that is needed', (t) => {
  for (const version of ['0.10.48', '12.22.12', '18.20.4', '20.9.0', '20.18.3', '21.7.3', '22.1.0']) {
    const why = whyTooOld(version, '/usr/bin/node') ?? '';
    t.true(why.startsWith(`/usr/bin/node is Node ${version}, `), version);
    t.true(why.includes(version.startsWith('2') && !version.startsWith('20') ? 'Node 22.2 ' : 'Node 20.19 '), why);
  }
  for (const version of ['20.19.0', '20.19.2', '20.20.2', '22.2.0', '22.21.0', '24.0.0', '26.1.0-nightly', process.versions.node]) {
    t.is(whyTooOld(version, 'node'), null, version);
  }
});

test('who reads Spanish is told in Spanish, by --lang before the account', (t) => {
  const spanish = { LANG: 'es_MX.UTF-8' };
  t.true(readsSpanish(spanish, ['status']));
  t.true(readsSpanish({}, ['status', '--lang=es']));
  t.false(readsSpanish(spanish, ['--lang', 'en', 'status']));
  t.false(readsSpanish({ ...spanish, LC_ALL: 'en_US.UTF-8' }, []));
  t.regex(whyTooOld('18.20.4', 'node', true) ?? '', /^node es Node 18\.20\.4, y cotejo necesita Node 20\.19 o posterior$/);
});

test('the command says so before anything is loaded that an old Node can not load', async (t) => {
  // Imports at the top are linked before any line runs; what an old one can't read is no program to it at all.
  const entry = await readFile(BIN, 'utf8');
  t.notRegex(entry, /^(import|export)\b/m);
  t.notRegex(entry, /\?\?|\?\.[a-z]|#[a-z]+[ (=]|^await /m);

  const old = join(await makeFolder(t), 'old.cjs');
  await writeFile(old, "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });\n");
  const { status, stdout, stderr } = spawnSync('node', ['--require', old, BIN, '--version'], { encoding: 'utf8' });
  t.is(status, 3);
  t.is(stdout, '');
  t.regex(stderr, /^cotejo: error: \S+ is Node 18\.20\.4, and cotejo needs Node 20\.19 or newer\n$/);
});
