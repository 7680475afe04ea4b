import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import {
  endingOf,
  isAllFresh,
  type Newest,
  newDeadlines,
  nextChange,
  type Standing,
  staleAfter,
  whatToShow,
} from '../../src/verdict/publication.ts';
import { at, makeTrust, NOW } from '../kit/election.ts';

const phase = {
  ...makeTrust().phases[1]!,
  opens_at: at(NOW),
  closes_at: at(NOW + 10 * 3_600_000),
  period_seconds: 600,
  missed_limit: 3,
  grace_seconds: 120,
};
const OPENS = NOW;
const CLOSES = NOW + 10 * 3_600_000;
const ALLOWED = (3 * 600 + 120) * 1000;
const corte = (instant: number, final = false): Newest => ({ taken_at: at(instant), final });

test('before the hour nothing is shown, however many cortes there are', (t) => {
  t.is(whatToShow(phase, null, OPENS - 1), 'espera');
  t.is(whatToShow(phase, corte(OPENS - 600_000), OPENS - 1), 'espera');
  t.is(whatToShow(phase, corte(OPENS - 600_000, true), OPENS - 1), 'espera');
});

test('from the very second of the hour the corte that waited is shown', (t) => {
  t.is(whatToShow(phase, corte(OPENS - 600_000), OPENS), 'corte');
});

test('a corte from before the hour is stale only three periods and the grace after the hour', (t) => {
  const early = corte(OPENS - 5 * 3_600_000);
  t.is(whatToShow(phase, early, OPENS + ALLOWED), 'corte');
  t.is(whatToShow(phase, early, OPENS + ALLOWED + 1), 'aviso');
});

test('with no corte at all the notice comes as late as it would after a corte of the hour', (t) => {
  t.is(whatToShow(phase, null, OPENS), 'espera');
  t.is(whatToShow(phase, null, OPENS + ALLOWED), 'espera');
  t.is(whatToShow(phase, null, OPENS + ALLOWED + 1), 'aviso');
});

test('three periods and the grace after the hour of the newest corte, and not before, the notice takes its place', (t) => {
  const taken = OPENS + 3_600_000;
  t.is(whatToShow(phase, corte(taken), taken + ALLOWED), 'corte');
  t.is(whatToShow(phase, corte(taken), taken + ALLOWED + 1), 'aviso');
  t.is(whatToShow(phase, corte(taken + ALLOWED), taken + ALLOWED + 1), 'corte', 'and a new corte brings it back');
});

test('after the final corte nothing is due, so nothing is stale', (t) => {
  t.is(whatToShow(phase, corte(OPENS, true), CLOSES - 1), 'corte');
  t.is(staleAfter(phase, corte(OPENS, true)), null);
});

test('a corte that was stale before the close stays under the notice until a newer one comes', (t) => {
  t.is(whatToShow(phase, corte(OPENS), CLOSES), 'aviso');
  t.is(whatToShow(phase, corte(OPENS), CLOSES + 1), 'aviso');
  t.is(whatToShow(phase, corte(OPENS), CLOSES + 100 * 3_600_000), 'aviso');
  t.is(whatToShow(phase, corte(CLOSES - 60_000), CLOSES + 100 * 3_600_000), 'corte');
});

test('one that was fresh at the close is never stale, for no other was due', (t) => {
  t.is(staleAfter(phase, corte(CLOSES - 60_000)), null);
  t.is(whatToShow(phase, corte(CLOSES - 60_000), CLOSES + ALLOWED + 1), 'corte');
});

test('a phase that closed without any corte does not show the page from before the opening', (t) => {
  const short = { ...phase, closes_at: at(OPENS + ALLOWED / 2) };
  t.is(whatToShow(short, null, OPENS + ALLOWED / 2), 'espera');
  t.is(whatToShow(short, null, OPENS + ALLOWED / 2 + 1), 'aviso');
});

test('a phase ends with its final corte, or is reported as open-ended', (t) => {
  t.is(endingOf(phase, corte(OPENS), CLOSES), 'running');
  t.is(endingOf(phase, corte(OPENS), CLOSES + 1), 'open-ended');
  t.is(endingOf(phase, null, CLOSES + 1), 'open-ended');
  t.is(endingOf(phase, corte(OPENS, true), OPENS), 'final');
  t.is(endingOf(phase, corte(OPENS, true), CLOSES + 1), 'final');
});

