import test from 'ava';
import { isWebAddress, type Padron, parsePadron } from '../../src/format/padron.ts';
import { encode } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { refuses } from '../kit/refuses.ts';

const node = (name: string, key = name) => ({ name, acuse_key: makeKey(key).publicKey });
const vanguardia = {
  name: 'vanguardia',
  title: 'Vanguardia',
  url: 'https://prep.example/',
  logo: 'oficial/logos/vanguardia.svg',
  nodes: [node('web1'), node('web2')],
};
const zocalo = { name: 'zocalo', title: 'Zócalo', url: 'https://z.example/prep?de=a', logo: null, nodes: [node('web1', 'z1')] };
const padron: Padron = {
  type: 'cotejo/padron',
  format: 1,
  election: 'coahuila-ayuntamientos-2018',
  institute: 'https://iec.example/',
  difusores: [vanguardia, zocalo],
};

test('a padrón is read as it was written, with an address of the IEC or without one', (t) => {
  t.deepEqual(parsePadron(encode(padron)), padron);
  const none = { ...padron, institute: null, difusores: [] };
  t.deepEqual(parsePadron(encode(none)), none);
});

const with_ = (change: object) => ({ difusores: [{ ...vanguardia, ...change }] });
const MALFORMED: [string, object][] = [
  ['another type', { type: 'cotejo/acuse' }],
  ['a later format', { format: 2 }],
  ['a member more', { contact: 'Ing. Peña' }],
  ['a member more of a Difusor', with_({ contact: 'Ing. Peña' })],
  ['one Difusor twice', { difusores: [zocalo, vanguardia, { ...zocalo, nodes: [node('web9')] }] }],
  ['one node twice', with_({ nodes: [node('web1'), node('web1', 'other')] })],
  ['one key in two Difusores', { difusores: [vanguardia, { ...zocalo, nodes: [node('a', 'web2')] }] }],
  ['one key in one Difusor', with_({ nodes: [node('web1'), node('web2', 'web1')] })],
  ['a weak key', with_({ nodes: [{ name: 'web1', acuse_key: 'ssh-ed25519 AAAA' }] })],
  ['no node', with_({ nodes: [] })],
  ['17 nodes', with_({ nodes: Array.from({ length: 17 }, (_, i) => node(`n${i}`)) })],
  ['an empty title', with_({ title: ' ' })],
  ['a title with a mark of direction', with_({ title: 'Van\u202eguardia' })],
  ['a title of 121 characters', with_({ title: 'á'.repeat(121) })],
  ['an address in the clear', with_({ url: 'http://prep.example/' })],
  ['an address of the IEC in the clear', { institute: 'http://iec.example/' }],
  ['a script for an address', with_({ url: 'javascript:alert(1)' })],
  ['another Difusor’s logo', with_({ logo: 'oficial/logos/zocalo.svg' })],
  ['a logo elsewhere', with_({ logo: 'https://prep.example/vanguardia.svg' })],
  ['a logo that is a script', with_({ logo: 'oficial/logos/vanguardia.js' })],
];

for (const [what, change] of MALFORMED) {
  test(`malformed: ${what}`, (t) => refuses(t, 'statement-malformed', () => parsePadron(encode({ ...padron, ...change }))));
}

test('a padrón of over 64 KiB is too large', (t) => {
  refuses(t, 'too-large', () => parsePadron(Buffer.alloc(65_537, ' ')));
});

test('an address begins with https, names a host and no account, and has nothing that ends an attribute', (t) => {
  for (const good of ['https://a.example', 'https://a.example:8443/x/?y=%20#z', 'https://[2001:db8::1]/'])
    t.true(isWebAddress(good), good);
  const bad = [
    'HTTPS://a.example',
    'https://',
    'https:///x',
    'https://u@a.example/',
    'https://u:p@a.example/',
    'https://a.example/"x',
  ];
  const worse = ['https://a.example/ x', 'https://a.example/<x>', 'https://añil.example/', '//a.example', 'data:text/html,x', ''];
  for (const one of [...bad, ...worse, `https://a.example/${'x'.repeat(500)}`]) t.false(isWebAddress(one), one);
});
