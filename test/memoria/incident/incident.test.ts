import test from 'ava';
import type { Event } from '../../../src/difusor/state/events.ts';
import { said } from '../../../src/format/said.ts';
import { isPrintable } from '../../../src/format/text.ts';
import { incidentsOf } from '../../../src/memoria/incident/incidents.ts';
import { MOST_EXAMPLES, MOST_INCIDENTS } from '../../../src/memoria/incident/kinds.ts';
import { paceOf, publishedOf } from '../../../src/memoria/incident/publication.ts';
import { readRecord } from '../../../src/memoria/incident/record.ts';
import { cutTo, shownFor, spansOf } from '../../../src/memoria/incident/shown.ts';
import { ACUSE, cortes, line, ms, phase, published, seen, shown } from './record-stage.ts';

/** What a record becomes: what readers saw and what happened, without a disk. */

test('what readers saw follows the record, and the notice has the number of the corte before it', (t) => {
  const record =
    published('12:00:00', 'espera', null) +
    published('18:00:05', 'corte', 1) +
    published('18:10:05', 'corte', 2) +
    published('18:42:01', 'aviso', null) +
    published('19:30:00', 'corte', 3);
  const spans = spansOf(seen(record, { until: ms('19:40:00') }));
  t.deepEqual(shown(spans), [
    ['12:00:00', '18:00:05', 'espera', null, 'registro'],
    ['18:00:05', '18:10:05', 'corte', 1, 'registro'],
    ['18:10:05', '18:42:01', 'corte', 2, 'registro'],
    ['18:42:01', '19:30:00', 'aviso', 2, 'registro'],
    // Corte 3 is of 18:20, and so was stale when it came: that readers had it is nowhere said.
    ['19:30:00', '19:40:00', 'aviso', 3, 'regla'],
  ]);
  t.is(shownFor(cutTo(spans, ms('18:00:00'), ms('19:30:00')), 'aviso'), (47 * 60 + 59) * 1000);
});

test('where nobody could write it, the rule says when the notice was shown; where the rule is not kept, it says nothing', (t) => {
  const record = published('18:00:05', 'corte', 1);
  t.deepEqual(shown(spansOf(seen(record))), [
    ['18:00:05', '18:32:00', 'corte', 1, 'registro'],
    ['18:32:00', '20:00:00', 'aviso', 1, 'regla'],
  ]);
  t.deepEqual(shown(spansOf(seen(record, { keepsTheRule: false }))), [['18:00:05', '20:00:00', 'corte', 1, 'registro']]);
  const final = new Map([[1, { taken_at: '2018-07-01T18:00:00-05:00', final: true }]]);
  t.is(spansOf(seen(record, { cortes: final })).length, 1, 'a final corte never grows stale');
});

test('a corte that the record lacks is known by its acuse', (t) => {
  const unpublished = { ...ACUSE, number: 1, published_at: null };
  const spans = spansOf(seen(published('18:20:05', 'corte', 3), { acuses: [ACUSE, unpublished], until: ms('18:30:00') }));
  t.deepEqual(shown(spans), [
    ['18:10:04', '18:20:05', 'corte', 2, 'acuse'],
    ['18:20:05', '18:30:00', 'corte', 3, 'registro'],
  ]);
  const taken = [...cortes.values()];
  const told = publishedOf(taken, spans, ms('18:00:00'), { from: ms('00:00:00'), to: ms('18:30:00') });
  t.deepEqual(
    told.map(({ number, delay, shown: had }) => [number, delay, had]),
    [
      [1, null, 0],
      [2, 4000, 601_000],
      [3, 5000, 595_000],
      [4, null, 0],
    ],
  );
  const later = publishedOf(taken, spans, ms('18:00:00'), { from: ms('18:15:00'), to: ms('18:20:00') });
  t.deepEqual(
    later.map(({ from, delay, shown: had }) => [from !== null, delay, had]),
    [
      [false, null, 0],
      // It was shown before the span begins: what it was late by belongs to another report.
      [true, null, 300_000],
      [false, null, 0],
      [false, null, 0],
    ],
  );
  t.deepEqual(paceOf(told), { cortes: 4, published: 2, median: 4500, longest: 5000 });
  t.deepEqual(paceOf([]), { cortes: 0, published: 0, median: null, longest: null });
});

