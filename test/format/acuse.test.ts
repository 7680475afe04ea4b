import test from 'ava';
import { type Acuse, parseAcuse } from '../../src/format/acuse.ts';
import { encode } from '../kit/election.ts';
import { refuses } from '../kit/refuses.ts';

const acuse: Acuse = {
  type: 'cotejo/acuse',
  format: 1,
  election: 'coahuila-ayuntamientos-2018',
  phase: 'jornada',
  number: 37,
  corte: 'a'.repeat(64),
  difusor: 'vanguardia',
  node: 'web1',
  received_at: '2018-07-02T00:10:41-05:00',
  admitted_at: '2018-07-02T00:10:42-05:00',
  published_at: '2018-07-02T00:10:42-05:00',
};

test('an acuse is read as it was written, published or waiting', (t) => {
  t.deepEqual(parseAcuse(encode(acuse)), acuse);
  t.deepEqual(parseAcuse(encode({ ...acuse, published_at: null })), { ...acuse, published_at: null });
});

const MALFORMED: [string, object][] = [
  ['another type', { type: 'cotejo/corte' }],
  ['a later format', { format: 2 }],
  ['number 0', { number: 0 }],
  ['a corte that is no hash', { corte: 'x' }],
  ['a Difusor that is no name', { difusor: 'El Diario' }],
  ['a node that is a path', { node: '../web1' }],
  ['no hour of admission', { admitted_at: null }],
  ['an hour in UTC', { received_at: '2018-07-02T00:10:41Z' }],
  ['a member more', { note: null }],
];

for (const [what, change] of MALFORMED) {
  test(`malformed: ${what}`, (t) => refuses(t, 'statement-malformed', () => parseAcuse(encode({ ...acuse, ...change }))));
}

test('an acuse of over 64 KiB is too large', (t) => {
  refuses(t, 'too-large', () => parseAcuse(Buffer.alloc(65_537, ' ')));
});
