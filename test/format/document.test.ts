import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import * as v from 'valibot';
import { encodeDocument, hash, isName, key, name, number, parseDocument, positive, text, time } from '../../src/format/document.ts';
import { LIMITS } from '../../src/format/limits.ts';
import { Refusal } from '../../src/format/refusal.ts';
import { makeKey } from '../kit/keys.ts';
import { refuses } from '../kit/refuses.ts';

const schema = v.strictObject({
  type: v.literal('test'),
  name,
  count: number,
  list: v.array(v.strictObject({ a: positive })),
  note: v.nullable(text),
});

const value = { type: 'test', name: 'jornada', count: 12, list: [{ a: 1 }, { a: 2 }], note: 'Integrantes de los «Ayuntamientos»' };
const good = `{
  "type": "test",
  "name": "jornada",
  "count": 12,
  "list": [
    {
      "a": 1
    },
    {
      "a": 2
    }
  ],
  "note": "Integrantes de los «Ayuntamientos»"
}
`;

const parse = (bytes: string | Uint8Array) => parseDocument(Buffer.from(bytes), schema, 'statement-malformed');

test('a document is read from its one spelling, and written in it', (t) => {
  t.deepEqual(parse(good), value as ReturnType<typeof parse>);
  t.is(Buffer.from(encodeDocument(value)).toString(), good);
});

const note = '"Integrantes de los «Ayuntamientos»"';
const SPELLINGS: [string, string | Buffer][] = [
  ['nothing', ''],
  ['an end of line alone', '\n'],
  ['no JSON', 'x'],
  ['null', 'null\n'],
  ['an array', '[]\n'],
  ['a string', '"test"\n'],
  ['a number', '1\n'],
  ['one line', `${JSON.stringify(value)}\n`],
  ['an indent of four', `${JSON.stringify(value, null, 4)}\n`],
  ['tabs', `${JSON.stringify(value, null, '\t')}\n`],
  ['no last end of line', good.trimEnd()],
  ['two last ends of line', `${good}\n`],
  ['a space at the end', `${good} `],
  ['a space at the end of a line', good.replace(',\n', ', \n')],
  ['a space before', ` ${good}`],
  ['CRLF', good.replaceAll('\n', '\r\n')],
  ['a BOM', `\ufeff${good}`],
  ['UTF-16', Buffer.from(good, 'utf16le')],
  ['Latin-1', Buffer.from(good, 'latin1')],
  ['a NUL after it', `${good}\0`],
  ['two documents', good + good],
  ['a comment', good.replace('{\n', '{\n  // x\n')],
  ['a trailing comma', good.replace('»"\n', '»",\n')],
  ['members in another order', good.replace('  "type": "test",\n  "name": "jornada",', '  "name": "jornada",\n  "type": "test",')],
  ['a member twice, alike', good.replace('  "count": 12,', '  "count": 12,\n  "count": 12,')],
  ['a member twice, the last one good', good.replace('  "count": 12,', '  "count": 13,\n  "count": 12,')],
  ['an inner member twice', good.replace('"a": 1', '"a": 9,\n      "a": 1')],
  ['an unknown member', good.replace('  "count": 12,', '  "count": 12,\n  "other": 1,')],
  ['an unknown inner member', good.replace('"a": 1', '"a": 1,\n      "b": 1')],
  ['a member __proto__', good.replace('  "count": 12,', '  "count": 12,\n  "__proto__": null,')],
  ['a member constructor', good.replace('  "count": 12,', '  "count": 12,\n  "constructor": null,')],
  ['__proto__ that brings the missing members', `{\n  "__proto__": ${good.trimEnd()}\n}\n`],
  ['a missing member', good.replace('  "count": 12,\n', '')],
  ['1.0', good.replace('12', '12.0')],
  ['1e1', good.replace('12', '1e1')],
  ['1.2e1', good.replace('12', '1.2e1')],
  ['12E0', good.replace('12', '12E0')],
  ['a fraction', good.replace('12', '12.5')],
  ['-0', good.replace('12', '-0')],
  ['a negative number', good.replace('12', '-1')],
  ['+12', good.replace('12', '+12')],
  ['a leading zero', good.replace('12', '012')],
  ['hexadecimal', good.replace('12', '0x12')],
  ['a number past the safe ones', good.replace('12', '9007199254740992')],
  ['a number that is only rounded to a safe one', good.replace('12', '4503599627370497.5')],
  ['a number as a string', good.replace('12', '"12"')],
  ['true for a number', good.replace('12', 'true')],
  ['null for a number', good.replace('12', 'null')],
  ['an escape of a plain letter', good.replace('"jornada"', '"\\u006aornada"')],
  ['an escape in a member', good.replace('"name"', '"n\\u0061me"')],
  ['an escaped slash', good.replace(note, '"a\\/b"')],
  ['an escaped accent', good.replace(note, '"\\u00ab"')],
  ['an escaped control character', good.replace(note, '"a\\u0007b"')],
  ['a short escape of a control character', good.replace(note, '"a\\nb"')],
  ['a raw control character', good.replace(note, '"a\u0007b"')],
  ['DEL', good.replace(note, '"a\u007fb"')],
  ['a C1 control character', good.replace(note, '"a\u0085b"')],
  ['an escaped lone surrogate', good.replace(note, '"a\\ud800b"')],
  ['an escaped pair', good.replace(note, '"\\ud83d\\ude00"')],
  ['a lone surrogate as CESU', Buffer.from(Buffer.from(good).map((b) => (b === 0xc2 ? 0xed : b)))],
  ['an overlong slash', Buffer.concat([Buffer.from(good.slice(0, -5)), Buffer.from([0xc0, 0xaf]), Buffer.from(good.slice(-5))])],
  ['a cut character', Buffer.from(good).subarray(0, Buffer.from(good).indexOf('«') + 1)],
  ['a nesting as deep as fits', '['.repeat(LIMITS.documentBytes)],
  ['objects as deep as fit', '{"type":'.repeat(8000)],
];

