import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import {
  custodianOfFile,
  type DeliveryName,
  deliveryName,
  parseDeliveryName,
  parseSixDigits,
  sixDigits,
  trustSignatureFile,
} from '../../src/format/naming.ts';

test('deliveries are named for the corte or the trust document that they bring', (t) => {
  const names: [string, DeliveryName][] = [
    ['jornada-000001', { kind: 'corte', phase: 'jornada', number: 1 }],
    ['simulacro-1-000037', { kind: 'corte', phase: 'simulacro-1', number: 37 }],
    ['1-2-999999', { kind: 'corte', phase: '1-2', number: 999_999 }],
    ['trust-1', { kind: 'trust', version: 1 }],
    ['trust-256', { kind: 'trust', version: 256 }],
    ['trust-a-000001', { kind: 'corte', phase: 'trust-a', number: 1 }],
    ['a-trust-000001', { kind: 'corte', phase: 'a-trust', number: 1 }],
  ];
  for (const [folder, name] of names) {
    t.deepEqual(parseDeliveryName(folder), name);
    t.is(deliveryName(name), folder);
  }
});

test('a folder of any other name announces nothing', (t) => {
  const folders = ['', '.', '..', '-', 'jornada', '000001', '-000001', 'jornada-', 'jornada-1', 'jornada-00001', 'jornada-0000001'];
  folders.push('jornada-000000', 'jornada_000001', 'Jornada-000001', 'jornada-00000a', 'jornada--000001', '-jornada-000001');
  folders.push('trust', 'trust-', 'trust-0', 'trust-01', 'trust-000001', 'trust-100000', 'trust--1', 'trust-1.json', 'trust-1 ');
  folders.push(
    '.delivery-AbCdEf',
    'jornada-000001.part',
    'jornada-000001~',
    ' jornada-000001',
    'jornada-000001\n',
    'jornada-٠٠٠٠٠١',
  );
  folders.push('../jornada-000001', 'a/jornada-000001', `${'a'.repeat(33)}-000001`, 'jornada-000001\0', 'ñ-000001');
  for (const folder of folders) t.is(parseDeliveryName(folder), null, JSON.stringify(folder));
});

test('a number has six digits', (t) => {
  t.is(sixDigits(1), '000001');
  t.is(sixDigits(999_999), '999999');
  t.is(parseSixDigits('000042'), 42);
  for (const bad of ['000000', '42', '0000042', '-00042', '+00042', '0x0042', '4.0000', '000042\n', ''])
    t.is(parseSixDigits(bad), null);
});

test('the file of a signature names its custodian', (t) => {
  t.is(custodianOfFile(trustSignatureFile(2, 'presidencia'), 2), 'presidencia');
  const other = [
    '2.json',
    '2.json.sig',
    '2.json..sig',
    '2.json.a.sig.sig',
    '2.json.A.sig',
    '2.json.-.sig',
    '12.json.a.sig',
    '2.json.a.sign',
  ];
  other.push(
    '3.json.a.sig',
    '2.json.a/b.sig',
    '2.json.../a.sig',
    '02.json.a.sig',
    '2.json.a.sig\n',
    `2.json.${'a'.repeat(33)}.sig`,
  );
  for (const file of other) t.is(custodianOfFile(file, 2), null, file);
});

const likely = fc.oneof(
  fc.stringMatching(/^[a-z0-9-]{0,8}-\d{1,7}$/),
  fc.stringMatching(/^[a-z0-9]{1,8}-\d{6}$/),
  fc.stringMatching(/^trust-[0-9]{1,4}$/),
);
let read = 0;

testProp.serial('a name that is read is written the same', [likely], (t, folder) => {
  const name = parseDeliveryName(folder);
  if (name) read += 1;
  t.is(name === null ? folder : deliveryName(name), folder);
});

test.serial('many of those names were valid', (t) => {
  t.true(read > 20, `${read} of 100`);
});
