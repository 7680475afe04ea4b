import { randomBytes } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { copyOf, MOST, mayBeWorth, timeOf, unpackedSize } from '../../../src/difusor/compressed/gzip-copy.ts';
import { hashOf } from '../../../src/format/hash.ts';

const text = Buffer.from('casilla,votos\n'.repeat(500));
const copy = gzipSync(text, { level: 9 });
const hash = hashOf(text);

test('what is compressed by itself, small or huge is not worth a copy', (t) => {
  for (const path of ['datos/a.json', 'b.CSV', 'index.html', 'sin-tipo', 'mapa.svg', 'a.ttf', 'gz/a.txt']) {
    t.true(mayBeWorth(path, 1024), path);
    t.false(mayBeWorth(path, 1023), path);
    t.false(mayBeWorth(path, MOST + 1), path);
  }
  for (const path of ['a.jpg', 'a.JPEG', 'a.png', 'x.json.gz', 'a.tgz', 'f.woff2', 'b.zip', 'a.webp', 'a.xlsx'])
    t.false(mayBeWorth(path, 5000), path);
});

test('a copy is made where it saves a tenth, and unpacks to its content', async (t) => {
  const made = await copyOf(text);
  t.is(unpackedSize(made as Buffer, hash), text.length);
  t.is(await copyOf(randomBytes(5000)), null);
});

test('what is not one whole stream of the content is no copy of it', (t) => {
  t.is(unpackedSize(copy, hash), text.length);
  const at = (i: number) => Buffer.from(copy.map((byte, j) => (i === j ? byte ^ 1 : byte)));
  // The fifth to the tenth byte tell an hour and a system, which no reader looks at; the time of the file shows them.
  for (let i = 0; i < copy.length; i++) if (i < 4 || i >= 10) t.is(unpackedSize(at(i), hash), null, `byte ${i}`);
  for (const length of [0, 1, 17, 18, copy.length - 1]) t.is(unpackedSize(copy.subarray(0, length), hash), null, `${length} bytes`);
  t.is(unpackedSize(Buffer.concat([copy, Buffer.from('x')]), hash), null, 'something after it');
  t.is(unpackedSize(Buffer.concat([copy, gzipSync('')]), hash), null, 'a second stream, which some readers leave out');
  const halves = Buffer.concat([gzipSync(text.subarray(0, 700)), gzipSync(text.subarray(700))]);
  t.is(unpackedSize(halves, hash), null, 'two streams that make the content together');
  t.is(unpackedSize(copy, hashOf(Buffer.from('another'))), null);
  t.is(unpackedSize(Buffer.from(text), hash), null, 'the content itself');
});

test('no more is unpacked than a content may have', (t) => {
  const bomb = deflateRawSync(Buffer.alloc(MOST + 1), { level: 9 });
  const file = Buffer.concat([copy.subarray(0, 10), bomb, copy.subarray(-8)]);
  t.is(unpackedSize(file, hash), null);
});

test('the time of a copy follows from its bytes and is no time that a content has', (t) => {
  const times = new Set<number>();
  for (let i = 0; i < 2000; i++) {
    const time = timeOf(Buffer.from(`copia ${i}`));
    t.true(time >= 86_400 && time < 978_307_200 - 16);
    t.is(time, timeOf(Buffer.from(`copia ${i}`)));
    times.add(time);
  }
  t.is(times.size, 2000);
});