for (const [what, bytes] of SPELLINGS) {
  test(`malformed: ${what}`, (t) => {
    t.not(Buffer.compare(Buffer.from(bytes), Buffer.from(good)), 0, 'the case changes nothing');
    refuses(t, 'statement-malformed', () => parse(bytes));
  });
}

test('what need not be escaped may stand: quotes, backslashes, emoji, line separators, direction marks', (t) => {
  for (const note of ['a "b" \\ c', '😀', 'e\u0301', '\u2028', '\u202e', '']) {
    t.is(parse(encodeDocument({ ...value, note })).note, note);
  }
});

test('a document of 64 KiB is read, one byte more is too large', (t) => {
  const room = LIMITS.documentBytes - encodeDocument({ ...value, note: '' }).length;
  const full = encodeDocument({ ...value, note: 'x'.repeat(room) });
  t.is(full.length, LIMITS.documentBytes);
  t.is(parse(full).note?.length, room);
  refuses(t, 'too-large', () => parse(encodeDocument({ ...value, note: 'x'.repeat(room + 1) })));
  refuses(t, 'too-large', () => parse(Buffer.alloc(LIMITS.documentBytes + 1, ' ')), 'nothing is parsed past the limit');
});

test('bytes that are not UTF-8 do not affect the next reading', (t) => {
  refuses(t, 'statement-malformed', () => parse(Buffer.from([0x7b, 0xe2, 0x82])));
  t.notThrows(() => parse(good));
});

const kinds = { hash, key, name, number, positive, time } as const;
const publicKey = makeKey('document').publicKey;
const MEMBERS: [keyof typeof kinds, unknown[], unknown[]][] = [
  [
    'hash',
    ['0'.repeat(64), 'abcdef0123456789'.repeat(4)],
    ['', '0'.repeat(63), '0'.repeat(65), 'A'.repeat(64), `${'0'.repeat(64)}\n`, 1],
  ],
  ['key', [publicKey], [`${publicKey} comment`, `${publicKey} `, 'ssh-ed25519', '', null]],
  ['number', [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, '1', null, 2 ** 53]],
  ['positive', [1], [0, -1]],
  ['time', ['2018-07-01T20:00:00-05:00'], ['2018-07-01', '2018-07-01T20:00:00Z', 1]],
];