test('half a line, zeros, another kind and what is no JSON are counted and stop nothing', (t) => {
  const text = `${published('18:00:05', 'corte', 1)}{"at":"2018-07-01T2\n\0\0\0\n[]\nnull\n"x"\n{"at":"gestern","event":"stopped"}\n{"at":"+275760-09-13T00:00:00Z","event":"stopped"}\n${line(
    '18:01:00',
    { event: 'of-the-future' },
  )}${line('18:02:00', { event: 'listening', what: 'http', at: '0.0.0.0:8080' })}\n${line('18:03:00', { event: 'stopped' })}`;
  const { entries, unread } = readRecord([text]);
  t.deepEqual(
    entries.map(({ event }) => event),
    ['published', 'stopped'],
  );
  t.is(unread, 8, 'the event with another `at` is one that an older version wrote');
  const long = readRecord([line('18:00:00', { event: 'healed', what: `\u202e${'x'.repeat(5000)}\u0007` })]).entries[0];
  t.is(long?.event, 'healed');
  if (long?.event === 'healed') t.true(long.what.length < 400 && isPrintable(long.what) && !long.what.includes('\u202e'));
});

test('every event that a daemon writes is read or passed over, none is taken for damage', (t) => {
  const samples: { readonly [K in Event['event']]: Extract<Event, { readonly event: K }> } = {
    started: { event: 'started', trust: 1 },
    stopped: { event: 'stopped' },
    admitted: { event: 'admitted', phase: 'jornada', number: 1, corte: 'a'.repeat(64), seconds: 1 },
    trust: { event: 'trust', version: 2 },
    refused: { event: 'refused', delivery: 'x', code: 'signature-invalid', detail: said('x') },
    deferred: { event: 'deferred', delivery: 'x', code: 'gap', detail: said('x') },
    published: { event: 'published', phase: 'jornada', public: 'corte', number: 1 },
    'closed-without-final': { event: 'closed-without-final', phase: 'jornada', number: 1 },
    revoked: { event: 'revoked', phase: 'jornada', from: 1, to: 2 },
    altered: { event: 'altered', phase: 'jornada', number: 1, path: 'index.html', restored: true },
    presentation: { event: 'presentation', phase: 'jornada', number: 1, name: 'mapa', public: true },
    listening: { event: 'listening', what: 'http', address: '0.0.0.0:8080' },
    'port-ended': { event: 'port-ended', what: 'http', status: '1', detail: said('x'), again_in: 1 },
    'login-refused': { event: 'login-refused', attempts: 3 },
    'access-log': { event: 'access-log', recorded: false, detail: said('x') },
    healed: { event: 'healed', what: said('x') },
    error: { event: 'error', what: said('x'), detail: said('x') },
  };
  for (const [kind, event] of Object.entries(samples)) t.is(readRecord([line('18:00:00', event)]).unread, 0, kind);
  t.is(readRecord([line('18:00:00', { event: 'more', of: 'error', count: 7 })]).unread, 0);
  const shown = line('18:00:00', samples.published) + line('18:00:01', samples.presentation);
  const begun = line('00:00:00', samples.started);
  t.deepEqual(
    told(begun + shown).incidents.filter(({ kind }) => kind === 'registro'),
    [],
  );
});

const told = (record: string, others = '', changes: { hours?: readonly number[]; final?: boolean; to?: number } = {}) => {
  const { to = ms('20:00:00'), hours = [], final = true } = changes;
  const spans = spansOf(seen(record, { until: to }));
  const node = { node: 'web1', record: readRecord([record]), others: readRecord([others]) };
  return incidentsOf(node, { phase, spans: cutTo(spans, ms('00:00:00'), to), hours, final, from: ms('00:00:00'), to });
};

