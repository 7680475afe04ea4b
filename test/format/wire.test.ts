import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { concat, sameBytes, string, uint32, WireReader } from '../../src/format/wire.ts';

test('a string is its length in four bytes, the highest first, and its bytes', (t) => {
  t.deepEqual(string('añ'), Uint8Array.from([0, 0, 0, 3, 0x61, 0xc3, 0xb1]));
  t.deepEqual(uint32(0xffff_fffe), Uint8Array.from([255, 255, 255, 254]));
});

test('a reader gives null where bytes are missing, and does not advance', (t) => {
  const reader = new WireReader(Uint8Array.from([0, 0, 0, 2, 1]));
  t.is(reader.take(6), null);
  t.is(reader.uint32(), 2);
  t.is(reader.take(2), null);
  t.is(reader.uint32(), null);
  t.deepEqual(reader.take(1), Uint8Array.from([1]));
  t.true(reader.ended);
  t.is(new WireReader(uint32(0xffff_ffff)).string(), null);
});

test('a reader of a part of a buffer reads that part', (t) => {
  const whole = concat([uint32(7), string('abc'), uint32(9)]);
  const reader = new WireReader(whole.subarray(4, 11));
  t.deepEqual(reader.string(), Uint8Array.from([0x61, 0x62, 0x63]));
  t.true(reader.ended);
});

testProp('strings come back as they were framed', [fc.array(fc.uint8Array())], (t, parts) => {
  const reader = new WireReader(concat(parts.map(string)));
  for (const part of parts) t.true(sameBytes(reader.string() ?? uint32(0), part));
  t.true(reader.ended);
});
