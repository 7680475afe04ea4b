import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { repository } from '../kit/programs.ts';
import { nearest, testsOf } from './find.ts';
import { readSources } from './sources.ts';

const sources = readSources(repository());
const CRASH = ['test/difusor/admission/crash.test.ts'];

test('a test is found by its path, with or without its extension, by the end of it, and by its bare name', (t) => {
  for (const name of [
    'test/difusor/admission/crash.test.ts',
    './test/difusor/admission/crash.test.ts',
    'dist/test/difusor/admission/crash.test.js',
    'test/difusor/admission/crash',
    'admission/crash',
    'crash',
  ]) {
    t.deepEqual(testsOf(name, sources), CRASH, name);
  }
});

test('a module is found by its path and its name, and stands for the test that mirrors it', (t) => {
  for (const name of ['src/difusor/care/patrol.ts', 'care/patrol', 'patrol']) {
    t.deepEqual(testsOf(name, sources), ['test/difusor/care/patrol.test.ts'], name);
  }
});

test('a module with no test of its own stands for those that import it, its importers, or its room', (t) => {
  const invented = {
    tests: ['test/a.test.ts', 'test/b.test.ts', 'test/room/c.test.ts', 'test/room/e.test.ts'],
    modules: [
      'src/a.ts',
      'src/b.ts',
      'src/deep.ts',
      'src/room/whole.ts',
      'src/room/c/in.ts',
      'src/room/d/other.ts',
      'src/far/lonely.ts',
    ],
    importsOf: (path: string) =>
      ({ 'test/a.test.ts': ['src/a.ts', 'src/b.ts'], 'test/b.test.ts': ['src/a.ts'], 'src/b.ts': ['src/deep.ts'] })[path] ?? [],
  };
  t.deepEqual(testsOf('src/b.ts', invented), ['test/b.test.ts'], 'the mirror first');
  t.deepEqual(testsOf('deep', invented), ['test/a.test.ts']);
  const ofRoom = ['test/room/c.test.ts', 'test/room/e.test.ts'];
  t.deepEqual(testsOf('whole', invented), ofRoom, 'its room');
  t.deepEqual(testsOf('in', invented), ['test/room/c.test.ts'], 'the test that has the name of its room');
  t.deepEqual(testsOf('other', invented), ofRoom, 'the room above');
  t.deepEqual(testsOf('lonely', invented), []);
});

test('every module but the main one leads to tests', (t) => {
  t.deepEqual(
    sources.modules.filter((path) => testsOf(path, sources).length === 0),
    ['src/cotejo.ts'],
  );
});

test('a folder is all its tests, and only a whole name of a folder', (t) => {
  const found = testsOf('test/difusor/care/', sources);
  t.true(found.includes('test/difusor/care/patrol.test.ts'));
  t.true(found.every((path) => path.startsWith('test/difusor/care/')));
  t.deepEqual(testsOf('test/difu', sources), []);
});

test('an unknown name leads to the most similar ones', (t) => {
  t.deepEqual(testsOf('patroll', sources), []);
  const near = nearest('src/difusor/care/patroll.ts', sources);
  t.deepEqual(near.slice(0, 2), ['test/difusor/care/patrol.test.ts', 'src/difusor/care/patrol.ts']);
  t.true(near.every((path) => existsSync(join(repository(), path))));
});
