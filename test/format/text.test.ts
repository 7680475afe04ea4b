import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import {
  asOneLine,
  compareBytes,
  decodeBase64,
  decodeUtf8,
  encodeBase64,
  encodeUtf8,
  isPrintable,
  utf8Length,
} from '../../src/format/text.ts';

test('bytes that are not the shortest UTF-8 of characters are no text', (t) => {
  const bad = [[0xff], [0xc3], [0xc0, 0xaf], [0xe0, 0x80, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80]];
  for (const bytes of bad) t.is(decodeUtf8(Uint8Array.from(bytes)), null);
});

test('a BOM is a character, not dropped', (t) => {
  t.is(decodeUtf8(Uint8Array.from([0xef, 0xbb, 0xbf, 0x61])), '\ufeffa');
});

test('bytes cut within a character do not affect the next reading', (t) => {
  t.is(decodeUtf8(Uint8Array.from([0xe2, 0x82])), null);
  t.is(decodeUtf8(Uint8Array.from([0xac])), null);
  t.is(decodeUtf8(Uint8Array.from([0x61])), 'a');
});

test('controls and lone surrogates are not printable, everything else is', (t) => {
  for (const bad of ['\0', 'a\n', '\t', '\u001b[0m', '\u007f', '\u0085', '\u009b', '\ud800', '\udc00a']) t.false(isPrintable(bad));
  for (const good of ['', 'a b', 'ñ', '😀', '\u00a0', '\u200b', '\ufeff']) t.true(isPrintable(good));
});

testProp('the length in bytes is that of the bytes', [fc.string({ unit: 'binary' })], (t, text) => {
  t.is(utf8Length(text), encodeUtf8(text).length);
});

test('base64 has one spelling', (t) => {
  t.deepEqual(decodeBase64(''), new Uint8Array());
  t.deepEqual(decodeBase64('/+A='), Uint8Array.from([0xff, 0xe0]));
  const bad = [
    'A',
    'AA',
    'AAA',
    '=',
    '====',
    'A===',
    'AB==',
    'AAB=',
    'AA=A',
    ' AAAA',
    'AAAA\n',
    'AA\nAA',
    'AAA-',
    'AAA_',
    'AAA=AAA=',
    'ñAAA',
  ];
  for (const text of bad) t.is(decodeBase64(text), null, JSON.stringify(text));
});

test('bytes are ordered as the C locale orders them, the shorter first', (t) => {
  const words = ['', 'A', 'B', 'a', 'a-', 'a/', 'a/b', 'aa', 'á', '\uffff', '😀'];
  const sorted = [...words].reverse().sort((a, b) => compareBytes(encodeUtf8(a), encodeUtf8(b)));
  t.deepEqual(sorted, words);
});

test('as one line, what could act on a terminal or hide is shown, and what is long is cut', (t) => {
  t.is(asOneLine('a\n\u001b[31mb\u009b\u202e\u2028\ud800'), 'a\\u{a}\\u{1b}[31mb\\u{9b}\\u{202e}\\u{2028}\\u{d800}');
  t.is(asOneLine('Integrantes de los «Ayuntamientos» 😀'), 'Integrantes de los «Ayuntamientos» 😀');
  t.is(asOneLine('x'.repeat(1000), 3), 'xxx…');
  t.is(asOneLine('ab😀', 3), 'ab\\u{d83d}…');
});

testProp('base64 comes back, and is what everyone writes', [fc.uint8Array()], (t, bytes) => {
  t.is(encodeBase64(bytes), Buffer.from(bytes).toString('base64'));
  t.deepEqual(decodeBase64(encodeBase64(bytes)), bytes);
});

testProp('text that is read from bytes is written to the same bytes', [fc.uint8Array({ maxLength: 6 })], (t, bytes) => {
  const text = decodeUtf8(bytes);
  if (text === null) {
    t.notDeepEqual(new Uint8Array(Buffer.from(Buffer.from(bytes).toString())), bytes);
    return;
  }
  t.deepEqual(encodeUtf8(text), bytes);
});
