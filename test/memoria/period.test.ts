import test from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import { formatTime } from '../../src/format/time.ts';
import { periodOf } from '../../src/memoria/period.ts';
import { phase } from './example.ts';

const LATER = Date.parse('2018-07-07T12:00:30-05:00');
const shown = (from: string | null, to: string | null, now = LATER) => {
  const period = periodOf({ from, to }, phase, now);
  return [formatTime(period.from, -300), formatTime(period.to, -300)];
};

test('the span is the days of the election where nothing is asked, and a day alone is the whole of it', (t) => {
  t.deepEqual(shown(null, null), ['2018-07-01T00:00:00-05:00', '2018-07-03T00:00:00-05:00']);
  t.deepEqual(shown('2018-07-03', '2018-07-05'), ['2018-07-03T00:00:00-05:00', '2018-07-06T00:00:00-05:00']);
  t.deepEqual(shown('2018-07-01T18:00:00-05:00', '2018-07-02T05:00:00+00:00'), [
    '2018-07-01T18:00:00-05:00',
    '2018-07-02T00:00:00-05:00',
  ]);
  // Of what is to come nothing is told: it ends with the present minute.
  t.deepEqual(shown(null, '2018-07-10'), ['2018-07-01T00:00:00-05:00', '2018-07-07T12:00:00-05:00']);
});

test('what is no time, no whole minute, an empty span, a long one or one that is to come is wrong usage', (t) => {
  for (const [from, to] of [
    ['ayer', null],
    ['2018-02-30', null],
    ['2018-07-01T18:00', null],
    ['2018-07-01T18:00:30-05:00', null],
    [null, '2018-07-40'],
    ['2018-07-02', '2018-07-01'],
    ['2018-07-02', '2018-06-30'],
    ['2018-01-01', '2018-07-01'],
    ['2018-07-08', '2018-07-10'],
  ] as const) {
    t.throws(() => shown(from, to), { instanceOf: UsageError }, `${from} ${to}`);
  }
  t.throws(() => shown(null, null, Date.parse('2018-06-30T00:00:00-05:00')), { instanceOf: UsageError });
});
