import { execFileSync } from 'node:child_process';
import { promises as fs, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import { closeListed, confirmUnchanged, listSource, openListed, SourceChanged, settle } from '../../../src/iec/pack/source.ts';
import { excludeOf } from '../../../src/iec/setup/exclude.ts';
import { makeFolder } from '../../kit/folders.ts';

async function sourceOf(t: ExecutionContext, ...paths: (string | Buffer)[]): Promise<string> {
  const folder = await makeFolder(t);
  for (const path of paths) {
    const full = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path)]);
    if (typeof path === 'string') await fs.mkdir(dirname(join(folder, path)), { recursive: true });
    await fs.writeFile(full, 'contenido');
  }
  return folder;
}

test('files are listed by the bytes of their paths, as sort has them in the C locale', async (t) => {
  const paths = ['a.b', 'a/b', 'a0', 'Y', 'á', 'z', '\u{10000}', '\uffee', 'a/b c', 'a/B2'];
  const folder = await sourceOf(t, ...paths);
  await fs.mkdir(join(folder, 'nothing/in/it'), { recursive: true });
  const sorted = execFileSync('sort', { input: paths.join('\n'), env: { LC_ALL: 'C' }, encoding: 'utf8' });
  const listed = await listSource(folder);
  t.deepEqual(
    listed.map(({ path }) => path),
    sorted.trim().split('\n'),
  );
  t.true(listed.every(({ size }) => size === 9));
});

const forbidden = test.macro(async (t, ...paths: (string | Buffer)[]) => {
  const error = await t.throwsAsync(listSource(await sourceOf(t, 'index.html', ...paths)), { instanceOf: Refusal });
  t.is(error?.code, 'path-forbidden');
});
test('a name with a newline is forbidden', forbidden, 'a\nb');
test('a name with a backslash is forbidden', forbidden, 'a\\b');
test('a name like an option is forbidden', forbidden, 'a/-rf');
test('a name that ends in a dot is forbidden', forbidden, 'a.');
test('a name that begins with a space is forbidden', forbidden, ' a');
test('a name that is not NFC is forbidden', forbidden, 'Acun\u0303a');
test('a name that is not UTF-8 is forbidden, not repaired', forbidden, Buffer.from([0x61, 0xf1, 0x61]));
test('a name that every site has for itself is forbidden', forbidden, 'cotejo/index.html');
test('a file of that name too', forbidden, 'cotejo');
test('a BOM is part of a name, and two names equal but for case are forbidden', forbidden, '\ufeffa', '\ufeffA');

test('a source without a file gives no corte, with or without folders', async (t) => {
  const folder = await makeFolder(t);
  await fs.mkdir(join(folder, 'a/b'), { recursive: true });
  const error = await t.throwsAsync(listSource(folder), { instanceOf: Refusal });
  t.is(error?.code, 'manifest-malformed');
});

test('what is left out is not looked at, whatever it is', async (t) => {
  const folder = await sourceOf(t, 'index.html', '.gitkeep', 'a/.gitkeep', 'borradores/-x', 'cotejo/x', 'a/uno.csv');
  await fs.symlink('/nowhere', join(folder, 'a/vínculo'));
  const exclude = excludeOf(['.gitkeep', 'borradores', 'cotejo', 'a/v*']);
  const listed = await listSource(folder, exclude);
  t.deepEqual(
    listed.map(({ path }) => path),
    ['a/uno.csv', 'index.html'],
  );
  await fs.writeFile(join(folder, 'a/.gitkeep'), 'changed');
  await fs.writeFile(join(folder, 'borradores/y'), 'new');
  await t.notThrowsAsync(confirmUnchanged(folder, listed, exclude));
  await fs.writeFile(join(folder, 'a/dos.csv'), 'new');
  await t.throwsAsync(confirmUnchanged(folder, listed, exclude), { instanceOf: SourceChanged });
});

test('folders below any depth that a path may have are not walked', async (t) => {
  const folder = await sourceOf(t, `${'d/'.repeat(31)}f`);
  t.is((await listSource(folder)).length, 1);
  await fs.mkdir(join(folder, 'd/'.repeat(32)), { recursive: true });
  const error = await t.throwsAsync(listSource(folder), { instanceOf: Refusal });
  t.is(error?.code, 'too-large');
});