test('a corte grows stale even if somebody moves the clock back', (t) => {
  const deadlines = newDeadlines();
  const hour = 3_600_000;
  const limit = OPENS + ALLOWED;
  t.false(deadlines.isOver('a', limit, OPENS, 0));
  t.false(deadlines.isOver('a', limit, OPENS - hour, ALLOWED), 'not before its time');
  t.true(deadlines.isOver('a', limit, OPENS - hour + ALLOWED, ALLOWED + 1));
  t.is(whatToShow(phase, corte(OPENS), OPENS - hour + ALLOWED, true), 'espera', 'before the opening it is the wait all the same');
  t.is(whatToShow(phase, corte(OPENS), OPENS + 1, true), 'aviso');
  t.false(deadlines.isOver('b', limit + 600_000, OPENS, ALLOWED + 1), 'the next corte has its own time');
});

test('a clock that is moved forward and back again has no lasting effect', (t) => {
  const deadlines = newDeadlines();
  const hour = 3_600_000;
  const limit = OPENS + ALLOWED;
  t.false(deadlines.isOver('a', limit, OPENS + hour, 0), 'the hour alone says that it is stale');
  t.false(deadlines.isOver('a', limit, OPENS, 1000));
  t.false(deadlines.isOver('a', limit, OPENS + hour, 2000));
  t.false(deadlines.isOver('a', limit, OPENS + ALLOWED, 1000 + ALLOWED));
  t.true(deadlines.isOver('a', limit, OPENS + ALLOWED, 1001 + ALLOWED));
});

test('a corte that is never stale has no deadline, and old deadlines are forgotten', (t) => {
  const deadlines = newDeadlines();
  t.false(deadlines.isOver('final', null, CLOSES, Number.MAX_SAFE_INTEGER));
  for (let i = 0; i < 1000; i++) deadlines.isOver(`corte ${i}`, OPENS + ALLOWED, OPENS, 0);
  t.false(deadlines.isOver('corte 0', OPENS + ALLOWED, OPENS, ALLOWED + 1), 'it is laid down anew');
  t.true(deadlines.isOver('corte 999', OPENS + ALLOWED, OPENS, ALLOWED + 1));
});

test('an official phase that is open decides alone; then the drills that are open; then what was published officially', (t) => {
  const hour = 3_600_000;
  const drill = { ...phase, kind: 'simulacro' as const };
  const before = { opens_at: at(NOW - 3 * hour), closes_at: at(NOW - 2 * hour) };
  const after = { opens_at: at(NOW + 2 * hour), closes_at: at(NOW + 3 * hour) };
  const fresh = (...states: (readonly [typeof phase | typeof drill, Standing])[]) =>
    isAllFresh(
      states.map(([one, standing]) => ({ phase: one, standing })),
      NOW,
    );
  t.true(fresh([phase, 'fresh'], [drill, 'none']));
  t.false(fresh([phase, 'none'], [drill, 'fresh']));
  t.false(fresh([phase, 'fresh'], [{ ...phase, name: 'other' }, 'stale']));
  t.false(fresh([drill, 'none'], [{ ...phase, ...after }, 'none']));
  t.false(fresh([drill, 'fresh'], [{ ...drill, name: 'other' }, 'stale']));
  for (const standing of ['stale', 'none', 'fresh'] as const) {
    const over = [{ ...drill, ...before }, standing] as const;
    t.true(fresh(over, [{ ...phase, ...after }, 'none']), standing);
    t.true(fresh(over, [{ ...phase, ...before }, 'fresh']), standing);
    t.false(fresh(over, [{ ...phase, ...before }, 'stale']), standing);
    t.false(fresh(over, [{ ...phase, ...before }, 'none']), 'a node that lacks what the others show');
  }
});

testProp(
  'nothing changes by the clock alone before the next change',
  [
    fc.option(fc.record({ hour: fc.integer({ min: -2 * 3600, max: 11 * 3600 }), final: fc.boolean() })),
    fc.integer({ min: -3 * 3_600_000, max: 12 * 3_600_000 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ],
  (t, made, offset, share) => {
    const newest = made && corte(OPENS + made.hour * 1000, made.final);
    const now = OPENS + offset;
    const change = nextChange(phase, newest, now) ?? now + 100 * 3_600_000;
    t.true(change > now);
    // The change itself may be a millisecond before the instant that is given.
    const later = Math.floor(now + share * (change - 2 - now));
    if (later > now) t.is(whatToShow(phase, newest, later), whatToShow(phase, newest, now));
  },
  { numRuns: 2000 },
);
