import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { NotAFile } from '../../../src/disk/bounded-file.ts';
import { MOST_LINE, splitLines } from '../../../src/memoria/log/lines.ts';
import { DamagedGzip, openLog } from '../../../src/memoria/log/log-file.ts';
import { makeFolder, openIn } from '../../kit/folders.ts';

/** The lines of a text that comes in pieces of so many bytes. */
function linesOf(text: string | Buffer, piece: number): { lines: string[]; tooLong: number } {
  const found: { lines: string[]; tooLong: number } = { lines: [], tooLong: 0 };
  const lines = splitLines({
    line: (bytes, from, to) => void found.lines.push(bytes.toString('latin1', from, to)),
    tooLong: () => void found.tooLong++,
  });
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += piece) lines.push(Buffer.from(bytes.subarray(at, at + piece)));
  lines.finish();
  return found;
}

test('lines are the same whatever the pieces', (t) => {
  const text = '\uFEFFone\n\ntwo\r\n\r\nthree\n\0\nlast';
  for (const piece of [1, 2, 3, 5, 100])
    t.deepEqual(linesOf(text, piece), { lines: ['one', 'two', 'three', '\0', 'last'], tooLong: 0 });
});

test('a line that is too long is counted, and not kept', (t) => {
  const fits = 'x'.repeat(MOST_LINE);
  for (const piece of [1000, 65_537, 10_000_000]) {
    t.deepEqual(linesOf(`a\n${fits}\nb\n${fits}y\nc\n${'z'.repeat(3_000_000)}\nd`, piece), {
      lines: ['a', fits, 'b', 'c', 'd'],
      tooLong: 2,
    });
    t.deepEqual(linesOf(`a\n${fits}${fits}`, piece), { lines: ['a'], tooLong: 1 });
  }
});

async function contentOf(path: string): Promise<{ text: string; error: unknown; took: number; isGzip: boolean }> {
  const file = await openLog(path);
  const seen: { text: string; error: unknown; took: number; isGzip: boolean } = {
    text: '',
    error: null,
    took: 0,
    isGzip: file.isGzip,
  };
  try {
    for await (const piece of file.pieces((bytes) => (seen.took = bytes))) seen.text += piece.toString('latin1');
  } catch (error) {
    seen.error = error;
  } finally {
    await file.close();
  }
  return seen;
}

test('a file is read whole, compressed or not, in one part or several', async (t) => {
  const folder = await makeFolder(t);
  const text = Array.from({ length: 60_000 }, (_, i) => `line ${i} ${(i * 7919) % 10_007}\n`).join('');
  const gzip = gzipSync(text);
  const files: Record<string, readonly [Buffer, string]> = {
    plain: [Buffer.from(text), text],
    empty: [Buffer.alloc(0), ''],
    byte: [Buffer.from([0x1f]), '\x1f'],
    gzip: [gzip, text],
    nothing: [gzipSync(''), ''],
    parts: [Buffer.concat([gzip, gzip, gzipSync('')]), text + text],
    padded: [Buffer.concat([gzip, Buffer.alloc(100_000)]), text],
  };
  for (const [name, [bytes, expected]] of Object.entries(files)) {
    writeFileSync(join(folder, name), bytes);
    const { text: found, error, took } = await contentOf(join(folder, name));
    t.is(error, null, name);
    t.true(found === expected, name);
    if (name !== 'padded') t.is(took, bytes.length, name);
  }
});

test('of a damaged file all comes that could be decompressed, always the same', async (t) => {
  const folder = await makeFolder(t);
  const text = Array.from({ length: 100_000 }, (_, i) => `line ${i} ${(i * 7919) % 10_007}\n`).join('');
  const gzip = gzipSync(text);
  writeFileSync(join(folder, 'cut'), gzip.subarray(0, -20_000));
  const flipped = Buffer.from(gzip);
  flipped.fill(0xff, gzip.length - 20_000, gzip.length - 19_000);
  writeFileSync(join(folder, 'damaged'), flipped);
  writeFileSync(join(folder, 'head'), gzip.subarray(0, 5));
  for (const name of ['cut', 'damaged']) {
    const once = await contentOf(join(folder, name));
    t.true(once.error instanceof DamagedGzip);
    t.is((once.error as DamagedGzip).isCut, name === 'cut');
    // What is damaged may come out wrong before that is known.
    t.true(
      once.text.length > text.length / 2 && text.startsWith(name === 'cut' ? once.text : once.text.slice(0, text.length / 2)),
      name,
    );
    t.is((await contentOf(join(folder, name))).text, once.text, name);
  }
  const head = await contentOf(join(folder, 'head'));
  t.true((head.error as DamagedGzip).isCut);
});

test('what is no file is not opened', async (t) => {
  const folder = await makeFolder(t);
  mkdirSync(join(folder, 'folder'));
  symlinkSync('/etc/passwd', join(folder, 'link'));
  for (const name of ['folder', 'link']) await t.throwsAsync(() => openLog(join(folder, name)), { instanceOf: NotAFile });
});

test('who stops reading a compressed file leaves nothing behind', async (t) => {
  const folder = await makeFolder(t);
  writeFileSync(join(folder, 'bomb'), gzipSync(Buffer.alloc(64 * 1024 ** 2)));
  const file = await openLog(join(folder, 'bomb'));
  for await (const piece of file.pieces()) {
    t.true(piece.length <= 512 * 1024);
    t.is(openIn(folder), 1);
    break;
  }
  await file.close();
  t.is(openIn(folder), 0);
});
