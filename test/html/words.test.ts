import test from 'ava';
import { clockOf, columnHour, hourInEnglish, hourOf, momentInEnglish, momentOf, secondsOf } from '../../src/html/hour.ts';
import { countOf, roomOf, sizeOf, trafficOf } from '../../src/html/size.ts';
import { lagSpan, ruleSpan, spanOf } from '../../src/html/span.ts';

const EVENING = '2018-07-01T20:30:00-05:00';
const LAST = '2018-12-31T23:59:59+14:00';

test('an hour is shown as it was written, at its own offset', (t) => {
  t.deepEqual([hourOf(EVENING), hourOf(LAST)], ['20:30 horas del 1 de julio de 2018', '23:59 horas del 31 de diciembre de 2018']);
  t.deepEqual([hourInEnglish(EVENING), hourInEnglish(LAST)], ['20:30 on 1 July 2018', '23:59 on 31 December 2018']);
  t.deepEqual([clockOf(LAST), secondsOf(LAST), columnHour(LAST)], ['23:59', '23:59:59', '2018-12-31 23:59:59']);
});

test('a moment leaves nothing out; days of the week are those of the written date', (t) => {
  t.is(momentOf(EVENING), 'domingo 1 de julio de 2018, 20:30 h (UTC\u221205:00)');
  t.is(momentOf('2000-02-29T00:00:00-06:00'), 'martes 29 de febrero de 2000, 00:00 h (UTC\u221206:00)');
  t.is(momentInEnglish(LAST), 'Monday 31 December 2018, 23:59:59 (UTC+14:00)');
});

test('a span of time is written exactly, at a glance, or as a rule of a phase', (t) => {
  t.deepEqual([0, 59.6, 3903, -61].map(spanOf), ['0 s', '1 min', '1 h 5 min 3 s', '\u22121 min 1 s']);
  t.deepEqual([0, 75, 119.6, 3599.6, 3903].map(lagSpan), ['0 s', '1 min 15 s', '2 min', '1 h 0 min', '1 h 5 min']);
  t.deepEqual([600, 90].map(ruleSpan), ['10 min', '90 s']);
});

test('a size has the unit of its rounded figure; a count has its digits grouped', (t) => {
  t.deepEqual([999, 1000, 9940, 9960, 301_234, 999_700, 1.5e9, 2e12].map(sizeOf), [
    '999 B',
    '1.0 kB',
    '9.9 kB',
    '10 kB',
    '301 kB',
    '1.0 MB',
    '1.5 GB',
    '2000 GB',
  ]);
  t.deepEqual([999, 1500, 301_234, 999_700, 12_345_678].map(trafficOf), ['999 B', '2 kB', '301 kB', '1.0 MB', '12.3 MB']);
  t.is(roomOf(2 * 1024 ** 2 - 1), '1 MiB');
  t.deepEqual([0, 999, 1000, 1_234_567].map(countOf), ['0', '999', '1,000', '1,234,567']);
});
