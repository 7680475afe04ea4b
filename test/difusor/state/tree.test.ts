import { linkSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { buildTree, linkContent, survey } from '../../../src/difusor/state/tree.ts';
import { hashOf } from '../../../src/format/hash.ts';
import { makeFolder } from '../../kit/folders.ts';

const manifest = [
  { path: 'actas/1.jpg', sha256: hashOf(Buffer.from('one')) },
  { path: 'actas/casilla/2.jpg', sha256: hashOf(Buffer.from('two')) },
  { path: 'index.html', sha256: hashOf(Buffer.from('one')) },
];

async function contentsIn(folder: string): Promise<(hash: string) => string> {
  await mkdir(join(folder, 'content'));
  for (const text of ['one', 'two']) await writeFile(join(folder, 'content', hashOf(Buffer.from(text))), text, { mode: 0o444 });
  return (hash) => join(folder, 'content', hash);
}

test('a tree has exactly the files of its manifest', async (t) => {
  const folder = await makeFolder(t);
  const root = join(folder, 'tree');
  await buildTree(root, manifest, await contentsIn(folder));
  t.deepEqual(survey(root, manifest), { missing: [], strays: [] });
  t.is(await readFile(join(root, 'actas/casilla/2.jpg'), 'utf8'), 'two');
  t.is((await stat(join(root, 'index.html'))).ino, (await stat(join(root, 'actas/1.jpg'))).ino);
});

test('a tree is never built over another one', async (t) => {
  const folder = await makeFolder(t);
  const contents = await contentsIn(folder);
  await buildTree(join(folder, 'tree'), manifest, contents);
  await t.throwsAsync(buildTree(join(folder, 'tree'), manifest, contents), { code: 'EEXIST' });
});

test('a survey lists what is missing and what is not listed, by name and kind', async (t) => {
  const folder = await makeFolder(t);
  const root = join(folder, 'tree');
  await buildTree(root, manifest, await contentsIn(folder));
  await rm(join(root, 'index.html'));
  await symlink('actas/1.jpg', join(root, 'index.html'));
  await rm(join(root, 'actas/casilla'), { recursive: true });
  await writeFile(join(root, 'actas/casilla'), '');
  await mkdir(join(root, 'vacía'));
  const { missing, strays } = survey(root, manifest);
  t.deepEqual(
    missing.map(({ path }) => path),
    ['actas/casilla/2.jpg', 'index.html'],
  );
  t.deepEqual([...strays].sort(), ['actas/casilla', 'index.html', 'vacía']);
});

test('where there is no tree, all is missing', async (t) => {
  const folder = await makeFolder(t);
  t.deepEqual(survey(join(folder, 'none'), manifest), { missing: manifest, strays: ['.'] });
  await writeFile(join(folder, 'file'), '');
  t.deepEqual(survey(join(folder, 'file'), manifest), { missing: manifest, strays: ['.'] });
});

test('past the most links that the file system allows, a copy looks the same', async (t) => {
  const folder = await makeFolder(t);
  const content = join(folder, 'content');
  await writeFile(content, 'one');
  await utimes(content, 1_500_000_000, 1_500_000_000);
  await chmod(content, 0o444);
  let links = 1;
  try {
    for (; links < 70_000; links++) linkSync(content, join(folder, `link-${links}`));
    t.log('this file system allows 70,000 links: nothing is shown here of one that does not');
    linkContent(content, join(folder, 'more'));
    t.is((await stat(content)).nlink, 70_001);
  } catch (error) {
    t.is((error as NodeJS.ErrnoException).code, 'EMLINK');
    const path = join(folder, 'copy');
    linkContent(content, path);
    t.is(await readFile(path, 'utf8'), 'one');
    const [a, b] = [await stat(content), await stat(path)];
    t.not(a.ino, b.ino);
    t.deepEqual([b.mtimeMs, b.mode], [a.mtimeMs, a.mode]);
    t.log(`${links} links, then a copy`);
  }
});

test('any other failure to link is thrown', async (t) => {
  const folder = await makeFolder(t);
  writeFileSync(join(folder, 'a'), 'a');
  t.throws(() => linkContent(join(folder, 'none'), join(folder, 'b')), { code: 'ENOENT' });
  t.throws(() => linkContent(join(folder, 'a'), join(folder, 'a')), { code: 'EEXIST' });
});
