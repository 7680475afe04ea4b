import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { hashFile, hashLargeFile } from '../../src/disk/hash-file.ts';
import { hashOf } from '../../src/format/hash.ts';
import { makeFolder } from '../kit/folders.ts';

/** The hash of a file, at once or with turns for others. */

const openIn = (folder: string) =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false; // the folder that was just listed
    }
  });

test('both ways give the same, of files of every size, and nothing of what is no file', async (t) => {
  const folder = await makeFolder(t);
  for (const size of [0, 1, 1024 * 1024, 20 * 1024 * 1024 + 7]) {
    const bytes = randomBytes(size);
    await writeFile(join(folder, 'file'), bytes);
    for (const found of [hashFile(join(folder, 'file')), await hashLargeFile(join(folder, 'file'))]) {
      t.is(found?.sha256, hashOf(bytes));
      t.is(Number(found?.look.size), size);
    }
  }
  await symlink('file', join(folder, 'link'));
  for (const none of ['link', 'missing', '.']) {
    t.is(hashFile(join(folder, none)), null);
    t.is(await hashLargeFile(join(folder, none)), null);
  }
  t.is(hashFile(join(folder, 'file'), 1024), null, 'larger than it may be');
  t.deepEqual(openIn(folder), []);
});

test('a signal ends the hashing of a large file in the middle, and it is closed', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, 'large');
  await writeFile(file, '');
  await truncate(file, 4 * 1024 ** 3);
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  await t.throwsAsync(hashLargeFile(file, { step: () => stop.signal.throwIfAborted() }), { any: true, name: 'AbortError' });
  t.deepEqual(openIn(folder), []);
});
