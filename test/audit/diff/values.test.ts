import test from 'ava';
import { Unread } from '../../../src/audit/diff/bounds.ts';
import { decoded } from '../../../src/audit/diff/decoded.ts';
import { wholeOf } from '../../../src/audit/diff/figures.ts';
import { diffValues } from '../../../src/audit/diff/values.ts';

const told = (before: unknown, after: unknown) => diffValues(JSON.stringify(before), JSON.stringify(after));

test('values by where they stand; elements that name themselves wherever they stand', (t) => {
  const diff = told(
    {
      actas: 10,
      municipios: [
        { municipio: 'Acuña', votos: { PAN: 5 } },
        { municipio: 'Arteaga', votos: { PAN: 7 } },
      ],
    },
    {
      actas: 12,
      municipios: [
        { municipio: 'Arteaga', votos: { PAN: 7 } },
        { municipio: 'Acuña', votos: { PAN: 4 } },
      ],
    },
  );
  t.deepEqual(diff.values, [
    { name: 'actas', before: '10', after: '12', down: false },
    { name: 'municipios[Acuña].votos.PAN', before: '5', after: '4', down: true },
  ]);
  t.deepEqual([diff.counts, diff.values_down], [{ added: 0, removed: 0, changed: 2 }, 1]);
});

test('an element may be named by several of its members', (t) => {
  const casilla = (seccion: number, name: string, votos: number) => ({ seccion, casilla: name, votos });
  const diff = told([casilla(1, 'B', 9), casilla(2, 'B', 5)], [casilla(1, 'B', 9), casilla(1, 'C', 3), casilla(2, 'B', 5)]);
  t.deepEqual(
    diff.values.map(({ name }) => name),
    ['[1 C]'],
  );
  t.is(diff.values_down, 0);
});

test('what came, what went and what became of another type', (t) => {
  const diff = told({ a: 1, b: [1, 2], c: '1,200' }, { b: [1], c: '1,100', d: { e: null } });
  t.deepEqual(diff.values, [
    { name: 'a', before: '1', after: null, down: false },
    { name: 'b[1]', before: '2', after: null, down: false },
    { name: 'c', before: '1,200', after: '1,100', down: true },
    { name: 'd', before: null, after: '{"e":null}', down: false },
  ]);
  t.deepEqual(told({ a: [] }, { a: {} }).counts, { added: 0, removed: 0, changed: 1 });
});

test('other spaces and another order of members are no other values', (t) => {
  t.deepEqual(diffValues('{"a":1,"b":2}', '{ "b": 2, "a": 1 }').counts, { added: 0, removed: 0, changed: 0 });
});

test('hostile JSON: deep, with __proto__, with members twice, or none at all', (t) => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  t.is(t.throws(() => diffValues(deep, '1'), { instanceOf: Unread })?.why, 'malformed');
  t.is(t.throws(() => diffValues('{', '1'), { instanceOf: Unread })?.why, 'malformed');
  const proto = diffValues('{"__proto__":{"votos":9},"x":"[[[\\"{"}', '{"__proto__":{"votos":8},"x":"[[[\\"{"}');
  t.deepEqual(proto.values, [{ name: '__proto__.votos', before: '9', after: '8', down: true }]);
  t.is(({} as Record<string, unknown>)['votos'], undefined);
  t.deepEqual(diffValues('{"a":9,"a":5}', '{"a":4}').values, [{ name: 'a', before: '5', after: '4', down: true }]);
});

test('whole numbers, and what is none', (t) => {
  t.deepEqual(['0', ' 12 ', '1,234', '12,345,678'].map(wholeOf), [0, 12, 1234, 12_345_678]);
  for (const text of ['', '-1', '1.5', '1e3', '12,34', '1234567890', 'Sin dato', '0x1']) t.is(wholeOf(text), null, text);
});

test('the encodings that publications come in', (t) => {
  t.is(decoded(Buffer.from('\uFEFFAcuña')), 'Acuña');
  t.is(decoded(Buffer.from('Acuña', 'latin1')), 'Acuña');
  t.is(decoded(Buffer.from('\uFEFFAcuña', 'utf16le')), 'Acuña');
});
