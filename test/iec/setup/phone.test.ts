import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { parseIecConfig } from '../../../src/iec/setup/config.ts';
import { dialled, numberIn } from '../../../src/iec/setup/phone.ts';
import { makeKey } from '../../kit/keys.ts';
import { tomlOf } from '../network.ts';

test('a number is dialled without what people put between its digits', (t) => {
  const expected = {
    '+52 844 123 4567': '+528441234567',
    '(844) 123-45-67 ext. 12': '8441234567;ext=12',
    '844.123.45.67, Ext 9': '8441234567;ext=9',
    '415 0000': '4150000',
    '123': null,
    '844 123 4567 y 844 123 4568': null,
    'tel:8441234567': null,
    '+52 844 123 4567 890 123': null,
    '': null,
  };
  t.deepEqual(Object.fromEntries(Object.keys(expected).map((text) => [text, dialled(text)])), expected);
});

test('within a contact it is the number, and not an hour, a date or a longer figure', (t) => {
  const numbers = [
    'Ing. Guadalupe Peña, guardia de redes, 844 123 4567, de 18 a 8 h',
    '(844) 123-45-67 ext. 12, turno 18:00-08:00',
    'de 18:00 a 08:00 h, +52 1 844 123 4567',
    'guardia del 2018-07-01 18:00 al 2018-07-02 08:00',
    'cédula 123456789012',
    '',
  ].map((contact) => numberIn(contact).number);
  t.deepEqual(numbers, ['844 123 4567', '(844) 123-45-67 ext. 12', '+52 1 844 123 4567', '', '', '']);
  t.deepEqual(numberIn('Ana, 844 123 4567, de 18 a 8 h'), { before: 'Ana, ', number: '844 123 4567', after: ', de 18 a 8 h' });
});

test('the configuration takes a number of its own for a Difusor, and nothing else in its place', (t) => {
  const lines = { host: '192.0.2.1', port: 22, user: 'iec', host_key: `SHA256:${'A'.repeat(43)}`, inbox: 'i', outbox: 'o' };
  const toml = tomlOf([{ name: 'vanguardia', lines: { ...lines, acuse_key: makeKey('vanguardia').publicKey } }]);
  const having = (phone: string) => toml.replace('contact =', `phone = ${JSON.stringify(phone)}\ncontact =`);
  t.is(parseIecConfig(having('+52 844 123 4567'), 'IEC.toml').difusor[0]?.phone, '+52 844 123 4567');
  t.is(parseIecConfig(toml, 'IEC.toml').difusor[0]?.phone, undefined);
  t.throws(() => parseIecConfig(having('llame a redes'), 'IEC.toml'), { instanceOf: UsageError, message: /telephone number/ });
});
