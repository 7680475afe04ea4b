import test from 'ava';
import { inBatches } from '../../src/disk/batches.ts';

test('few steps that take long leave timers and signals their turn, as many short ones do', async (t) => {
  let [turn, isOver] = [0, false];
  const count = () => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  count();
  const turnsOf = async (steps: number, ms: number) => {
    const seen = new Set<number>();
    const asleep = new Int32Array(new SharedArrayBuffer(4));
    await inBatches(Array.from({ length: steps }), () => {
      seen.add(turn);
      if (ms > 0) Atomics.wait(asleep, 0, 0, ms);
    });
    return seen.size;
  };
  t.is(await turnsOf(3, 60), 3);
  t.true((await turnsOf(600, 0)) >= 3);
  isOver = true;
});
