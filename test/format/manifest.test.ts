import { execFileSync } from 'node:child_process';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { hashOf } from '../../src/format/hash.ts';
import { LIMITS } from '../../src/format/limits.ts';
import { contentsOf, encodeManifest, type Manifest, newEntries, parseManifest } from '../../src/format/manifest.ts';
import { Refusal } from '../../src/format/refusal.ts';
import { compareBytes, encodeUtf8 } from '../../src/format/text.ts';
import { publicationOf } from '../kit/cortes.ts';
import { makeFolder, writeFiles } from '../kit/folders.ts';
import { FORBIDDEN } from '../kit/paths.ts';
import { refuses } from '../kit/refuses.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const good = `${A}  a.html\n${B}  b/Acuña 1.json\n${A}  c\n`;
const parse = (text: string | Uint8Array) => parseManifest(Buffer.from(text));

test('a manifest is read from its lines, and written in them', (t) => {
  const manifest = parse(good);
  t.deepEqual(manifest, [
    { path: 'a.html', sha256: A },
    { path: 'b/Acuña 1.json', sha256: B },
    { path: 'c', sha256: A },
  ]);
  t.is(Buffer.from(encodeManifest(manifest)).toString(), good);
});

test('sha256sum -c agrees with what is written', async (t) => {
  const folder = await makeFolder(t);
  const files = Object.entries(publicationOf(2)).sort(([a], [b]) => compareBytes(encodeUtf8(a), encodeUtf8(b)));
  await writeFiles(folder, Object.fromEntries(files));
  const manifest = files.map(([path, content]) => ({ path, sha256: hashOf(encodeUtf8(content)) }));
  const bytes = encodeManifest(manifest);
  t.deepEqual(parseManifest(bytes), manifest);
  t.notThrows(() => execFileSync('sha256sum', ['-c', '--strict', '--quiet', '-'], { cwd: folder, input: bytes }));
});

const MALFORMED: [string, string | Buffer][] = [
  ['nothing', ''],
  ['an empty line', '\n'],
  ['an empty line inside', good.replace('\n', '\n\n')],
  ['an empty line at the end', `${good}\n`],
  ['no last end of line', good.trimEnd()],
  ['one space', `${A} a\n`],
  ['a tab', `${A}\t a\n`],
  ['the mark of binary mode', `${A} *a\n`],
  ['no path', `${A}  \n`],
  ['no path and no spaces', `${A}\n`],
  ['a hash of 63 digits', `${A.slice(1)}  a\n`],
  ['a hash of 65 digits', `${A}a  a\n`],
  ['a hash of capitals', `${A.toUpperCase()}  a\n`],
  ['a hash of other letters', `${'g'.repeat(64)}  a\n`],
  ['an SHA-1', `${A.slice(24)}  a\n`],
  ['the backslash of an escaped name', `\\${A}  a\n`],
  ['the form of BSD', `SHA256 (a) = ${A}\n`],
  ['a comment', `# x\n${good}`],
  ['a BOM', `\ufeff${good}`],
  ['a path twice', `${A}  a\n${A}  a\n`],
  ['a path twice with two hashes', `${A}  a\n${B}  a\n`],
  ['two paths out of order', `${A}  b\n${A}  a\n`],
  ['the order of a dictionary', `${A}  a\n${A}  B\n`],
  ['the order of a locale', `${A}  á\n${A}  z\n`],
  ['the order of UTF-16', `${A}  \u{10000}\n${A}  \uff5e\n`],
  ['the order of segments', `${A}  a/b\n${A}  a.b\n`],
  ['bytes that are not UTF-8', Buffer.concat([Buffer.from(`${A}  a`), Buffer.from([0xff, 0x0a])])],
  ['UTF-16', Buffer.from(good, 'utf16le')],
  ['something after the last line', `${good}x`],
];

for (const [what, text] of MALFORMED) {
  test(`malformed: ${what}`, (t) => refuses(t, 'manifest-malformed', () => parse(text)));
}

test('the end of line of other systems is a control character in the path', (t) => {
  refuses(t, 'path-forbidden', () => parse(good.replaceAll('\n', '\r\n')));
});

