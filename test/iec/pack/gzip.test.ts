import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { gzip } from '../../../src/iec/pack/gzip.ts';
import { noise } from '../../kit/noise.ts';

async function zipped(chunks: readonly Uint8Array[]): Promise<Buffer> {
  async function* source() {
    for (const chunk of chunks) {
      const lent = await Promise.resolve(Uint8Array.from(chunk));
      yield lent;
      lent.fill(0xaa); // the lender may reuse it
    }
  }
  const parts: Buffer[] = [];
  for await (const part of gzip(source())) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const length = fc.oneof(
  fc.integer({ min: 0, max: 3000 }),
  fc.constantFrom(4096, 4097, 8191, 8192, 0xfffe, 0xffff, 0x10000, 2 * 0xffff, 1024 * 1024 - 10, 1024 * 1024, 1024 * 1024 + 1),
);
const chunk = fc.tuple(fc.constantFrom('noise', 'text', 'zeros'), length).map(([kind, n]) => {
  if (kind === 'noise') return noise(`${n}`, n);
  return Buffer.alloc(n, kind === 'zeros' ? 0 : 'Saltillo, 0001, básica, 241, ');
});

testProp(
  'zlib gives back what went in, both what was stored and what was compressed',
  [fc.array(chunk, { maxLength: 12 })],
  async (t, chunks) => {
    t.true(gunzipSync(await zipped(chunks)).equals(Buffer.concat(chunks)));
  },
  { numRuns: 60 },
);

test('the gzip of Debian takes it, and the same chunks give the same bytes', async (t) => {
  const chunks = [Buffer.alloc(512, 'header'), noise('acta', 300_000), Buffer.alloc(100), Buffer.alloc(2_000_000, 'texto ')];
  const once = await zipped(chunks);
  t.true(once.equals(await zipped(chunks)));
  t.true(execFileSync('gzip', ['-dc'], { input: once, maxBuffer: 2 ** 24 }).equals(Buffer.concat(chunks)));
});

test('noise costs five bytes in 64 KiB and text is compressed, side by side', async (t) => {
  const picture = noise('acta', 1_000_000);
  const page = Buffer.alloc(1_000_000, '<tr><td>Acuña</td><td>1,204</td></tr>\n');
  const alone = await zipped([picture]);
  t.true(alone.length < 1_000_000 + 200);
  const both = await zipped([picture, page, picture, page]);
  t.true(both.length < 2 * alone.length + 20_000);
});

test('the small things between pictures are stored along with them, but not all that follows', async (t) => {
  const many = Array.from({ length: 200 }, (_, i) => [Buffer.alloc(512, `${i}`), noise(`${i}`, 10_000)]).flat();
  const pages = Array.from({ length: 2000 }, () => Buffer.alloc(512, 'x'));
  t.true((await zipped([...many, ...pages])).length < 200 * (10_000 + 512 + 40) + 20_000);
});
