import test from 'ava';
import { nextCorte } from '../../../src/iec/panel/next-corte.ts';
import type { ChainView } from '../../../src/iec/record/chain-view.ts';
import { startOfPeriod } from '../../../src/iec/record/standing.ts';
import { makeTrust, NOW } from '../../kit/election.ts';

const phase = makeTrust().phases[1]!;
const [opens, closes] = [Date.parse(phase.opens_at), Date.parse(phase.closes_at)];
const PERIOD = 600_000;

const viewAt = (headTakenAt: number | null, changes: Partial<ChainView> = {}): ChainView => ({
  chain: '',
  election: '',
  title: '',
  phase,
  head: headTakenAt === null ? 0 : 1,
  headCorte: headTakenAt === null ? null : 'a'.repeat(64),
  isFinal: false,
  headTakenAt,
  trust: [1],
  ...changes,
});

test('the next corte is due when its period begins, or since then if it was not made', (t) => {
  const start = startOfPeriod(phase, 36);
  t.is(start, NOW);
  const due = (headTakenAt: number | null, now: number) => {
    const next = nextCorte(viewAt(headTakenAt), now);
    return next.kind === 'due' ? next.at : next.why;
  };
  t.is(due(null, opens - 5000), opens, 'before the phase opens');
  t.is(due(null, opens), opens);
  t.is(due(start + 3000, start + 4000), start + PERIOD);
  t.is(due(start - PERIOD, start), start, 'this one is not made yet');
  t.is(due(start - 5 * PERIOD, start + 240_000), start, 'nor four minutes later');
  t.is(due(start + 1000, start - 200_000), start, 'a clock may be a little behind');
  t.is(due(start + PERIOD, start + 100_000), start, 'one whose hour has not come yet is none of this period');
  t.is(due(closes - 1000, closes - 500), closes, 'one at the very close');
  t.is(due(closes, closes), 'closed');
  t.is(due(null, closes + 1), 'closed');
  t.deepEqual(nextCorte(viewAt(start, { isFinal: true }), start), { kind: 'none', why: 'final' });
});

test('it may take a minute to be made, or a fifth of a short period', (t) => {
  const graceOf = (period_seconds: number) => {
    const next = nextCorte(viewAt(null, { phase: { ...phase, period_seconds } }), NOW);
    return next.kind === 'due' ? next.grace : null;
  };
  t.deepEqual([600, 60].map(graceOf), [60_000, 12_000]);
});
