import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { type Newest, nextChange, staleAfter, whatToShow } from '../../src/verdict/publication.ts';
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

test('after the final corte nothing is awaited', (t) => {
  t.is(whatToShow(phase, corte(OPENS, true), CLOSES - 1), 'corte');
  t.is(staleAfter(phase, corte(OPENS, true)), null);
});

test('once the phase has closed, the last corte stays', (t) => {
  t.is(whatToShow(phase, corte(OPENS), CLOSES), 'aviso');
  t.is(whatToShow(phase, corte(OPENS), CLOSES + 1), 'corte');
  t.is(whatToShow(phase, corte(CLOSES - 60_000), CLOSES + ALLOWED + 1), 'corte');
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
