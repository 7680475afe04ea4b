import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { CODES } from '../../src/format/refusal.ts';
import { repository } from '../kit/programs.ts';

const example = (path: string) => readFile(join(repository(), 'test/example', path), 'utf8');
const page = await readFile(join(repository(), 'docs/format.md'), 'utf8');

test("the page's examples are the bytes of the example chain", async (t) => {
  const blocks = [...page.matchAll(/^```(?:json|text) (\S+)\n([^]*?)^```$/gm)];
  t.true(blocks.length >= 5);
  for (const [, path, text] of blocks) t.is(text, await example(path as string), path);
});

test('the offsets in the table of the signature are right', async (t) => {
  const lines = (await example('chain/jornada/000002/corte.json.sig')).split('\n').filter((line) => !line.startsWith('-'));
  const blob = Buffer.from(lines.join(''), 'base64');
  t.is(blob.length, 182);
  const rows = [...page.matchAll(/^\| (\d+) \| `((?:[0-9a-f]{2} ?)+)`(?: \+ `([^`]+)`)?/gm)];
  t.is(rows.length, 7);
  for (const [, offset, bytes, text] of rows) {
    const begin = Buffer.concat([Buffer.from((bytes as string).replaceAll(' ', ''), 'hex'), Buffer.from(text ?? '')]);
    t.deepEqual(blob.subarray(Number(offset), Number(offset) + begin.length), begin, offset);
  }
});

test('the hash that the page quotes is the statement’s', async (t) => {
  const corte = await example('chain/jornada/000002/corte.json');
  const sha256 = createHash('sha256').update(corte).digest('hex');
  t.true(page.includes(`\`${sha256.slice(0, 8)}…\`, of exactly these ${corte.length} bytes`));
});

test('the page and the guide explain every code of the list', async (t) => {
  const guide = await readFile(join(repository(), 'docs/difusor.md'), 'utf8');
  for (const code of CODES) for (const text of [page, guide]) t.true(text.includes(`\`${code}\``), code);
});
