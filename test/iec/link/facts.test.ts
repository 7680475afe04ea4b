import test from 'ava';
import { factsOf } from '../../../src/iec/link/facts.ts';

test('what needs no translation is taken out of a detail, and no sentence', (t) => {
  const expected = {
    '192.0.2.7:22: EHOSTUNREACH': ['192.0.2.7:22', 'EHOSTUNREACH'],
    '[2001:db8::7]:22: ETIMEDOUT': ['[2001:db8::7]:22', 'ETIMEDOUT'],
    'jornada-000037 lies in inbox on prep.example and nobody takes it': ['jornada-000037', 'prep.example'],
    'there is no folder /srv/iec/inbox on 192.0.2.1 for iec': ['/srv/iec/inbox', '192.0.2.1'],
    "its clock is 240 s behind the IEC's": ['240 s'],
    'the source changed while it was read: "datos/actas 1.csv"': ['datos/actas 1.csv'],
    'its outbox acknowledges corte 9, the newest is 7': ['corte 9'],
    'its daemon was stopped at 2018-07-01T20:00:00.000Z': [],
    'the link was closed': [],
    [`192.0.2.9 shows SHA256:${'B'.repeat(43)}, SHA256:${'A'.repeat(43)} is pinned`]: [
      '192.0.2.9',
      `SHA256:${'B'.repeat(12)}…`,
      `SHA256:${'A'.repeat(12)}…`,
    ],
    '': [],
  };
  t.deepEqual(Object.fromEntries(Object.keys(expected).map((detail) => [detail, factsOf(detail)])), expected);
});
