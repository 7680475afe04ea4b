import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openLineLog } from '../../src/disk/line-log.ts';
import { makeFolder } from '../kit/folders.ts';

const linesOf = async (file: string) => (await readFile(file, 'utf8')).split('\n');

for (const [what, before] of [
  ['half a line', '{"a":1}\n{"b"'],
  ['zeros in place of a line', `{"a":1}\n${'\0'.repeat(20)}`],
] as const) {
  test(`after a power cut left ${what}, the next line stands by itself`, async (t) => {
    const file = join(await makeFolder(t), 'log');
    await writeFile(file, before);
    openLineLog(file, 1000).append('{"c":3}');
    const lines = await linesOf(file);
    t.deepEqual([lines[0], ...lines.slice(2)], ['{"a":1}', '{"c":3}', '']);
  });
}

test('a log that is whole, empty or not there gets its lines and nothing else', async (t) => {
  const folder = await makeFolder(t);
  for (const [name, before] of [
    ['whole', 'a\n'],
    ['empty', ''],
    ['new', null],
  ] as const) {
    const file = join(folder, name);
    if (before !== null) await writeFile(file, before);
    const log = openLineLog(file, 1000);
    log.append('b');
    log.append('c');
    t.is(await readFile(file, 'utf8'), `${before ?? ''}b\nc\n`, name);
  }
});

test('past its size a log is renamed, and one older file is kept', async (t) => {
  const file = join(await makeFolder(t), 'log');
  const log = openLineLog(file, 10);
  for (const line of ['first line', 'second line', 'third line']) log.append(line);
  t.is(await readFile(file, 'utf8'), 'third line\n');
  t.is(await readFile(`${file}.1`, 'utf8'), 'second line\n');
});
