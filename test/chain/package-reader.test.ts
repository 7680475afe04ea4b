import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import * as tar from 'tar-stream';
import { readPackage } from '../../src/chain/package-reader.ts';
import type { Manifest } from '../../src/format/manifest.ts';
import { type Code, Refusal } from '../../src/format/refusal.ts';
import type { Statement } from '../../src/format/statement.ts';
import { MemberJudge } from '../../src/verdict/members.ts';

interface File {
  path: string;
  content: Buffer;
}

const FILES: File[] = [
  { path: 'a.csv', content: Buffer.from('casilla,votos\n1,2\n') },
  { path: 'actas/vacía.txt', content: Buffer.alloc(0) },
  { path: `b/${'larga-'.repeat(30)}.html`, content: Buffer.alloc(1500, 'x') },
  { path: 'c.jpg', content: Buffer.alloc(700_000, 7) },
];

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const manifestOf = (files: File[]): Manifest => files.map(({ path, content }) => ({ path, sha256: sha256(content) }));

function judgeOf(files: File[], stated: { files?: number; content_bytes?: number } = {}): MemberJudge {
  const content_bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  const measured = { files: files.length, content_bytes, ...stated };
  return new MemberJudge({ package: measured } as Statement, manifestOf(files), []);
}

async function pack(entries: Array<Partial<tar.Header> & { name: string; content?: Buffer; pax?: unknown }>): Promise<Buffer> {
  const archive = tar.pack();
  for (const { content = Buffer.alloc(0), ...header } of entries) archive.entry(header, content);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const packed = (files: File[]) => pack(files.map(({ path, content }) => ({ name: path, content })));

function inChunks(bytes: Uint8Array, size: number): Readable {
  const count = Math.ceil(bytes.length / size);
  return Readable.from(Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size)));
}

