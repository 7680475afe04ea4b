import test from 'ava';
import { LOOK_MS, newShowing } from '../../src/iec/showing.ts';

/** When the panel is written, with a clock that the test sets. */

test('the panel is due by its age, and at once where the clock was put back', async (t) => {
  let now = 6 * 3_600_000;
  const showing = newShowing(
    () => Promise.resolve(),
    () => now,
    undefined,
  );
  await showing.show();
  t.false(showing.isDue());
  now += LOOK_MS;
  t.true(showing.isDue());
  t.true(showing.isLate(now));
  await showing.show();
  now -= 5 * 3_600_000;
  t.true(showing.isDue(), 'by the old hour it would not be renewed for five hours');
  t.true(showing.isLate(now));
  await showing.show();
  t.false(showing.isDue());
});