test('a night with everything: each kind is told with its hours and its number', (t) => {
  const record =
    line('00:00:00', { event: 'started', trust: 1 }) +
    published('00:00:01', 'espera', null) +
    published('18:05:00', 'corte', 1) +
    line('18:11:00', { event: 'altered', phase: 'jornada', number: 1, path: 'index.html', restored: true }) +
    line('18:11:00', { event: 'altered', phase: 'jornada', number: 1, path: 'a.jpg', restored: false }) +
    line('18:40:00', { event: 'altered', phase: 'jornada', number: 1, path: '.', restored: true }) +
    line('18:40:00', { event: 'altered', phase: 'simulacro-1', number: 9, path: 'x', restored: true }) +
    line('18:41:00', { event: 'stopped' }) +
    line('18:41:30', { event: 'started', trust: 1 }) +
    line('18:42:00', { event: 'refused', delivery: 'jornada-000002', code: 'signature-invalid', detail: 'x' }) +
    line('18:43:00', { event: 'error', what: 'disk', detail: 'EIO' }) +
    line('18:50:00', { event: 'started', trust: 1 }) +
    line('18:45:00', { event: 'revoked', phase: 'jornada', from: 1, to: 2 }) +
    line('18:46:00', { event: 'closed-without-final', phase: 'jornada', number: 1 });
  const others =
    line('18:00:00', { event: 'deferred', delivery: 'jornada-000003', code: 'gap', detail: 'x' }) +
    line('18:00:01', { event: 'login-refused', attempts: 40 }) +
    line('18:00:02', { event: 'login-refused', attempts: 2 });
  const { incidents, untold } = told(record, others);
  t.is(untold, 0);
  const of = (kind: string) => incidents.filter((one) => one.kind === kind);
  t.deepEqual(
    of('alteracion').map(({ count, restored, examples }) => [count, restored, examples]),
    [
      [2, 1, ['index.html', 'a.jpg']],
      [1, 1, ['.']],
    ],
  );
  t.deepEqual(
    of('espera').map(({ from, to }) => [from, to]),
    [[ms('18:00:00'), ms('18:05:00')]],
  );
  t.like(of('aviso')[0], { from: ms('18:32:00'), source: 'regla', number: 1 });
  t.like(of('reinicio')[0], { from: ms('18:41:00'), to: ms('18:41:30') });
  // It failed at 18:43, but who tells of a failure may be the one that starts: at work it was last seen at 18:42.
  // What was written after the start says that it was no later than 18:45.
  t.like(of('caida')[0], { from: ms('18:42:00'), to: ms('18:45:00') });
  t.is(of('caida').length, 1, 'the first start that the record has follows nothing');
  t.like(of('reloj')[0], { count: 300 });
  t.like(of('rechazo')[0], { code: 'signature-invalid', count: 1, examples: ['jornada-000002'] });
  t.like(of('diferido')[0], { code: 'gap', count: 1 });
  t.like(of('acceso')[0], { count: 42 });
  t.like(of('falla')[0], { code: 'disk', examples: ['EIO'] });
  t.like(of('revocacion')[0], { count: 2, examples: ['1–2'] });
  t.like(of('sin-final')[0], { number: 1 });
  t.deepEqual(of('registro'), []);
  t.deepEqual(
    incidents.map(({ from }) => from),
    incidents.map(({ from }) => from).toSorted((a, b) => a - b),
  );
});

test('a start with a clock that is ahead, and its end, make no daemon that was away for hours', (t) => {
  const started = (hour: string) => line(hour, { event: 'started', trust: 1 });
  const stopped = (hour: string) => line(hour, { event: 'stopped' });
  const record = started('12:00:00') + stopped('13:00:00') + started('19:00:02') + stopped('19:03:02') + started('13:03:10');
  const away = told(record).incidents.filter(({ kind }) => kind === 'reinicio' || kind === 'caida');
  t.deepEqual(
    away.map(({ kind, from, to }) => [kind, from, to]),
    [
      ['reinicio', ms('13:00:00'), ms('13:00:10')],
      ['reinicio', ms('13:03:10'), ms('13:03:10')],
    ],
  );
});

test('before the first corte, where no signed hour says which clock was wrong, it is the fewest that are moved', (t) => {
  const started = (hour: string) => line(hour, { event: 'started', trust: 1 });
  const refused = (hour: string) => line(hour, { event: 'refused', delivery: 'x', code: 'gap', detail: 'x' });
  const stopped = line('15:00:30', { event: 'stopped' });
  const afternoon = started('09:00:00') + refused('15:00:00') + stopped + started('09:05:00') + started('15:06:00');
  const { incidents } = told(afternoon + published('18:00:30', 'corte', 1), '', { hours: [ms('18:00:00')] });
  const of = (...kinds: readonly string[]) =>
    incidents.filter(({ kind }) => kinds.includes(kind)).map(({ from, to }) => [from, to]);
  t.deepEqual(of('rechazo'), [[ms('15:00:00'), ms('15:00:00')]], 'it stays in the span of which a report is made');
  t.deepEqual(of('reinicio', 'caida'), [
    [ms('15:00:30'), ms('15:00:30')],
    [ms('15:00:30'), ms('15:06:00')],
  ]);
});

