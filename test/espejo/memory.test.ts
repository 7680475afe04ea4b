import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { newMemory } from '../../src/espejo/memory.ts';
import { hashOf } from '../../src/format/hash.ts';
import { makeFolder } from '../kit/folders.ts';

/** What is believed of an object by the validator that the store gave. */

const [bytes, other] = [Buffer.from('one'), Buffer.from('another')];
const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex');
const quoted = (text: string) => `"${text}"`;
const listed = (key: string, etag: string) => ({ key, etag, size: 3, modified: 0 });

test('a copy whose validator is the MD5 of other bytes is not right', async (t) => {
  const file = join(await makeFolder(t), 'one');
  writeFileSync(file, bytes);
  const sha256 = hashOf(bytes);
  const [right, wrong] = [quoted(md5(bytes)), quoted(md5(other))];
  const memory = newMemory();
  memory.wrote('c/1/a', sha256, { etag: right, md5: md5(bytes) });
  memory.wrote('c/2/a', sha256, { etag: right, md5: null });
  t.true(await memory.isRight(listed('c/2/a', right), sha256, file));
  memory.wrote('c/2/a', sha256, { etag: wrong, md5: null });
  t.false(await memory.isRight(listed('c/2/a', wrong), sha256, file));
  // Nor where nothing is known yet of the content.
  const fresh = newMemory();
  fresh.wrote('c/2/a', sha256, { etag: wrong, md5: null });
  t.false(await fresh.isRight(listed('c/2/a', wrong), sha256, file));
});

test('where a store encrypts, and its validators are no MD5, a copy has one of its own', async (t) => {
  const file = join(await makeFolder(t), 'one');
  writeFileSync(file, bytes);
  const sha256 = hashOf(bytes);
  const memory = newMemory();
  memory.wrote('c/1/a', sha256, { etag: quoted('0'.repeat(32)), md5: md5(bytes) });
  memory.wrote('c/2/a', sha256, { etag: quoted('1'.repeat(32)), md5: null });
  t.true(await memory.isRight(listed('c/2/a', quoted('1'.repeat(32))), sha256, file));
});