for (const [kind, good, bad] of MEMBERS) {
  test(`a ${kind} is what the format says and nothing else`, (t) => {
    const holder = v.strictObject({ it: kinds[kind] });
    for (const it of good) t.deepEqual(parseDocument(encodeDocument({ it }), holder, 'trust-malformed') as unknown, { it });
    for (const it of bad)
      refuses(t, 'trust-malformed', () => parseDocument(encodeDocument({ it }), holder, 'trust-malformed'), String(it));
  });
}

test('a name is of a to z, digits and inner hyphens, from 1 to 32', (t) => {
  for (const good of ['a', '1', 'a-b', 'a--b', 'simulacro-1', 'a'.repeat(32), `a${'-'.repeat(30)}b`]) t.true(isName(good), good);
  const bad = ['', '-', '-a', 'a-', 'A', 'ñ', 'a_b', 'a.b', 'a b', 'a/b', '..', 'a\n', '\na', 'a'.repeat(33), 'ａ', '١'];
  for (const it of bad) t.false(isName(it), JSON.stringify(it));
});

testProp('a document comes back as it was written', [documents()], (t, document) => {
  t.deepEqual(parse(encodeDocument(document)), document);
});

testProp(
  'bytes with any one byte changed are refused, or say something else in its one spelling',
  [documents(), fc.nat(), fc.integer({ min: 1, max: 255 })],
  (t, document, at, change) => {
    const bytes = Buffer.from(encodeDocument(document));
    bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ change;
    let read: unknown;
    try {
      read = parse(bytes);
    } catch (error) {
      t.is((error as Refusal).code, 'statement-malformed');
      return;
    }
    t.notDeepEqual(read, document);
    t.deepEqual(Buffer.from(encodeDocument(read)), bytes);
  },
  { numRuns: 1000 },
);

testProp('any bytes at all are refused with a Refusal or are the one spelling', [fc.uint8Array({ maxLength: 200 })], (t, bytes) => {
  t.throws(() => parse(bytes), { instanceOf: Refusal });
});

testProp('any JSON at all is refused, or comes back to the byte', [fc.jsonValue()], (t, json) => {
  t.throws(() => parse(encodeDocument(json)), { instanceOf: Refusal });
});

function documents() {
  return fc.record(
    {
      type: fc.constant('test'),
      name: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/),
      count: fc.maxSafeNat(),
      list: fc.array(fc.record({ a: fc.integer({ min: 1 }) }, { noNullPrototype: true })),
      note: fc.option(fc.string({ unit: 'binary' }).filter((s) => !/[\p{Cc}\p{Cs}]/u.test(s))),
    },
    { noNullPrototype: true },
  );
}

test('what is wrong with a member is said in both languages, in valibot’s own words in English', (t) => {
  const schema = v.strictObject({ name, first: positive, kind: v.picklist(['oficial', 'simulacro']) });
  for (const [value, en, es] of [
    [
      { name: 'Á', first: 1, kind: 'oficial' },
      'name: not a name: a-z, 0-9 and inner hyphens, at most 32',
      /^name: no es un nombre: a-z/,
    ],
    [
      { name: 'a', first: '1', kind: 'oficial' },
      'first: Invalid type: Expected number but received "1"',
      /^first: se esperaba un número y hay "1"$/,
    ],
    [{ name: 'a', first: 0, kind: 'oficial' }, 'first: less than 1', /^first: es menor que 1$/],
    [{ name: 'a', kind: 'oficial' }, 'first: Invalid key: Expected "first" but received undefined', /^first: falta$/],
    [{ name: 'a', first: 1, kind: 'oficial', x: 1 }, 'x: Invalid key: Expected never but received "x"', /^x: no va aquí$/],
    [
      { name: 'a', first: 1, kind: 'x' },
      /^kind: Invalid type: Expected \("oficial" \| "simulacro"\)/,
      /^kind: se esperaba \("oficial" o "simulacro"\) y hay "x"$/,
    ],
  ] as const) {
    const refusal = t.throws(() => parseDocument(encodeDocument(value), schema, 'trust-malformed'), { instanceOf: Refusal });
    if (typeof en === 'string') t.is(refusal?.detail, en);
    else t.regex(refusal?.detail ?? '', en);
    t.regex(refusal?.said.es ?? '', es);
  }
});
