import test from 'ava';
import { dataFiles } from '../../../src/memoria/folder/files.ts';
import { cellOf, csvOf } from '../../../src/memoria/table/csv.ts';
import { HOSTILE, memoria } from '../example.ts';

/** A table is what RFC 4180 says, and no stranger's text in it is a formula. */

/** A reader by the letter of RFC 4180. */
function parsed(csv: string): string[][] {
  t0(csv.startsWith('\ufeff'));
  const rows: string[][] = [];
  let [row, cell, isQuoted]: [string[], string, boolean] = [[], '', false];
  for (let i = 1; i < csv.length; i++) {
    const c = csv[i]!;
    if (isQuoted) {
      if (c !== '"') cell += c;
      else if (csv[i + 1] === '"') cell += csv[i++]!;
      else isQuoted = false;
    } else if (c === '"') isQuoted = true;
    else if (c === ',' || c === '\r') {
      row.push(cell);
      cell = '';
      if (c === '\r') {
        t0(csv[++i] === '\n');
        rows.push(row);
        row = [];
      }
    } else cell += c;
  }
  t0(cell === '' && row.length === 0 && !isQuoted);
  return rows;
}

function t0(isTrue: boolean): void {
  if (!isTrue) throw new Error('not RFC 4180');
}

test('cells are quoted where they must be, and formulas are made harmless in whatever way they begin', (t) => {
  t.is(cellOf(null), '');
  t.is(cellOf(-300), '-300', 'a number of ours may be negative');
  t.is(cellOf(2.5), '2.5');
  t.is(cellOf(1 / 3), '0.333');
  t.is(cellOf(true), 'si');
  t.is(cellOf('a,b'), '"a,b"');
  t.is(cellOf('a "b"'), '"a ""b"""');
  for (const sign of ['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
    for (const before of ['', ' ', '\u00a0', '"', '\t', '\r', '\n']) {
      const [[, cell = '']] = parsed(csvOf({ columns: ['x', 'y'], rows: [['1', `${before}${sign}1+1`]] })).slice(1) as [string[]];
      t.notRegex(cell, /^\s*[=+\-@＝＋－＠]/, JSON.stringify([before, sign]));
    }
  }
  // A spreadsheet that ends cells by semicolons must find no formula either.
  t.notRegex(cellOf('a;=1+1'), /;\s*=/);
  t.is(cellOf('una\r\nlínea\u0007\u202e'), 'una\\u{d}\\u{a}línea\\u{7}\\u{202e}');
});

test('every table of a memoria reads back, with as many cells in a row as columns, and no formula of strangers', (t) => {
  const files = dataFiles(memoria);
  const tables = Object.entries(files).filter(([path]) => path.endsWith('.csv'));
  t.deepEqual(tables.map(([path]) => path.replace(/^datos\/|\.csv$/g, '')).toSorted(), [
    'bitacoras',
    'codigos-de-respuesta',
    'cortes',
    'durante-el-aviso',
    'incidentes',
    'lo-habitual',
    'lo-que-se-vio',
    'marcos',
    'paginas',
    'por-corte',
    'por-dia',
    'por-hora',
    'sitios-de-origen',
    'totales',
    'traslapes',
  ]);
  for (const [path, csv] of tables) {
    const [head = [], ...rows] = parsed(csv);
    t.true(rows.length > 0, path);
    t.true(head.every((name) => /^[a-z0-9_]+$/.test(name)));
    for (const row of rows) {
      t.is(row.length, head.length, path);
      for (const cell of row) t.notRegex(cell, /^\s*[=+@]|^\s*-(?!\d)/, `${path}: ${cell}`);
    }
  }
  t.true(files['datos/sitios-de-origen.csv']!.includes(`"'${HOSTILE.host}"`));
  const hours = parsed(files['datos/por-hora.csv']!);
  t.is(hours.length, 49);
  t.deepEqual(hours[0]?.slice(0, 6), ['desde', 'hasta', 'visitas', 'visitas_exactas', 'visitas_error', 'paginas']);
  t.is(hours[19]?.[0], '2018-07-01T18:00:00-05:00');
});

test('the JSON has every figure, and who reports', (t) => {
  const files = dataFiles(memoria);
  const all = JSON.parse(files['memoria.json']!) as Record<string, unknown>;
  t.like(all, { type: 'cotejo/memoria', format: 1, difusor: 'vanguardia', node: 'web1', phase: 'jornada' });
  t.deepEqual(all['figures'], JSON.parse(JSON.stringify(memoria.figures)));
  const { incidents } = JSON.parse(files['incidentes.json']!) as { incidents: Record<string, unknown>[] };
  t.is(incidents.length, memoria.incidents.length);
  t.like(incidents[1], { kind: 'rechazo', code: 'signature-invalid', count: 3, from: '2018-07-01T19:00:00-05:00' });
  t.deepEqual(dataFiles(memoria), files, 'the same of the same');
});
