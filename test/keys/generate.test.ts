import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { haveKey } from '../../src/keys/generate.ts';
import { makeFolder } from '../kit/folders.ts';

test('where a crash left a private key without its .pub, the .pub is written', async (t) => {
  const file = join(await makeFolder(t), 'acuse_key');
  const key = await haveKey(file, 'vanguardia-web1');
  const half = await readFile(`${file}.pub`, 'utf8');
  await rm(`${file}.pub`);
  t.is(await haveKey(file, 'vanguardia-web1'), key);
  t.is(await readFile(`${file}.pub`, 'utf8'), half);
  t.is(await haveKey(file, 'vanguardia-web1'), key);
});

test('the temporary copy of a private key that a killed process left is removed', async (t) => {
  const file = join(await makeFolder(t), 'acuse_key');
  const aside = `${file}.999999999.new`; // of no process
  await writeFile(aside, 'a private key');
  await haveKey(file, 'vanguardia-web1');
  t.false(existsSync(aside));
});
