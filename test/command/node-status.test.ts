import test from 'ava';
import { statusText } from '../../src/command/node-status.ts';
import type { Status } from '../../src/difusor/telling/status.ts';

const PHASE: Status['phases'][number] = {
  phase: 'jornada',
  kind: 'oficial',
  number: 60,
  corte: '0'.repeat(64),
  taken_at: '2018-07-02T20:00:00-05:00',
  age_seconds: 90,
  public: 'corte',
  fresh: true,
  ending: 'running',
};

const STATUS: Status = {
  difusor: 'vanguardia',
  node: 'web1',
  at: '2018-07-03T01:01:30.000Z',
  daemon: { at_work: true, last_sign: '2018-07-03T01:01:30.000Z' },
  trust: { version: 2, expires_at: '2018-12-31T23:59:59-06:00', expired: false },
  phases: [PHASE],
  refused_last_hour: 0,
  last_refused: null,
  waiting: [],
  arriving: [],
  taken: 0,
  free_bytes: 48_211 * 1024 * 1024,
  free_inodes: 3_112_345,
};

const line = (change: Partial<typeof PHASE>) => statusText({ ...STATUS, phases: [{ ...PHASE, ...change }] }).split('\n')[1];

test('a final corte is told as that', (t) => {
  t.is(line({}), '  jornada (oficial): corte 60 of 2018-07-02T20:00:00-05:00, 90 s old; shows corte, fresh');
  t.is(line({ ending: 'final' }), `${line({})}; final: no corte follows it`);
  t.is(
    line({ ending: 'open-ended', fresh: false, public: 'aviso' }),
    `${line({ fresh: false, public: 'aviso' })}; closed without a final corte`,
  );
  t.is(line({ number: null, public: 'espera', fresh: false }), '  jornada (oficial): no corte yet; shows espera');
});

test('what could not be removed from the inbox is told with its number', (t) => {
  t.notRegex(statusText(STATUS), /[.]taken-/);
  t.regex(statusText({ ...STATUS, taken: 12 }), /[.]taken-: 12$/m);
});

test('what is left of the disk is told in space and in files', (t) => {
  t.regex(statusText(STATUS), /^space left: .*48.*, and 3.112.345 files \(inodes\)$/m);
  t.notRegex(statusText({ ...STATUS, free_inodes: null }), /inode/, 'a file system without that bound');
});

test('the same is told in Spanish', (t) => {
  const spanish = (status: Status) => statusText(status, (said) => said.in('es'));
  t.is(
    spanish(STATUS).split('\n')[1],
    '  jornada (oficial): corte 60 de 2018-07-02T20:00:00-05:00, hace 90 s; muestra corte, al día',
  );
  t.regex(
    spanish({ ...STATUS, daemon: { at_work: false, last_sign: null } }),
    /^NADIE ESTÁ TRABAJANDO: el servicio no ha trabajado/m,
  );
});
