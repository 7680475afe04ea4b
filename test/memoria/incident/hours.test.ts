import test, { type ExecutionContext } from 'ava';
import { spansOf } from '../../../src/memoria/incident/shown.ts';
import { ACUSE, cortes, line, ms, published, seen, shown } from './record-stage.ts';

/** What readers saw, where the node's clock was wrong for a while. */

const inTheRecordsOrder = (t: ExecutionContext, record: string, until: string, expected: readonly (readonly unknown[])[]) =>
  t.deepEqual(shown(spansOf(seen(record, { until: ms(until) }))), expected);

test('a clock that was ahead for one corte accuses nobody: what was written later was not there before', (t) => {
  const [one, two, three] = [
    published('18:00:05', 'corte', 1),
    published('23:10:05', 'corte', 2),
    published('18:20:05', 'corte', 3),
  ];
  inTheRecordsOrder(t, one + two + three, '18:30:00', [
    ['18:00:05', '18:20:05', 'corte', 1, 'registro'],
    ['18:20:05', '18:30:00', 'corte', 3, 'registro'],
  ]);
});

test('a notice that was up by a clock that was ahead is told with its length, before the corte that ended it', (t) => {
  const started = (hour: string) => line(hour, { event: 'started', trust: 1 });
  const notice = published('23:05:00', 'aviso', null) + line('23:08:00', { event: 'stopped' });
  inTheRecordsOrder(
    t,
    published('18:00:05', 'corte', 1) + started('23:04:59') + notice + started('18:08:30') + published('18:10:05', 'corte', 2),
    '18:30:00',
    [
      ['18:00:05', '18:05:30', 'corte', 1, 'registro'],
      ['18:05:30', '18:10:05', 'aviso', 1, 'registro'],
      ['18:10:05', '18:30:00', 'corte', 2, 'registro'],
    ],
  );
});

test('of a clock that jumped twice, nothing moves what contradicts nothing', (t) => {
  const jumps = line('22:55:00', { event: 'started', trust: 1 }) + line('23:58:00', { event: 'stopped' });
  const record = published('18:00:05', 'corte', 1) + published('18:10:05', 'corte', 2) + jumps + published('18:20:05', 'corte', 3);
  inTheRecordsOrder(t, record, '18:30:00', [
    ['18:00:05', '18:10:05', 'corte', 1, 'registro'],
    ['18:10:05', '18:20:05', 'corte', 2, 'registro'],
    ['18:20:05', '18:30:00', 'corte', 3, 'registro'],
  ]);
});

test('a clock that was behind after a start, or ahead and then behind, moves nothing that came before', (t) => {
  const started = (hour: string) => line(hour, { event: 'started', trust: 1 });
  const stopped = (hour: string) => line(hour, { event: 'stopped' });
  const one = [
    ['18:00:05', '18:10:05', 'corte', 1, 'registro'],
    ['18:10:05', '18:20:00', 'corte', 2, 'registro'],
  ];
  for (const start of [started('11:00:00'), started('23:04:00') + started('17:00:00')])
    inTheRecordsOrder(t, published('18:00:05', 'corte', 1) + start + published('18:10:05', 'corte', 2), '18:20:00', one);
  const three = published('18:00:05', 'corte', 1) + published('18:10:05', 'corte', 2) + published('18:20:05', 'corte', 3);
  // An hour, seven minutes: as little as that is before corte 3 was signed, although not by what a corte may be ahead.
  for (const start of [started('17:28:00'), started('18:19:00'), `${started('17:28:00')}${stopped('17:29:00')}`])
    inTheRecordsOrder(t, three + stopped('18:27:00') + start + published('18:30:05', 'corte', 4), '18:40:00', [
      ['18:00:05', '18:10:05', 'corte', 1, 'registro'],
      ['18:10:05', '18:20:05', 'corte', 2, 'registro'],
      ['18:20:05', '18:30:05', 'corte', 3, 'registro'],
      ['18:30:05', '18:40:00', 'corte', 4, 'registro'],
    ]);
});

test('of a clock that was ahead by ever more, no corte is moved to before it was signed', (t) => {
  const [two, three] = [published('20:10:05', 'corte', 2), published('23:20:05', 'corte', 3)];
  const record = published('18:00:05', 'corte', 1) + two + three + published('18:30:05', 'corte', 4);
  inTheRecordsOrder(t, record, '18:40:00', [
    ['18:00:05', '18:10:00', 'corte', 1, 'registro'],
    ['18:10:00', '18:30:05', 'corte', 2, 'registro'],
    ['18:30:05', '18:40:00', 'corte', 4, 'registro'],
  ]);
});

test('a node that has a clock a little behind the signed hours keeps its own', (t) => {
  const admitted = line('18:08:02', { event: 'admitted', phase: 'jornada', number: 2, seconds: 1 });
  const record = published('17:58:05', 'corte', 1) + admitted + published('18:08:05', 'corte', 2);
  inTheRecordsOrder(t, record, '18:18:00', [
    ['17:58:05', '18:08:05', 'corte', 1, 'registro'],
    ['18:08:05', '18:18:00', 'corte', 2, 'registro'],
  ]);
});

test('what readers had of a disowned corte keeps its hours, although another has its number since', (t) => {
  const stolen = published('18:10:05', 'corte', 2) + line('18:15:00', { event: 'revoked', phase: 'jornada', from: 2, to: 2 });
  const record = published('18:00:05', 'corte', 1) + stolen + published('18:15:01', 'corte', 1) + published('18:30:05', 'corte', 2);
  const later = new Map([...cortes, [2, { taken_at: '2018-07-01T18:30:00-05:00', final: false }]]);
  t.deepEqual(shown(spansOf(seen(record, { cortes: later, until: ms('18:40:00') }))), [
    ['18:00:05', '18:10:05', 'corte', 1, 'registro'],
    ['18:10:05', '18:15:01', 'corte', 2, 'registro'],
    ['18:15:01', '18:30:05', 'corte', 1, 'registro'],
    ['18:30:05', '18:40:00', 'corte', 2, 'registro'],
  ]);
});

test('an acuse that was signed by a clock that was ahead stands before the corte after it', (t) => {
  const record = published('18:00:05', 'corte', 1) + published('18:20:05', 'corte', 3);
  const spans = spansOf(seen(record, { acuses: [{ ...ACUSE, published_at: '2018-07-01T23:10:04-05:00' }], until: ms('18:30:00') }));
  t.deepEqual(shown(spans), [
    ['18:00:05', '18:20:05', 'corte', 1, 'registro'],
    ['18:20:05', '18:30:00', 'corte', 3, 'registro'],
  ]);
});