/** One header block by hand, for what tar-stream's packer would not write. */
function header(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(type, 156);
  block.write('ustar\u000000', 257, 'latin1');
  block.write('        ', 148);
  const sum = block.reduce((a, b) => a + b, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function member(name: string, content: Buffer, type: string): Buffer {
  return Buffer.concat([header(name, content.length, type), content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const END = Buffer.alloc(1024);
const PAX = 'x';
const PAX_GLOBAL = 'g';
const GNU_LONG_NAME = 'L';
const [first] = FILES as [File];

for (const size of [1, 512, 1000, 65_536, 10_000_000]) {
  test(`every content arrives whole, whatever the chunks: ${size}`, async (t) => {
    const bytes = gzipSync(await packed(FILES));
    const got = new Map<string, Buffer>();
    await readPackage(inChunks(bytes, size), judgeOf(FILES), (entry, length) => {
      const chunks: Uint8Array[] = [];
      return {
        write: (chunk) => void chunks.push(Buffer.from(chunk)),
        end: () => {
          const content = Buffer.concat(chunks);
          t.is(content.length, length);
          got.set(entry.path, content);
        },
        abort: () => t.fail('aborted'),
      };
    });
    t.deepEqual(
      [...got.keys()],
      FILES.map(({ path }) => path),
    );
    for (const { path, content } of FILES) t.true(got.get(path)?.equals(content));
  });
}

test('a package without new content is an empty archive', async (t) => {
  await t.notThrowsAsync(readPackage(inChunks(gzipSync(END), 100), judgeOf([])));
});

test('what tar programs add to fill their last record is fine', async (t) => {
  const filled = Buffer.concat([await packed(FILES), Buffer.alloc(64 * 1024)]);
  await t.notThrowsAsync(readPackage(inChunks(gzipSync(filled), 1 << 16), judgeOf(FILES)));
});

test('a gzip file of several parts is one gzip file', async (t) => {
  const archive = await packed(FILES);
  const parts = Buffer.concat([gzipSync(archive.subarray(0, 3000)), gzipSync(archive.subarray(3000))]);
  for (const size of [1, 7, 100_000]) await t.notThrowsAsync(readPackage(inChunks(parts, size), judgeOf(FILES)));
});

const one = member(first.path, first.content, '0');
const pax = (record: string) => Buffer.from(`${record.length + String(record.length + 3).length + 2} ${record}\n`);
const paxOf = (record: string) => member('PaxHeader', pax(record), PAX);

const HOSTILE: Array<[what: string, code: Code, archive: Buffer | Promise<Buffer>, files?: File[]]> = [
  ['no end blocks', 'package-malformed', one],
  ['a single end block', 'package-malformed', Buffer.concat([one, Buffer.alloc(512)])],
  ['cut in a header', 'package-malformed', one.subarray(0, 300)],
  ['cut in a content', 'package-malformed', one.subarray(0, 515)],
  ['bytes after the end', 'package-malformed', Buffer.concat([one, END, Buffer.alloc(512, 1)])],
  ['a member after the end', 'package-malformed', Buffer.concat([one, END, member('b', Buffer.from('b'), '0'), END])],
  ['a wanted member after the end', 'package-malformed', Buffer.concat([END, one, END])],
  ['a header alone after the end', 'package-malformed', Buffer.concat([one, END, paxOf('path=b')])],
  ['too many zeros after the end', 'package-malformed', Buffer.concat([one, Buffer.alloc(66_560 + 512)])],
  ['endless zeros', 'package-malformed', Buffer.concat([one, Buffer.alloc(50_000_000)])],
  [
    'a GNU long name',
    'package-malformed',
    Buffer.concat([member('././@LongLink', Buffer.from('a.csv\0'), GNU_LONG_NAME), one, END]),
  ],
  [
    'a GNU long name and a pax header',
    'package-malformed',
    Buffer.concat([member('././@LongLink', Buffer.from('a.csv\0'), GNU_LONG_NAME), paxOf('path=a.csv'), one, END]),
  ],
  ['a pax global header', 'package-malformed', Buffer.concat([member('g', pax('path=a.csv'), PAX_GLOBAL), one, END])],
  [
    'a pax global and a pax header',
    'package-malformed',
    Buffer.concat([member('g', pax('path=a.csv'), PAX_GLOBAL), paxOf('mtime=1'), one, END]),
  ],
  ['two pax headers', 'package-malformed', Buffer.concat([paxOf('path=x'), paxOf('path=a.csv'), one, END])],
  ['a sparse map in a pax header', 'package-malformed', Buffer.concat([paxOf('GNU.sparse.major=1'), one, END])],
  ['a large pax header', 'package-malformed', Buffer.concat([paxOf(`uname=${'u'.repeat(9000)}`), one, END])],
  [
    "a pax header over the parser's own limit",
    'package-malformed',
    Buffer.concat([header('x', 5_000_000, PAX), Buffer.alloc(5_000_000, 97)]),
  ],
  [
    'a flood of pax headers',
    'package-malformed',
    Buffer.concat([...Array.from({ length: 2000 }, () => paxOf('path=x')), one, END]),
  ],
  ['bytes that are no tar', 'package-malformed', Buffer.alloc(4096, 'abc')],
  ['nothing at all', 'package-malformed', Buffer.alloc(0)],
  ['a symbolic link', 'package-malformed', pack([{ name: 'a.csv', type: 'symlink', linkname: '/etc/passwd' }])],
  ['a hard link', 'package-malformed', pack([{ name: 'a.csv', type: 'link', linkname: '/etc/passwd' }])],
  ['a folder', 'package-malformed', pack([{ name: 'a.csv', type: 'directory' }])],
  ['a device', 'package-malformed', pack([{ name: 'a.csv', type: 'character-device' }])],
  ['a FIFO', 'package-malformed', pack([{ name: 'a.csv', type: 'fifo' }])],
  ['an unknown kind', 'package-malformed', Buffer.concat([member('a.csv', first.content, 'S'), END])],
  ['a member twice', 'package-malformed', Buffer.concat([one, one, END]), [first, { path: 'b', content: Buffer.from('b') }]],
  ['a path that is not listed', 'package-malformed', Buffer.concat([member('../a.csv', first.content, '0'), END])],
  ['a listed path made unlisted by pax', 'package-malformed', Buffer.concat([paxOf('path=/etc/passwd'), one, END])],
  ['another content', 'content-mismatch', Buffer.concat([member('a.csv', Buffer.from('casilla,votos\n1,3\n'), '0'), END])],
  ['a larger content', 'content-mismatch', Buffer.concat([member('a.csv', Buffer.alloc(5_000_000), '0'), END])],
  ['a size of 8 EiB', 'content-mismatch', Buffer.concat([paxOf('size=9223372036854775807'), one, END])],
  ['nothing in it', 'content-mismatch', END],
];

for (const [what, code, archive, files = [first]] of HOSTILE) {
  test(`refused: ${what}`, async (t) => {
    const bytes = gzipSync(await archive, { level: 1 });
    for (const size of [100, 1 << 20]) {
      const error = await t.throwsAsync(readPackage(inChunks(bytes, size), judgeOf(files)), { instanceOf: Refusal });
      t.is(error.code, code, error.detail);
    }
  });
}

test('refused: gzip that is cut, damaged, followed by something, or no gzip', async (t) => {
  const good = gzipSync(await packed(FILES));
  const damaged = Buffer.from(good);
  damaged[damaged.length - 6] = (damaged.at(-6) as number) ^ 1;
  const bad = {
    cut: good.subarray(0, -3),
    damaged,
    garbage: Buffer.concat([good, Buffer.from('garbage')]),
    zeros: Buffer.concat([good, Buffer.alloc(100_000)]),
    'another gzip': Buffer.concat([good, gzipSync('x')]),
    'no gzip': Buffer.from('<html>'),
    empty: Buffer.alloc(0),
  };
  for (const [what, bytes] of Object.entries(bad)) {
    for (const size of [1, good.length, 1 << 20]) {
      const error = await t.throwsAsync(readPackage(inChunks(bytes, size), judgeOf(FILES)), undefined, what);
      t.is((error as Refusal).code, 'package-malformed', `${what}: ${error?.message}`);
    }
  }
});

test('a bomb is not read to its end', async (t) => {
  const bomb = gzipSync(Buffer.concat([one, Buffer.alloc(200_000_000)]), { level: 9 });
  let read = 0;
  async function* source() {
    for await (const chunk of inChunks(bomb, 1024)) {
      read += chunk.length;
      yield chunk;
    }
  }
  await t.throwsAsync(readPackage(source(), judgeOf([first])), { instanceOf: Refusal });
  t.true(read < bomb.length / 2, `${read} of ${bomb.length}`);
});

test('the sink of a wrong content is aborted before the refusal', async (t) => {
  const other = Buffer.concat([member('a.csv', Buffer.from('casilla,votos\n1,3\n'), '0'), END]);
  const heard: string[] = [];
  const sink = { write: () => void heard.push('write'), end: () => void heard.push('end'), abort: () => void heard.push('abort') };
  await t.throwsAsync(readPackage(inChunks(gzipSync(other), 1 << 20), judgeOf([first]), () => sink));
  t.deepEqual(heard, ['write', 'abort']);
});

test('errors of the disk are not turned into refusals', async (t) => {
  const bytes = gzipSync(await packed(FILES));
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const sink = { write: () => Promise.reject(full), end: () => {}, abort: () => {} };
  t.is(await t.throwsAsync(readPackage(inChunks(bytes, 1000), judgeOf(FILES), () => sink)), full);
  function* broken() {
    yield bytes.subarray(0, bytes.length - 100);
    throw full;
  }
  t.is(await t.throwsAsync(readPackage(Readable.from(broken()), judgeOf(FILES))), full);
});

test('a disk that fills up in the middle of a content is reported as such, and not as a bad package', async (t) => {
  const content = Buffer.from(Array.from({ length: 4_000_000 }, (_, i) => (i * 7919) % 251));
  const bytes = gzipSync(await packed([{ path: 'a', content }]), { level: 1 });
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  for (const failing of [1, 2, 5]) {
    let writes = 0;
    let aborted = 0;
    const write = () => {
      if (++writes === failing) throw full;
    };
    const sink = { write, end: () => {}, abort: () => void (aborted += 1) };
    const judge = judgeOf([{ path: 'a', content }]);
    t.is(await t.throwsAsync(readPackage(inChunks(bytes, 1 << 20), judge, () => sink)), full);
    t.is(aborted, 1);
  }
});
