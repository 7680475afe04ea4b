import test from 'ava';
import { newPace, TOTAL } from '../../../src/audit/check/pace.ts';

/** The bounds of an audit's waiting, by a clock that the trial moves. */
function begin() {
  const clock = { ms: 0 };
  return { clock, pace: newPace(TOTAL, () => clock.ms) };
}

test('a manifest of the largest size at 2 KB/s is left after some minutes, and took two hours', (t) => {
  const { clock, pace } = begin();
  pace.answered();
  let bytes = 0;
  for (; bytes < 16 * 1024 * 1024 && pace.exceeded() === null; bytes += 2048) {
    const end = pace.wait();
    clock.ms += 1000;
    t.is(end(), 1000);
    pace.came(2048);
  }
  t.regex(String(pace.exceeded()), /too slow/);
  t.true(clock.ms < 5 * 60_000);
});

test('a whole chain over a slow line is waited for, and so is one that is far away', (t) => {
  const { clock, pace } = begin();
  for (let file = 0; file < 4320; file++) {
    const end = pace.wait();
    clock.ms += 1500; // there and back
    end();
    pace.answered();
    const body = pace.wait();
    clock.ms += 300_000 / 40; // 300 KB at 40 KB/s
    body();
    pace.came(300_000);
    t.is(pace.exceeded(), null);
  }
});

test('what several owe at once counts once, and our own work not at all', (t) => {
  const { clock, pace } = begin();
  const ends = Array.from({ length: 8 }, () => pace.wait());
  clock.ms += TOTAL.visit;
  for (const end of ends) t.is(end(), TOTAL.visit);
  t.is(ends[0]?.(), 0, 'an end is one end');
  clock.ms += 3_600_000;
  t.is(pace.exceeded(), null);
  pace.wait();
  clock.ms += 1;
  t.not(pace.exceeded(), null);
});
