import { posix } from 'node:path';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { LIMITS } from '../../src/format/limits.ts';
import { checkPath, checkTogether, foldersAbove } from '../../src/format/path.ts';
import { Refusal } from '../../src/format/refusal.ts';
import { FORBIDDEN } from '../kit/paths.ts';
import { refuses } from '../kit/refuses.ts';

const GOOD = [
  'index.html',
  'actas/0001 básica.jpg',
  'a/b/c/d',
  '.htaccess',
  '.well-known/prep.json',
  'a..b',
  '..a',
  '...a',
  'a.b.c',
  'a-',
  'a -b',
  '~',
  '%2e%2e/x',
  '😀',
  'a:b',
  'a"b',
  "a'b",
  'a$(b)`c`',
  'a*?b',
  '\u00a0',
  'con',
];

for (const path of GOOD) test(`allowed: ${JSON.stringify(path)}`, (t) => t.notThrows(() => checkPath(path)));

for (const [what, path] of FORBIDDEN) test(`forbidden: ${what}`, (t) => refuses(t, 'path-forbidden', () => checkPath(path)));

test('a lone surrogate is forbidden, were it to come from elsewhere than bytes', (t) => {
  refuses(t, 'path-forbidden', () => checkPath('a\ud800'));
});

test('a path of 1,024 bytes is allowed, one byte more is too large', (t) => {
  const segment = 'ñ'.repeat(100); // 200 bytes
  const path = `${`${segment}/`.repeat(5)}${'x'.repeat(LIMITS.pathBytes - 5 * 201)}`;
  t.is(Buffer.byteLength(path), LIMITS.pathBytes);
  t.notThrows(() => checkPath(path));
  refuses(t, 'too-large', () => checkPath(`${path}x`));
});

test('32 segments are allowed, 33 are too large', (t) => {
  t.notThrows(() => checkPath(Array(LIMITS.pathSegments).fill('a').join('/')));
  refuses(t, 'too-large', () =>
    checkPath(
      Array(LIMITS.pathSegments + 1)
        .fill('a')
        .join('/'),
    ),
  );
});

test('a segment of 255 bytes is allowed, one of 256 is too large, in bytes and not in characters', (t) => {
  t.notThrows(() => checkPath(`a/${'x'.repeat(LIMITS.segmentBytes)}/b`));
  t.notThrows(() => checkPath(`${'ñ'.repeat(127)}x`));
  refuses(t, 'too-large', () => checkPath('x'.repeat(LIMITS.segmentBytes + 1)));
  refuses(t, 'too-large', () => checkPath('ñ'.repeat(128)));
});

test('the folders above a path are all those that must be made for it', (t) => {
  t.deepEqual(foldersAbove('a/b/c'), ['a', 'a/b']);
  t.deepEqual(foldersAbove('a'), []);
});

test('no path is the folder of another', (t) => {
  t.notThrows(() => checkTogether(['a', 'a-', 'a.b', 'ab/a', 'b/c', 'b/c-d/e']));
  refuses(t, 'path-forbidden', () => checkTogether(['a', 'a/b']));
  refuses(t, 'path-forbidden', () => checkTogether(['a', 'a-b', 'a.b', 'a/b'])); // not next to each other in the order of bytes
  refuses(t, 'path-forbidden', () => checkTogether(['x/y', 'x/y/z/w']));
  refuses(t, 'path-forbidden', () => checkTogether(['a/b', 'a']));
});

test('no two paths are equal but for case, accented letters too', (t) => {
  t.notThrows(() => checkTogether(['Acuña.json', 'acuna.json']));
  refuses(t, 'path-forbidden', () => checkTogether(['A', 'a']));
  refuses(t, 'path-forbidden', () => checkTogether(['ACUÑA.json', 'acuña.json']));
  refuses(t, 'path-forbidden', () => checkTogether(['A/x', 'a/X']));
  refuses(t, 'path-forbidden', () => checkTogether(['a', 'a']));
});

const awkward = fc.array(fc.constantFrom('a', 'B', '.', '..', '/', '//', '-', ' ', '\\', '\n', 'ñ', 'n\u0303', '\u007f', '~'), {
  maxLength: 8,
});

testProp(
  'no path that is accepted is changed by resolving it, or leads out of its folder',
  [
    fc.oneof(
      awkward.map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    ),
  ],
  (t, path) => {
    try {
      checkPath(path);
    } catch (error) {
      t.true(error instanceof Refusal);
      return;
    }
    t.is(posix.normalize(path), path);
    t.is(posix.resolve('/public', path), `/public/${path}`);
    t.is(path.normalize('NFC'), path);
    t.is(Buffer.from(path).toString(), path);
    t.notRegex(path, /[\\\p{Cc}\p{Cs}]|(^|\/)[- ]|[ .](\/|$)/u);
  },
  { numRuns: 5000 },
);
