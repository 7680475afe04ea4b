import test from 'ava';
import type { Figures, FileFigures } from '../../src/memoria/figures.ts';
import { weeksBefore, withWholeDays } from '../../src/memoria/usual.ts';
import { memoria, phase } from './example.ts';

const ms = (time: string) => Date.parse(`${time}-05:00`);
const DAY = 86_400_000;

test('what is usual ends before the phase opens, also in a supplement', (t) => {
  const of = (from: string) => weeksBefore(phase, { from: ms(from), to: ms('2018-07-06T00:00:00') });
  t.is(of('2018-07-01T00:00:00').to, ms('2018-07-01T00:00:00'));
  t.is(of('2018-07-03T00:00:00').to, ms('2018-07-01T00:00:00'));
  t.is(of('2018-06-20T18:30:00').to, ms('2018-06-20T00:00:00'));
  const { from, to } = of('2018-07-01T00:00:00');
  t.is(to - from, 92 * DAY);
});

test('days of which the logs lack a part, or all, are no usual ones', (t) => {
  const { figures } = memoria;
  const [file] = figures.files;
  const [row] = figures.days;
  const none = { requests: 0, pages: 0, bytes: 0 };
  const days = Array.from({ length: 6 }, (_, i) => {
    const [from, to] = [`2018-06-1${i}T00:00:00-05:00`, `2018-06-1${i + 1}T00:00:00-05:00`];
    return i === 3 ? { ...row!, from, to, hits: 0, robots: none, unseen: none } : { ...row!, from, to };
  });
  const whole = (first: string, last: string) => {
    const files: FileFigures[] = [
      { ...file!, first: `${first}-05:00`, last: '2018-06-12T09:00:00-05:00' },
      { ...file!, first: '2018-06-12T09:00:00-05:00', last: `${last}-05:00` },
      { ...file!, first: null, last: null },
    ];
    const of: Figures = { ...figures, days, files };
    return withWholeDays(of).days.map(({ from }) => Number(from.slice(8, 10)));
  };
  t.deepEqual(whole('2018-06-10T00:40:00', '2018-06-15T23:10:00'), [10, 11, 12, 14, 15]);
  t.deepEqual(whole('2018-06-10T01:40:00', '2018-06-15T22:10:00'), [11, 12, 14]);
});
