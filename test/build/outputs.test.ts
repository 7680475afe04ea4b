import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { orphans, uncompiled } from '../../src/build/outputs.ts';
import { makeFolder, writeFiles } from '../kit/folders.ts';

const FILES = {
  'src/a.ts': '',
  'src/words.json': '{}',
  'src/inside.d.ts': '',
  'src/page/main.ts': '',
  'test/moved/a.test.ts': '',
  'dist/cotejo.html': '',
  'dist/src/a.js': '',
  'dist/src/a.js.map': '',
  'dist/src/words.json': '{}',
  'dist/test/moved/a.test.js': '',
  'dist/test/moved/a.test.js.map': '',
};

test('outputs whose source was moved or deleted are found, and no others', async (t) => {
  const root = await makeFolder(t);
  await writeFiles(root, { ...FILES, 'dist/test/a.test.js': '', 'dist/test/a.test.js.map': '', 'dist/bench/old.js': '' });
  t.deepEqual(orphans(root).sort(), ['dist/bench/old.js', 'dist/test/a.test.js', 'dist/test/a.test.js.map']);
});

test('outputs that an incremental compilation wrongly believes to exist are found', async (t) => {
  const root = await makeFolder(t);
  await writeFiles(root, FILES);
  t.deepEqual(uncompiled(root), []);
  await rm(join(root, 'dist/test'), { recursive: true });
  t.deepEqual(uncompiled(root), ['test/moved/a.test.ts']);
});
