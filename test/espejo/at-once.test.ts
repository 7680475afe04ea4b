import test from 'ava';
import { eachOf } from '../../src/espejo/at-once.ts';

/** Many requests, some at once. */

const ALL = Array.from({ length: 20 }, (_, i) => i);

test('so many at once, and all of them', async (t) => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await eachOf(4, ALL, async (one) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running -= 1;
    done.push(one);
  });
  t.is(most, 4);
  t.deepEqual(
    done.toSorted((a, b) => a - b),
    ALL,
  );
});

test('after the first failure no other is begun', async (t) => {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = eachOf(4, ALL, async (one) => {
    begun.push(one);
    if (one === 2) throw new Error('no');
    await new Promise<void>((resolve) => void ends.push(resolve));
  });
  await t.throwsAsync(all, { message: 'no' });
  for (let rounds = 0; rounds < ALL.length; rounds++) {
    for (const end of ends.splice(0)) end();
    await new Promise(setImmediate);
  }
  t.deepEqual(begun, [0, 1, 2, 3]);
});
