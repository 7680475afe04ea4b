import test from 'ava';
import { said } from '../../../src/format/said.ts';
import type { SellarEstado } from '../../../src/iec/sellar/estado.ts';
import { standingOf } from '../../../src/iec/sellar/standing.ts';

/** When an authority is told to be silent, and when it is that nobody asks. */

const AT = '2018-07-01T20:30:00-05:00';
const NOW = Date.parse(AT);
const quiet = {
  newest: 3,
  pending: 0,
  pending_other_phases: 0,
  failures: 0,
  silent_since: null,
  trouble: null,
  next_try: null,
  list_next_try: null,
};
const failing = {
  ...quiet,
  newest: 1,
  pending: 2,
  pending_other_phases: 0,
  failures: 2,
  silent_since: '2018-07-01T20:10:00-05:00',
  trouble: { code: 'status' as const, detail: said('503') },
};
const estadoOf = (uno: SellarEstado['autoridades'][number], at = AT): SellarEstado => ({
  phase: 'jornada',
  at,
  head: 3,
  autoridades: [uno, { ...quiet, name: 'dos' }],
});

test('all answer: how far the night is sealed', (t) => {
  t.deepEqual(standingOf(estadoOf({ ...quiet, name: 'uno' }), NOW), {
    authorities: 2,
    sealed: 3,
    silent: [],
    clocks: [],
    idle_since: null,
  });
});

test('one failure may pass by itself; at the second the authority is named, with its reason and since when', (t) => {
  t.deepEqual(standingOf(estadoOf({ ...failing, failures: 1, name: 'uno' }), NOW).silent, []);
  const { silent, sealed } = standingOf(estadoOf({ ...failing, name: 'uno' }), NOW);
  t.deepEqual(silent, [{ name: 'uno', since: '2018-07-01T20:10:00-05:00', why: said('503') }]);
  t.is(sealed, 3);
});

test('clocks that do not agree are told at once, and not as an authority that is silent', (t) => {
  const { silent, clocks } = standingOf(
    estadoOf({ ...failing, failures: 1, trouble: { code: 'clocks', detail: said('20:10') }, name: 'uno' }),
    NOW,
  );
  t.deepEqual(silent, []);
  t.deepEqual(clocks, [{ name: 'uno', since: '2018-07-01T20:10:00-05:00', why: said('20:10') }]);
});

test('a record that nobody has written for ten minutes says that nobody asks', (t) => {
  t.is(standingOf(estadoOf({ ...quiet, name: 'uno' }), NOW + 600_000).idle_since, null);
  t.is(standingOf(estadoOf({ ...quiet, name: 'uno' }), NOW + 601_000).idle_since, AT);
});