test('anything that is no regular file is named in the error, and opening it never blocks', async (t) => {
  const server = createServer();
  const kinds: [string, (path: string) => unknown][] = [
    ['symbolic link', (path) => fs.symlink('index.html', path)],
    ['symbolic link', (path) => fs.symlink('/', path)],
    ['FIFO', (path) => execFileSync('mkfifo', [path])],
    ['socket', (path) => new Promise<void>((resolve) => void server.listen(path, resolve))],
  ];
  t.teardown(() => void server.close());
  if (process.getuid?.() === 0) kinds.push(['device', (path) => execFileSync('mknod', [path, 'c', '1', '3'])]);
  for (const [kind, make] of kinds) {
    const folder = await sourceOf(t, 'index.html');
    await fs.mkdir(join(folder, 'in'));
    await make(join(folder, 'in/thing'));
    const error = await t.throwsAsync(listSource(folder), { instanceOf: UsageError });
    t.regex(error?.message ?? '', new RegExp(`"in/thing" .* ${kind}`));
  }
});

test('a missing source is an error of its own kind', async (t) => {
  const error = await t.throwsAsync(listSource(join(await makeFolder(t), 'none')));
  t.is((error as NodeJS.ErrnoException).code, 'ENOENT');
  t.false(error instanceof SourceChanged);
});

test('only files written within the last ticks are waited for, and only once', async (t) => {
  const files = await listSource(await sourceOf(t, 'a', 'b'));
  const newest = Math.max(...files.map(({ seen }) => Number(seen.ctimeNs / 1_000_000n)));
  const waits: number[] = [];
  const sleep = (ms: number) => Promise.resolve(waits.push(ms));
  await settle(files, { now: () => newest + 50, sleep });
  t.deepEqual(waits, []);
  await settle(files, { now: () => newest + 5, sleep });
  await settle(files, { now: () => newest - 60_000, sleep }); // a clock that was set back
  t.deepEqual(waits, [20, 20]);
});

const change = test.macro(async (t, how: (folder: string) => Promise<unknown>) => {
  const folder = await sourceOf(t, 'a', 'b/c', 'b/d');
  const files = await listSource(folder);
  await settle(files, { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) });
  await confirmUnchanged(folder, files);
  await how(folder);
  await t.throwsAsync(confirmUnchanged(folder, files), { instanceOf: SourceChanged });
});
test('a file written over with the same bytes is a change', change, (folder) => fs.writeFile(join(folder, 'b/c'), 'contenido'));
test('a file that grew is a change', change, (folder) => fs.appendFile(join(folder, 'a'), '.'));
test('a new file is a change', change, (folder) => fs.writeFile(join(folder, 'b/e'), ''));
test('a file that is gone is a change', change, (folder) => fs.rm(join(folder, 'b/c')));
test('another file under its name is a change', change, async (folder) => {
  await fs.copyFile(join(folder, 'a'), join(folder, 'b/new'));
  await fs.rename(join(folder, 'b/new'), join(folder, 'b/c'));
});
test('a link instead of a file is a change', change, async (folder) => {
  await fs.rm(join(folder, 'b/c'));
  await fs.symlink('d', join(folder, 'b/c'));
});
test('a link instead of a folder is a change', change, async (folder) => {
  await fs.rename(join(folder, 'b'), join(folder, 'elsewhere'));
  await fs.symlink('elsewhere', join(folder, 'b'));
});
test('a time of writing that was set back is a change', change, (folder) => fs.utimes(join(folder, 'a'), 0, 0));
test('a source that is gone is a change', change, (folder) => fs.rm(join(folder, 'b'), { recursive: true }));

/** @returns what a descriptor is open on, null where it is closed */
function opened(fd: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return null;
  }
}

test('a file that changed since it was listed can not be opened, nor closed if it changed while it was open', async (t) => {
  const folder = await sourceOf(t, 'a');
  const files = await listSource(folder);
  await settle(files, { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) });
  const [file] = files as [(typeof files)[0]];
  closeListed(openListed(file), file);
  const fd = openListed(file);
  await fs.appendFile(join(folder, 'a'), 'x');
  t.throws(() => closeListed(fd, file), { instanceOf: SourceChanged });
  // Closed: the number may be another file's by now, so it is not closed again to see.
  t.not(opened(fd), join(folder, 'a'));
  await fs.rm(join(folder, 'a'));
  execFileSync('mkfifo', [join(folder, 'a')]);
  t.throws(() => openListed(file), { instanceOf: SourceChanged });
});
