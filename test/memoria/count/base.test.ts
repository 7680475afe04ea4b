import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { baseByHand, baseOfLogs } from '../../../src/memoria/count/base.ts';
import { makeFolder } from '../../kit/folders.ts';
import { combinedLine, text } from '../lines.ts';
import { counted, MINUTE } from './counted.ts';

test('figures by hand: mean and median, the days in order', (t) => {
  const text = '2018-06-24,10,20,30,400\n2018-06-10,1,2,3,4\n# a remark\n\n2018-06-17,2,4,7,10\n2018-06-03,3,6,0,0\n';
  const base = baseByHand(text, 'base.csv');
  t.deepEqual(
    base.days.map(({ day }) => day),
    ['2018-06-03', '2018-06-10', '2018-06-17', '2018-06-24'],
  );
  t.deepEqual(base.mean, { visits: 4, pages: 8, hits: 10, bytes: 103.5 });
  t.deepEqual(base.median, { visits: 2.5, pages: 5, hits: 5, bytes: 7 });
  t.is(base.by, 'hand');
});

test('columns may be named, by who writes from a spreadsheet', (t) => {
  const base = baseByHand('\uFEFFHits;Páginas;Fecha;"Visitas"\r\n30;20;2018-06-17;10\r\n', 'base.csv');
  t.deepEqual(base.days, [{ day: '2018-06-17', visits: 10, pages: 20, hits: 30, bytes: null }]);
  t.is(base.mean.bytes, null);
});

test('what is wrong is told with its line', (t) => {
  for (const [text, where] of [
    ['', 'no whole day'],
    ['dia,visitas,paginas\n', 'base.csv:1'],
    ['dia,visitas,visitas,hits,paginas\n', 'base.csv:1'],
    ['dia,visitantes,paginas,hits\n', 'base.csv:1'],
    ['2018-06-17,1,2,3\n2018-06-31,1,2,3\n', 'base.csv:2'],
    ['2018-06-17,1,2\n', 'base.csv:1'],
    ['2018-06-17,1,2,3,4,5\n', 'base.csv:1'],
    ['2018-06-17,1.200,2,3\n', 'base.csv:1'],
    ['2018-06-17,-1,2,3\n', 'base.csv:1'],
    ['2018-06-17,1,2,3\n2018-06-17,1,2,3\n', '2018-06-17'],
    ['2018-06-17,1,2,1e9\n', 'base.csv:1'],
    [Array.from({ length: 500 }, (_, i) => `${2018 + Math.trunc(i / 365)}-01-${(i % 28) + 1},1,2,3\n`).join(''), 'base.csv:'],
  ] as const) {
    const error = t.throws(() => baseByHand(text, 'base.csv'), { instanceOf: UsageError }, text.slice(0, 40));
    t.true(error?.message.includes(where), error?.message);
    t.not(error?.said.es, error?.said.en, 'in Spanish it is told in Spanish');
  }
});

test('the base is of whole days', async (t) => {
  const folder = await makeFolder(t);
  const day = (n: number) => Date.parse(`2018-06-${n}T00:00:00-05:00`);
  const log = text(
    [10, 11, 11, 12, 12, 12, 13].map((n, i) => combinedLine({ at: day(n) + i * 1000, address: `192.0.2.${i}`, size: 5 })),
  );
  const base = baseOfLogs(await counted(folder, { web1: log }, { from: day(10) + 60 * MINUTE, to: day(13) + 60 * MINUTE }));
  t.deepEqual(base, {
    days: [
      { day: '2018-06-11', visits: 2, pages: 2, hits: 2, bytes: 10 },
      { day: '2018-06-12', visits: 3, pages: 3, hits: 3, bytes: 15 },
    ],
    mean: { visits: 2.5, pages: 2.5, hits: 2.5, bytes: 12.5 },
    median: { visits: 2.5, pages: 2.5, hits: 2.5, bytes: 12.5 },
    by: 'logs',
    isExact: true,
  });
});
