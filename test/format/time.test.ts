import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { formatTime, instantOf, offsetOf, parseTime } from '../../src/format/time.ts';

const REAL: [string, string][] = [
  ['2018-07-01T20:00:00-05:00', '2018-07-02T01:00:00Z'],
  ['2018-07-02T01:00:00+00:00', '2018-07-02T01:00:00Z'],
  ['2020-02-29T00:00:00-06:00', '2020-02-29T06:00:00Z'],
  ['2000-02-29T12:00:00+05:45', '2000-02-29T06:15:00Z'],
  ['2018-12-31T23:59:59-06:00', '2019-01-01T05:59:59Z'],
  ['1969-12-31T23:59:59+00:00', '1969-12-31T23:59:59Z'],
  ['0001-01-01T00:00:00+00:00', '0001-01-01T00:00:00Z'],
  ['9999-12-31T23:59:59+00:00', '9999-12-31T23:59:59Z'],
];

for (const [text, utc] of REAL) {
  test(`${text} is the instant ${utc}`, (t) => {
    t.is(parseTime(text), Date.parse(utc));
    t.is(instantOf(text), Date.parse(utc));
    t.is(formatTime(Date.parse(utc), offsetOf(text)), text);
  });
}

const NOT: [string, string][] = [
  ['31 June', '2018-06-31T12:00:00-05:00'],
  ['29 February of a common year', '2018-02-29T12:00:00-05:00'],
  ['29 February 1900', '1900-02-29T12:00:00-05:00'],
  ['month 0', '2018-00-10T12:00:00-05:00'],
  ['month 13', '2018-13-10T12:00:00-05:00'],
  ['day 0', '2018-07-00T12:00:00-05:00'],
  ['day 32', '2018-07-32T12:00:00-05:00'],
  ['24:00', '2018-07-01T24:00:00-05:00'],
  ['minute 60', '2018-07-01T20:60:00-05:00'],
  ['a leap second', '2016-12-31T23:59:60+00:00'],
  ['Z', '2018-07-02T01:00:00Z'],
  ['an unknown offset', '2018-07-02T01:00:00-00:00'],
  ['no offset', '2018-07-01T20:00:00'],
  ['an offset of 24 hours', '2018-07-01T20:00:00-24:00'],
  ['an offset of 60 minutes', '2018-07-01T20:00:00-05:60'],
  ['an offset without a colon', '2018-07-01T20:00:00-0500'],
  ['an offset with seconds', '2018-07-01T20:00:00-05:00:00'],
  ['a true minus sign', '2018-07-01T20:00:00−05:00'],
  ['no seconds', '2018-07-01T20:00-05:00'],
  ['a fraction', '2018-07-01T20:00:00.000-05:00'],
  ['a space for T', '2018-07-01 20:00:00-05:00'],
  ['a small t', '2018-07-01t20:00:00-05:00'],
  ['one digit', '2018-7-01T20:00:00-05:00'],
  ['a year of five digits', '12018-07-01T20:00:00-05:00'],
  ['a year with a sign', '+002018-07-01T20:00:00-05:00'],
  ['a space before', ' 2018-07-01T20:00:00-05:00'],
  ['an end of line after', '2018-07-01T20:00:00-05:00\n'],
  ['digits of another script', '٢٠١٨-07-01T20:00:00-05:00'],
  ['a date alone', '2018-07-01'],
  ['nothing', ''],
];

for (const [what, text] of NOT) {
  test(`no time: ${what}`, (t) => {
    t.is(parseTime(text), null);
    t.throws(() => instantOf(text), { instanceOf: TypeError });
  });
}

test('times of two offsets are compared as instants', (t) => {
  t.is(parseTime('2018-07-01T20:00:00-05:00'), parseTime('2018-07-01T19:00:00-06:00'));
});

test('what is below a second is dropped in writing', (t) => {
  t.is(formatTime(Date.parse('2018-07-02T01:00:00.999Z'), -300), '2018-07-01T20:00:00-05:00');
  t.is(formatTime(-1, 0), '1969-12-31T23:59:59+00:00');
});

const instants = fc.integer({ min: Date.parse('0001-01-03T00:00:00Z') / 1000, max: Date.parse('9999-12-29T00:00:00Z') / 1000 });

testProp(
  'a time that is written is read as the same instant',
  [instants, fc.integer({ min: -1439, max: 1439 })],
  (t, seconds, offset) => {
    const text = formatTime(seconds * 1000, offset);
    t.is(parseTime(text), seconds * 1000, text);
    t.is(offsetOf(text), offset);
  },
);

/** Whether a time of the form names a moment that exists: the calendar written a second time, without Date. */
function exists(text: string): boolean {
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = (text.match(/\d+/g) ?? []).map(Number) as number[] &
    [number, number, number, number, number, number, number, number];
  const february = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  const days = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  const isDay = day >= 1 && day <= days;
  return isDay && hour < 24 && minute < 60 && second < 60 && offsetHour < 24 && offsetMinute < 60 && !text.endsWith('-00:00');
}

testProp(
  'a time that is read is written the same',
  [fc.stringMatching(/^[0-9]{4}-(0\d|1[0-3])-[0-3]\d[T][0-2]\d:[0-6]\d:[0-6]\d[+-][0-2]\d:[0-6]\d$/)],
  (t, text) => {
    const instant = parseTime(text);
    t.is(instant !== null, exists(text));
    if (instant === null) return;
    t.is(formatTime(instant, offsetOf(text)), text);
    // Date reads every time that the formats allow as the same instant; only what it tolerates beyond them was refused.
    t.is(Date.parse(text), instant);
  },
  { numRuns: 2000 },
);
