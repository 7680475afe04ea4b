import test from 'ava';
import { LIMITS } from '../../src/format/limits.ts';
import { CORTES_OF_TILE, parseTile, TILE_BYTES, tileOf, tileText } from '../../src/format/tile.ts';

test('a corte is in one tile, and has one place there', (t) => {
  t.deepEqual(tileOf(1), { index: 0, at: 0 });
  t.deepEqual(tileOf(128), { index: 0, at: 127 });
  t.deepEqual(tileOf(129), { index: 1, at: 0 });
});

test('a tile is read as it was written', (t) => {
  const entries = [['{"a":"ñ\\u0001"}\n', '-----BEGIN SSH SIGNATURE-----\n']] as const;
  t.deepEqual(parseTile(tileText(entries)), [[...entries[0]]]);
  t.deepEqual(parseTile('[]'), []);
});

const pair = ['c', 's'];
for (const [what, text] of [
  ['no JSON', '[["c","s"]'],
  ['no list', '{"0":["c","s"]}'],
  ['one too many', JSON.stringify(Array.from({ length: CORTES_OF_TILE + 1 }, () => pair))],
  ['three texts', '[["c","s","x"]]'],
  ['one text', '[["c"]]'],
  ['no text', '[["c",1]]'],
  ['a statement that is too large', JSON.stringify([['x'.repeat(LIMITS.documentBytes + 1), 's']])],
  ['a signature that is too large', JSON.stringify([['c', 'x'.repeat(LIMITS.signatureBytes + 1)]])],
] as const) {
  test(`no tile: ${what}`, (t) => t.is(parseTile(text), null));
}

test('the largest tile is within its bound', (t) => {
  const worst = [`"${'\\'.repeat(LIMITS.documentBytes - 1)}`, `"${'\\'.repeat(LIMITS.signatureBytes - 1)}`] as const;
  t.true(tileText(Array.from({ length: CORTES_OF_TILE }, () => worst)).length <= TILE_BYTES);
});
