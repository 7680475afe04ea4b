import test from 'ava';
import { Room, Unread } from '../../../src/audit/diff/bounds.ts';
import { diffTables } from '../../../src/audit/diff/rows.ts';

/** Of the shape that the IEC published in 2017: a title, an hour, counts, an empty line, the header, short rows. */
function prep(hour: string, counted: number, rows: readonly string[]): string {
  return [
    'Ayuntamientos',
    hour,
    'ACTAS_ESPERADAS,ACTAS_CAPTURADAS,PORCENTAJE',
    `4,${counted},${counted * 25}.0`,
    '',
    'ID_ESTADO,ID_MUNICIPIO_LOCAL,MUNICIPIO_LOCAL,SECCION,ID_CASILLA,TIPO_CASILLA,TIPO_ACTA,PAN,PRI,NULOS,LISTA_NOMINAL,SHA',
    ...rows,
  ].join('\r\n');
}

const BEFORE = prep('05/06/2017 13:00', 3, [
  '5,1,Abasolo,1,,B,4,179,321,7,710,11b0',
  '5,1,Abasolo,2,,B,4,Sin dato',
  '5,2,Acuña,3,,B,4,37,100,11,597,2c94',
  '5,2,Acuña,3,1,C,4,20,30,2,500,9f00',
]);

test('an acta that was captured, one that was corrected, and the totals that follow', (t) => {
  const after = prep('05/06/2017 13:10', 4, [
    '5,1,Abasolo,1,,B,4,179,312,7,710,11b0',
    '5,1,Abasolo,2,,B,4,5,6,0,600,aaaa',
    '5,2,Acuña,3,,B,4,37,100,11,597,2c94',
    '5,2,Acuña,3,1,C,4,20,30,2,500,9f00',
  ]);
  const diff = diffTables(BEFORE, after);
  t.deepEqual(diff.key, ['SECCION', 'TIPO_CASILLA']);
  t.deepEqual(diff.rows, { before: 4, after: 4, same: 2, added: 0, removed: 0, filled: 1, changed: 1 });
  t.deepEqual(diff.filled, ['1 Abasolo 2 B']);
  t.deepEqual(diff.changed, [{ row: '1 Abasolo 1 B', cells: [{ name: 'PRI', before: '321', after: '312', down: true }] }]);
  t.is(diff.rows_down, 1);
  t.deepEqual(
    diff.totals.map(({ of, name, before, after: now, down }) => [of, name, before, now, down]),
    [
      ['above', 'ACTAS_CAPTURADAS', 3, 4, false],
      ['column', 'PAN', 236, 241, false],
      ['column', 'PRI', 451, 448, true],
      ['column', 'LISTA_NOMINAL', 1807, 2407, false],
    ],
  );
  t.deepEqual(
    diff.above.map(({ name }) => name),
    ['line 2', 'PORCENTAJE'],
  );
});

test('an acta that went, and fewer that were counted', (t) => {
  const diff = diffTables(BEFORE, prep('05/06/2017 13:10', 2, BEFORE.split('\r\n').slice(6, 9)));
  t.deepEqual(diff.removed, ['2 Acuña 3 1 C']);
  t.deepEqual(
    diff.totals.filter(({ down }) => down).map(({ of, name }) => [of, name]),
    [
      ['above', 'ACTAS_CAPTURADAS'],
      ['rows', 'rows'],
      ['column', 'PAN'],
      ['column', 'PRI'],
      ['column', 'NULOS'],
      ['column', 'LISTA_NOMINAL'],
    ],
  );
});

test('rows in another order, and columns that came and went, change only what they change', (t) => {
  const diff = diffTables('id;votos;x\n1;5;a\n2;6;b\n', 'x;id;actas\nb;2;1\na;1;1\n');
  t.deepEqual(diff.key, ['id']);
  t.deepEqual(diff.columns, { added: ['actas'], removed: ['votos'] });
  t.is(diff.rows.changed, 2);
  t.deepEqual(diff.changed[0]?.cells, [
    { name: 'votos', before: '6', after: null, down: false },
    { name: 'actas', before: null, after: '1', down: false },
  ]);
  const moved = diffTables('id;votos\n1;5\n2;6\n', 'id;votos\n2;6\n1;5\n');
  t.deepEqual([moved.rows.same, moved.rows.changed, moved.totals], [2, 0, []]);
});

test('quotes, line ends within them, and quotes that never close', (t) => {
  const diff = diffTables('id,nota,votos\n1,"a, ""b""\nc",3\n2,x,4\n', 'id,nota,votos\n1,"a, ""b""\nc",2\n2,"x",4\n');
  t.deepEqual(diff.changed, [{ row: '1', cells: [{ name: 'votos', before: '3', after: '2', down: true }] }]);
  t.is(diff.rows.same, 1, 'the same value with quotes is the same value');
  const open = diffTables('id,nota\n1,"x\n2,y\n', 'id,nota\n1,"x\n2,z\n');
  t.deepEqual([open.rows.before, open.rows.changed], [2, 1]);
});

test('where nothing tells the rows apart, lines are compared; two rows of one key keep their order', (t) => {
  const lines = diffTables('a1,1\na2,2\na2,2\n', 'a2,2\na3,3\na2,2\n');
  t.is(lines.key, null);
  t.deepEqual([lines.rows.same, lines.added, lines.removed], [2, ['a3,3'], ['a1,1']]);
  const many = Array.from({ length: 200 }, (_, i) => `${i},B,${i}`);
  const twice = (last: number) => ['SECCION,TIPO_CASILLA,VOTOS', ...many, `7,B,${last}`].join('\n');
  const diff = diffTables(twice(3), twice(2));
  t.deepEqual(diff.changed, [{ row: '7', cells: [{ name: 'VOTOS', before: '3', after: '2', down: true }] }]);
});

test('names that are members of every object are names like others', (t) => {
  const diff = diffTables('id,__proto__,constructor\n1,2,3\n', 'id,__proto__,constructor\n1,1,3\n');
  t.deepEqual(diff.changed, [{ row: '1', cells: [{ name: '__proto__', before: '2', after: '1', down: true }] }]);
});

test('what is told one by one is bounded, the counts are whole', (t) => {
  const table = (votes: number) => ['id,votos', ...Array.from({ length: 50 }, (_, i) => `${i},${votes}`)].join('\n');
  const diff = diffTables(table(2), table(1), new Room(10));
  t.deepEqual([diff.rows.changed, diff.changed.length, diff.rows_down], [50, 10, 50]);
});

test('a record or a number of records over the bound is no table', (t) => {
  const long = `id,x\n1,${'y'.repeat(2 ** 20)}\n`;
  t.is(t.throws(() => diffTables(long, long), { instanceOf: Unread })?.why, 'malformed');
  const many = 'a\n'.repeat(300_001);
  t.is(t.throws(() => diffTables(many, many), { instanceOf: Unread })?.why, 'too-large');
});

test('quotes on every line that close nowhere cost no second look at the rest', (t) => {
  const hostile = 'a,b\n' + 'x,"y\n'.repeat(200_000);
  const start = process.cpuUsage().user;
  t.is(diffTables(hostile, `${hostile}z,"\n`).rows.added, 1);
  t.true(process.cpuUsage().user - start < 20e6);
});
