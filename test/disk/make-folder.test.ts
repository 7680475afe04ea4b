import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { makeFolderFor, makeFolders } from '../../src/disk/make-folder.ts';
import { makeFolder } from '../kit/folders.ts';

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test('what is missing is made, whatever the umask, and what is there stays as it is', async (t) => {
  const folder = await makeFolder(t);
  await chmod(folder, 0o700);
  for (const path of ['a/b/c', 'a/b/c', 'a/./d/', 'a//e']) makeFolderFor(join(folder, path).replace('/d', '/./d'), 0o751);
  for (const path of ['a', 'a/b', 'a/b/c', 'a/d', 'a/e']) t.is(await modeOf(join(folder, path)), 0o751, path);
  t.is(await modeOf(folder), 0o700);
  await mkdir(join(folder, 'there'));
  await symlink('there', join(folder, 'link'));
  t.is(makeFolders(join(folder, 'link/x/y')), join(folder, 'link/x'));
  t.is(makeFolders(join(folder, 'there/x/y')), undefined);
});

test('a file in the place of a folder, and a file system that makes none', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(join(folder, 'file'), '');
  await symlink('nowhere', join(folder, 'dangling'));
  t.throws(() => makeFolderFor(join(folder, 'file')), { name: 'ToldError' });
  t.throws(() => makeFolderFor(join(folder, 'dangling')), { name: 'ToldError' });
  t.throws(() => makeFolderFor(join(folder, 'file/x')), { code: 'ENOTDIR' });
  // Node's own recursive mkdir would never end here.
  for (const path of ['/proc/cotejo', '/proc/cotejo/x']) t.throws(() => makeFolderFor(path), { code: 'ENOENT' }, path);
});
