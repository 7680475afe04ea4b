import test from 'ava';
import type { Phase } from '../../../src/format/trust.ts';
import { mayReload, nextAsking, nextLoading, SETTLING } from '../../../src/page/marco/pace.ts';
import { at, makeTrust, NOW } from '../../kit/election.ts';

const phase = makeTrust().phases.find(({ kind }) => kind === 'oficial') as Phase;
const asked = { failures: 0, phase, takenAt: at(NOW), now: NOW };

test('the site is asked seldom while nothing is due, and less the more it fails; never by all at once', (t) => {
  t.is(nextAsking(asked, 0.5), 60_000);
  t.is(nextAsking({ ...asked, now: NOW + 600_000 }, 0.5), 30_000, 'the next corte is due');
  t.is(nextAsking({ ...asked, takenAt: null }, 0.5), 30_000, 'a notice');
  t.is(nextAsking({ ...asked, now: NOW + 590_000 }, 0.5), 40_000, 'soon after it is due, and not a whole minute');
  t.deepEqual(
    [1, 2, 3, 4, 9].map((failures) => nextAsking({ ...asked, failures }, 0.5)),
    [15_000, 30_000, 60_000, 120_000, 120_000],
  );
  for (const failures of [0, 1, 5]) {
    const [least, most] = [0, 1].map((random) => nextAsking({ ...asked, failures }, random)) as [number, number];
    t.true(most / least > 1.6, `${least} to ${most}`);
    t.true(least >= 10_000);
  }
});

test('what is in the wrong place is loaded anew, ever more seldom while that is in vain', (t) => {
  t.deepEqual(
    [0, 1, 2, 3, 9].map((vain) => nextLoading(vain, 0.5)),
    [15_000, 30_000, 60_000, 120_000, 120_000],
  );
  t.true(nextLoading(0, 0) >= 10_000);
  t.true(nextLoading(0, 1) / nextLoading(0, 0) > 1.6, 'never by all at once');
});

test('by then no browser has a file of the corte before', (t) => {
  t.true(SETTLING > 15_000);
});

test('the publication is loaded anew only under nobody’s eyes: else it is offered', (t) => {
  const calm = { idle: 60_000, lastInput: null, hasFocus: false, isBusy: false } as const;
  t.true(mayReload(calm));
  t.true(mayReload({ ...calm, idle: Number.POSITIVE_INFINITY }));
  t.false(mayReload({ ...calm, idle: 1000 }), 'he reads');
  t.false(mayReload({ ...calm, isBusy: true }), 'he writes, selects or listens');
  t.false(mayReload({ ...calm, hasFocus: true }), 'a screen reader gives no sign');
  t.false(mayReload({ ...calm, hasFocus: true, lastInput: 'keyboard' }));
  t.true(mayReload({ ...calm, hasFocus: true, lastInput: 'pointer' }));
});
