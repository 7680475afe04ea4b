import test from 'ava';
import { decide, parsePointer, type Standing } from '../../src/espejo/pointer.ts';
import { type Pointer, pointerOf, pointerText } from '../../src/format/pointer.ts';

/** Which pointer goes before which. */

const hash = (letter: string) => letter.repeat(64);
const of = (number: number, shows: Pointer['shows'] = 'corte', corte = hash('a'), phase = 'jornada') =>
  pointerOf(phase, shows, { number, corte, taken_at: '2018-07-02T00:00:00-05:00' }, '/cotejo/');

test('a pointer goes forward, and never back but from what is not good', (t) => {
  const standings: Standing[] = ['good', 'disowned', 'unproved'];
  for (const standing of standings) {
    t.is(decide(of(3), null, standing), 'write');
    t.is(decide(of(3), of(2), standing), 'write');
    t.is(decide(of(3), of(3), standing), 'same');
    t.is(decide(of(3), of(3, 'aviso'), standing), 'write', 'the same corte, shown again');
    t.is(decide(of(3, 'aviso'), of(3), standing), 'write');
    t.is(decide(of(3), of(3, 'corte', hash('a'), 'simulacro-1'), standing), 'other-phase');
  }
  t.is(decide(of(3), of(4), 'good'), 'behind');
  t.is(decide(of(3), of(4), 'disowned'), 'write');
  t.is(decide(of(3), of(4), 'unproved'), 'write');
  t.is(decide(of(3), of(3, 'corte', hash('b')), 'good'), 'fork');
  t.is(decide(of(3), of(3, 'corte', hash('b')), 'disowned'), 'write');
  t.is(decide(of(1, 'espera'), of(1, 'espera'), 'unproved'), 'same', 'the wait tells of no corte');
});

test('a pointer that may be shown for another time is another one', (t) => {
  const [early, late] = ['2018-07-02T00:32:00-05:00', '2018-07-02T01:02:00-05:00'];
  const until = (hour: string | null) => ({ ...of(3), until: hour });
  t.is(decide(until(early), until(early), 'good'), 'same');
  t.is(decide(until(late), until(early), 'good'), 'write', 'the trust document gives it longer');
  t.is(decide(until(null), until(early), 'good'), 'write', 'a corte that is shown with a warning has no end');
  t.is(decide(until(early), of(3), 'good'), 'write');
  t.is(decide(until(null), of(3), 'good'), 'same');
  t.deepEqual(parsePointer(Buffer.from(JSON.stringify(until(early)))), until(early));
  t.is(parsePointer(Buffer.from(JSON.stringify({ ...of(3), until: 7 }))), null);
});

test('what is no pointer is none', (t) => {
  t.deepEqual(parsePointer(Buffer.from(pointerText(of(3)))), of(3));
  t.truthy(parsePointer(Buffer.from(JSON.stringify({ ...of(3), until: null, more: 1 }))), 'members that are not known are left');
  for (const wrong of [
    '',
    '[]',
    'null',
    '{}',
    JSON.stringify({ ...of(3), number: 0 }),
    JSON.stringify({ ...of(3), corte: 'x' }),
    '\u{fffd}',
  ]) {
    t.is(parsePointer(Buffer.from(wrong)), null, wrong);
  }
});
