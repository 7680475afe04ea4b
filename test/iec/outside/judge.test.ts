import test from 'ava';
import type { LiveAudit } from '../../../src/audit/check/live-check.ts';
import { RedirectElsewhere, Transient } from '../../../src/audit/source/http-get.ts';
import { said, ToldError } from '../../../src/format/said.ts';
import { isOwnWayOut } from '../../../src/iec/link/own-way-out.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { failureOf } from '../../../src/iec/outside/failure.ts';
import { type Found, judge, judgeFiles, type Ours } from '../../../src/iec/outside/judge.ts';
import { parsePointer } from '../../../src/iec/outside/pointer.ts';

/** What a look means, by what was found: the rules alone. */

const OURS: Ours = { election: 'e', phase: 'jornada', head: 5, headAge: 60_000, periodMs: 600_000, expected: 'corte' };
const pointer = {
  phase: 'jornada',
  number: 5,
  corte: 'a'.repeat(64),
  taken_at: '2018-07-01T20:00:00-05:00',
  shows: 'corte',
} as const;
const FOUND: Found = { pointer, isOurs: true, isDisowned: false, election: null, receipt: null, foreign: null, sample: null };
const at = (number: number | null, shows: 'corte' | 'aviso' | 'espera' = 'corte') => ({ ...pointer, number, shows });
const stateOf = (found: Partial<Found>, ours: Partial<Ours> = {}) => judge({ ...FOUND, ...found }, { ...OURS, ...ours }).state;

test('a corte is the newest, on its way for a quarter of a period, behind after that, and never excused by a receipt', (t) => {
  t.is(stateOf({}), 'al-dia');
  t.is(stateOf({ pointer: at(4) }, { headAge: 149_999 }), 'en-camino');
  t.is(stateOf({ pointer: at(4) }, { headAge: 150_000 }), 'atrasado');
  t.is(stateOf({ pointer: at(3) }), 'atrasado', 'two behind are on no way');
  t.is(stateOf({ pointer: at(4), receipt: 5 }), 'cache-viejo');
  t.is(stateOf({}, { expected: 'aviso' }), 'sin-aviso');
});

test('the wait and the notice are right or wrong by the hour', (t) => {
  t.is(stateOf({ pointer: at(null, 'espera') }, { head: 0, expected: 'espera' }), 'espera');
  t.is(stateOf({ pointer: at(null, 'espera') }), 'en-espera');
  t.is(stateOf({ pointer: at(5, 'aviso') }), 'aviso');
  t.is(stateOf({ pointer: at(5, 'aviso'), receipt: 4 }), 'aviso', 'it may not have got the newest');
  t.is(stateOf({ pointer: at(5, 'aviso'), receipt: 5 }), 'aviso-firmado');
  t.is(stateOf({ pointer: at(5, 'aviso') }, { expected: 'aviso' }), 'aviso-debido');
});

test('what is not ours comes before what is late', (t) => {
  t.is(stateOf({ pointer: { ...at(4), phase: 'ensayo' }, isOurs: false }), 'otra-fase');
  t.is(stateOf({ pointer: at(6), isOurs: false }), 'corte-futuro');
  t.is(stateOf({ isOurs: false }), 'otro-corte');
  t.is(stateOf({ isOurs: false, election: 'e' }), 'otro-corte');
  t.is(stateOf({ isOurs: false, election: 'durango' }), 'otra-eleccion');
  t.is(stateOf({ pointer: at(null), isOurs: false }), 'bloqueado');
  for (const number of [5, 6]) {
    t.is(stateOf({ pointer: at(number), isOurs: false, isDisowned: true }), 'atrasado', 'a revocation it has not heard of');
    t.is(stateOf({ pointer: at(number, 'aviso'), isOurs: false, isDisowned: true }), 'aviso');
  }
});

const LIVE: LiveAudit = {
  phase: 'jornada',
  number: 5,
  shows: 'corte',
  files: 3,
  same: 3,
  altered: [],
  missing: [],
  stale: [],
  redirected: [],
  blocked: [],
  failed: [],
  unserved: [],
};
const filesState = (changes: Partial<LiveAudit>, whole: number | null = null, receipt: number | null = null) =>
  judgeFiles({ ...LIVE, ...changes }, whole, receipt)?.state ?? null;

test('of the files, bytes of none come first, then those of two cortes; what merely fails is no one’s fault', (t) => {
  t.is(filesState({}), null);
  const stale = [{ path: 'index.html', number: 3 }];
  t.is(filesState({ stale, altered: ['x'] }), 'alterado');
  t.is(filesState({ stale }), 'mezcla');
  t.is(filesState({ stale }, 3), 'cache-viejo');
  t.is(filesState({ shows: 'aviso' }, null, 5), 'aviso-firmado');
  t.is(filesState({ shows: 'nada' }), 'sin-publicacion');
  t.is(filesState({ blocked: [{ path: 'x', why: said('the server answers 403') }] }), 'bloqueado');
  t.is(filesState({ missing: ['x'] }), 'incompleto');
  const failed = [{ path: 'x', why: said('the answer stalls') }];
  t.is(filesState({ failed, same: 2 }), null);
  t.is(filesState({ failed, same: 0 }), 'sin-respuesta');
});

const because = (code: string) => new Transient(said(code), { cause: Object.assign(new Error(code), { code }) });

test('why there is no answer is told by the error’s code, and what this machine lacks is no site’s', (t) => {
  const state = (error: unknown) => failureOf(error, 'prep.example').state;
  for (const code of [
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])
    t.is(state(because(code)), 'certificado', code);
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ERR_SSL_WRONG_VERSION_NUMBER'])
    t.is(state(because(code)), 'sin-conexion', code);
  for (const code of ['EMFILE', 'ENETDOWN', 'EADDRNOTAVAIL', 'EAI_AGAIN']) t.is(state(because(code)), 'falla-del-iec', code);
  t.is(state(because('ENOTFOUND')), 'sin-nombre');
  const named = (code: 'unreachable' | 'iec-failed') => new ToldError(said(''), { cause: new Trouble(code, said('')) });
  t.is(state(named('unreachable')), 'sin-nombre');
  t.is(state(named('iec-failed')), 'falla-del-iec', 'our own resolver');
  t.is(state(new ToldError(said('the answer drips'))), 'sin-respuesta');
  t.is(state(new RedirectElsewhere(new URL('https://prep.example/'), 'https://otro.example/')), 'otro-sitio');
});

test('it is our own way out where at least two and nine in ten can not be seen', (t) => {
  t.false(isOwnWayOut(1, 1));
  t.true(isOwnWayOut(2, 2));
  t.false(isOwnWayOut(2, 3));
  t.false(isOwnWayOut(44, 50));
  t.true(isOwnWayOut(45, 50));
});

test('a pointer is read leniently, and never what is none', (t) => {
  const read = (value: unknown) => parsePointer(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  t.like(read({ ...pointer, base: '/cotejo/c/5/', more: 1 }), { number: 5 });
  for (const bad of [
    '',
    '[]',
    '{',
    'null',
    '\u0000',
    { ...pointer, number: 0 },
    { ...pointer, number: 1.5 },
    { ...pointer, corte: 'x' },
  ])
    t.is(read(bad), null);
  for (const bad of [
    { ...pointer, shows: 'nada' },
    { ...pointer, taken_at: 'ayer' },
    { ...pointer, phase: 'x'.repeat(65) },
  ])
    t.is(read(bad), null);
  t.is(parsePointer(Uint8Array.of(0xff, 0xfe)), null);
});