for (const [what, path] of FORBIDDEN.filter(([, path]) => path !== '' && !path.includes('\n'))) {
  test(`forbidden: ${what}`, (t) => {
    refuses(t, 'path-forbidden', () => parse(`${A}  ${path}\n`));
    refuses(t, 'path-forbidden', () => parse(`${A}  ${path}\n${A}  \u{10ffff}\n`));
  });
}

test('forbidden: a path that is the folder of another, beside it or far from it', (t) => {
  refuses(t, 'path-forbidden', () => parse(`${A}  a\n${A}  a/b\n`));
  refuses(t, 'path-forbidden', () => parse(`${A}  a\n${A}  a-b\n${A}  a.b\n${A}  a/b\n`));
});

test('forbidden: two paths that differ by case alone', (t) => {
  refuses(t, 'path-forbidden', () => parse(`${A}  Acuña\n${A}  acuña\n`));
});

test('a path past a limit is too large', (t) => {
  refuses(t, 'too-large', () => parse(`${A}  ${'a'.repeat(256)}\n`));
  refuses(t, 'too-large', () => parse(`${A}  ${`${'a'.repeat(250)}/`.repeat(5)}a\n`));
  refuses(t, 'too-large', () => parse(`${A}  ${'a/'.repeat(32)}a\n`));
});

test('100,000 files are read, one more is too large', (t) => {
  const lines = (n: number) => Array.from({ length: n }, (_, i) => `${A}  ${String(i).padStart(6, '0')}\n`).join('');
  t.is(parse(lines(LIMITS.files)).length, LIMITS.files);
  refuses(t, 'too-large', () => parse(lines(LIMITS.files + 1)));
});

test('a manifest of 16 MiB is read, one byte more is too large', (t) => {
  const line = (i: number, length: number) => `${A}  ${String(i).padStart(6, '0')}${'x'.repeat(length - 73)}\n`;
  const n = LIMITS.manifestBytes / 256;
  const full = Array.from({ length: n }, (_, i) => line(i, 256));
  t.is(parse(full.join('')).length, n);
  full[n - 1] = line(n - 1, 257);
  refuses(t, 'too-large', () => parse(full.join('')));
});

test('new are the contents that the corte before does not have, each once, under its first path', (t) => {
  const C = 'c'.repeat(64);
  const before: Manifest = [{ path: 'old', sha256: A }];
  const after: Manifest = [
    { path: 'a', sha256: B },
    { path: 'b', sha256: A },
    { path: 'c', sha256: C },
    { path: 'd', sha256: B },
    { path: 'e', sha256: C },
  ];
  t.deepEqual(newEntries(after, before), [after[0], after[2]] as Manifest);
  t.deepEqual(newEntries(after, []), [after[0], after[1], after[2]] as Manifest);
  t.deepEqual(newEntries(after, after), []);
  t.deepEqual([...contentsOf(after)], [B, A, C]);
});

const hashes = fc.stringMatching(/^[0-9a-f]{64}$/);
const manifests = fc
  .uniqueArray(fc.record({ path: fc.stringMatching(/^[a-cñ]{1,3}$/), sha256: hashes }, { noNullPrototype: true }), {
    selector: ({ path }) => path,
    minLength: 1,
  })
  .map((entries) => entries.sort((a, b) => compareBytes(encodeUtf8(a.path), encodeUtf8(b.path))));

testProp('a manifest comes back as it was written', [manifests], (t, manifest) => {
  t.deepEqual(parseManifest(encodeManifest(manifest)), manifest);
});

testProp(
  'bytes with any one byte changed are refused, or list something else in their one spelling',
  [manifests, fc.nat(), fc.integer({ min: 1, max: 255 })],
  (t, manifest, at, change) => {
    const bytes = Buffer.from(encodeManifest(manifest));
    bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ change;
    let read: Manifest;
    try {
      read = parseManifest(bytes);
    } catch (error) {
      t.true(error instanceof Refusal);
      return;
    }
    t.notDeepEqual(read, manifest);
    t.deepEqual(Buffer.from(encodeManifest(read)), bytes);
  },
  { numRuns: 1000 },
);
