import test from 'ava';
import { BOUNDS, newBudget } from '../../../src/iec/link/budget.ts';

/** The bounds of a visit, by a clock that the trial moves. */
function begin() {
  const clock = { ms: 0, received: 0 };
  const received = () => clock.received;
  const budget = newBudget('the node', received, BOUNDS, () => clock.ms);
  return { clock, budget };
}

const MB = 1_000_000;

test('a link of 10 Mbit/s brings the largest cortes of a night, and so does a twentieth of it', (t) => {
  for (const bytes of [56 * MB, 881 * MB]) {
    for (const perSecond of [1.25 * MB, 1.25 * MB * 0.05]) {
      const { clock, budget } = begin();
      for (let sent = 0; sent < bytes; sent += 31 * 1024) {
        clock.ms += (31 * 1024 * 1000) / perSecond;
        budget.took(31 * 1024);
        clock.received += 100;
        t.is(budget.exceeded(), null);
      }
      clock.ms += 60_000; // for its acuse
      t.is(budget.exceeded(), null);
    }
  }
});

test('who takes a byte now and then is left after two minutes', (t) => {
  const { clock, budget } = begin();
  while (budget.exceeded() === null) {
    clock.ms += 8000;
    budget.took(1);
    t.true(clock.ms < 200_000);
  }
  t.is(budget.exceeded()?.code, 'stalled');
  t.true(clock.ms >= BOUNDS.visit);
});

test('who signs for what is brought has time for all of it', (t) => {
  const { clock, budget } = begin();
  for (let corte = 0; corte < 1332; corte++) {
    clock.ms += 10_000;
    t.is(budget.exceeded(), null);
    budget.extend(15_000);
  }
});

test('who sends more than any outbox holds is left', (t) => {
  const { clock, budget } = begin();
  for (let second = 0; second < 60; second++) {
    clock.ms += 1000;
    clock.received += 1.5 * MB; // a listing of 10,000 names every two seconds
    t.is(budget.exceeded(), null);
  }
  clock.received += 100 * MB;
  t.is(budget.exceeded()?.code, 'outbox-too-large');
});
