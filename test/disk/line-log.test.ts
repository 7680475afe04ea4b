import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openLineLog } from '../../src/disk/line-log.ts';
import { makeFolder } from '../kit/folders.ts';
import { requires, requiresRoot } from '../kit/requires.ts';

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

const withMount = requiresRoot(requires('mount', ['mount', 'umount']));

withMount('after a full disk cut a line short, the next one stands by itself, whoever of two writes it', async (t) => {
  const small = await makeFolder(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
  t.teardown(() => void execFileSync('umount', ['-l', small]));
  const file = join(small, 'log');
  const [daemon, guard] = [openLineLog(file, 1e6), openLineLog(file, 1e6)];
  const line = (n: number) => JSON.stringify({ n, text: '.'.repeat(300) });
  let written = 0;
  const fill = () => {
    for (; written < 300; written++) daemon.append(line(written));
  };
  for (const [writer, ballast] of [
    [daemon, 40_000],
    [guard, 20_000],
  ] as const) {
    await writeFile(join(small, 'ballast'), Buffer.alloc(ballast));
    t.throws(fill, { code: 'ENOSPC' });
    t.not((await linesOf(file)).at(-1), '', 'half a line');
    await rm(join(small, 'ballast'));
    writer.append(line(written++));
  }
  const read = (await linesOf(file)).filter((text) => text.endsWith('}')).map((text) => JSON.parse(text).n as number);
  t.deepEqual(read, [...Array(written).keys()]);
});

test('past its size a log is renamed, and one older file is kept', async (t) => {
  const file = join(await makeFolder(t), 'log');
  const log = openLineLog(file, 10);
  for (const line of ['first line', 'second line', 'third line']) log.append(line);
  t.is(await readFile(file, 'utf8'), 'third line\n');
  t.is(await readFile(`${file}.1`, 'utf8'), 'second line\n');
});