test('while the web server recorded no requests is told, also where the guard began anew or it never went on', (t) => {
  const log = (hour: string, recorded: boolean) => line(hour, { event: 'access-log', recorded, detail: 'x' });
  const record =
    log('18:00:00', true) + log('18:10:00', false) + log('18:20:00', false) + log('18:30:00', true) + log('19:00:00', false);
  const of = (changes = {}) => told(record, '', changes).incidents.filter(({ kind }) => kind === 'bitacora');
  t.deepEqual(
    of().map(({ from, to, code }) => [from, to, code]),
    [
      [ms('18:10:00'), ms('18:30:00'), null],
      [ms('19:00:00'), ms('20:00:00'), 'stopped'],
    ],
  );
  t.is(of({ to: ms('19:00:00') }).length, 1);
});

test('a daemon that stays stopped is told until the end of the span, and what the guard tells is no sign of the daemon', (t) => {
  const started = line('00:00:00', { event: 'started', trust: 1 });
  const stopped = told(started + published('18:00:05', 'corte', 1) + line('18:10:00', { event: 'stopped' })).incidents;
  t.like(
    stopped.find(({ kind }) => kind === 'reinicio'),
    { from: ms('18:10:00'), to: ms('20:00:00'), code: 'stopped' },
  );
  const admitted = line('18:00:04', { event: 'admitted', phase: 'jornada', number: 1, seconds: 1 });
  const dead = started + admitted + published('18:00:05', 'corte', 1) + published('18:32:00', 'aviso', null);
  const fallen = told(dead + line('19:00:00', { event: 'started', trust: 1 })).incidents;
  t.like(
    fallen.find(({ kind }) => kind === 'caida'),
    { from: ms('18:00:04'), to: ms('19:00:00') },
  );
});

test('the pauses of the IEC are told by its own hours, from the opening to the close', (t) => {
  const hours = ['18:07:00', '18:17:00', '18:31:00', '19:01:00'].map(ms);
  const late = (changes: object) =>
    told(published('00:00:00', 'espera', null), '', { hours, ...changes })
      .incidents.filter(({ kind }) => kind === 'corte-tardio')
      .map(({ from, to, number, count }) => [from, to, number, count]);
  t.deepEqual(late({ final: true }), [
    [ms('18:00:00'), ms('18:07:00'), 1, 1],
    [ms('18:31:00'), ms('19:01:00'), 4, 2],
  ]);
  t.deepEqual(late({ final: false }).at(-1), [ms('19:01:00'), ms('20:00:00'), null, 5]);
  t.deepEqual(late({ final: false, hours: [] }), [[ms('18:00:00'), ms('20:00:00'), null, 12]]);
});

test('a record that begins late or has lines that can not be read says so', (t) => {
  const late = told(`${line('18:00:00', { event: 'started', trust: 1 })}{\n`).incidents.filter(({ kind }) => kind === 'registro');
  t.deepEqual(
    late.map(({ from, to, count, code }) => [from, to, count, code]),
    [
      [ms('00:00:00'), ms('18:00:00'), 0, null],
      [ms('00:00:00'), ms('20:00:00'), 1, 'unread'],
    ],
  );
});

test('a flood of others is a bounded number of incidents with a bounded number of examples', (t) => {
  const flood = Array.from({ length: 5000 }, (_, i) =>
    line('18:00:00', { event: 'refused', delivery: `junk-${i}`, code: 'delivery-malformed', detail: 'x' }),
  ).join('');
  const [one] = told(published('00:00:00', 'espera', null), flood).incidents.filter(({ kind }) => kind === 'rechazo');
  t.is(one?.count, 5000);
  t.is(one?.examples.length, MOST_EXAMPLES);
  const kinds = Array.from({ length: MOST_INCIDENTS + 50 }, (_, i) =>
    line('18:00:00', { event: 'error', what: `kind ${i}`, detail: 'x' }),
  ).join('');
  const { incidents, untold } = told(kinds);
  t.is(incidents.length, MOST_INCIDENTS);
  t.true(untold >= 50);
  t.deepEqual(
    told('', '').incidents.map(({ kind }) => kind),
    ['registro'],
  );
});
