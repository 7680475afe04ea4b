import test from 'ava';
import type { Form } from '../../../src/memoria/figures.ts';
import { newReader, readAddress } from '../../../src/memoria/log/address.ts';
import { epochSeconds, isoClock } from '../../../src/memoria/log/clock.ts';
import { agentText, unescapedBytes } from '../../../src/memoria/log/spelling.ts';

/** Of a line: who asked, its hour, and how its texts are spelled. */

test('who asked is an IPv4 address, or the /64 of IPv6', (t) => {
  const of = (text: string) => {
    const reader = newReader();
    const bytes = Buffer.from(`:${text}:`);
    return readAddress(reader, bytes, 1, bytes.length - 1) ? `${reader.high.toString(16)} ${reader.low.toString(16)}` : null;
  };
  t.is(of('192.0.2.1'), 'ffffffff c0000201');
  t.is(of('255.255.255.255'), 'ffffffff ffffffff');
  t.is(of('::ffff:192.0.2.1'), of('192.0.2.1'));
  t.is(of('::FFFF:c000:201'), of('192.0.2.1'));
  t.is(of('2001:db8:1:2:3:4:5:6'), '20010db8 10002');
  t.is(of('2001:db8:1:2::'), of('2001:db8:1:2:3:4:5:6'));
  t.is(of('2001:DB8:1:2::9'), of('2001:db8:1:2:3:4:5:6'));
  t.is(of('2001:db8::9'), '20010db8 0');
  t.is(of('2001:db8::5:6:7:8'), '20010db8 0');
  t.is(of('2001::3:4:5:6:7:8'), '20010000 30004');
  t.is(of('64:ff9b::192.0.2.1'), '64ff9b 0');
  t.is(of('::'), '0 0');
  for (const none of [
    '',
    ':',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2..3',
    '1.2.3.4 ',
    '1:2:3',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '1:2:3:4:5:6:7:',
    'g::',
    '1:2:3:4:5:6:7:1.2.3.4',
    `${'0'.repeat(50)}::`,
  ]) {
    t.is(of(none), null, none);
  }
});

test('a clock gives for every text what one that remembers nothing gives', (t) => {
  const texts = [
    '2018-07-01T23:00:05Z',
    '2018-07-01T23:00:59Z',
    '2018-07-01T23:01:05Z',
    '2018-07-01T23:00:05.1Z',
    '2018-07-01T23:00:05.12Z',
    '2018-07-01T23:00:05.2Z',
    '2018-07-01T18:00:05-05:00',
    '2018-07-01T18:00:05-06:00',
    '2018-07-01T18:00:05x05:00',
    '2018-07-01T18:00:5.-05:00',
  ];
  const read = (clock: ReturnType<typeof isoClock>, text: string) => clock.read(Buffer.from(text), 0, text.length);
  const remembering = isoClock();
  for (const first of texts) {
    for (const then of texts) {
      read(remembering, first);
      t.is(read(remembering, then), read(isoClock(), then), `${first} ${then}`);
    }
  }
  t.is(epochSeconds(Buffer.from('12a'), 0, 3), -1);
  t.is(epochSeconds(Buffer.from(''), 0, 0), -1);
});

test('escapes are those of the form', (t) => {
  const of = (raw: string, form: Form) => unescapedBytes(Buffer.from(raw), form).toString();
  t.is(of('a\\x22b\\xC3\\xB1', 'combined'), 'a"bñ');
  t.is(of('\\"a\\\\\\t', 'combined'), '"a\\\t');
  t.is(of('ñ\\"a\\u00f1\\ud83d\\ude00\\/', 'json'), 'ñ"añ😀/');
  t.is(of('\\u12', 'json'), '\\u12');
  t.is(of('\\', 'combined'), '\\');
  t.is(agentText(Buffer.from('a%2520b%20c+d'), 'w3c'), 'a b c d');
});
