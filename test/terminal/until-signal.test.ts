import { once } from 'node:events';
import test from 'ava';
import { untilAborted, untilSignal } from '../../src/terminal/until-signal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = () => SIGNALS.map((signal) => process.listenerCount(signal));

test.serial('each signal aborts, twice too, and the work ends as it likes', async (t) => {
  const awake = setInterval(() => {}, 1000); // who waits for a signal alone is not kept running by it
  t.teardown(() => clearInterval(awake));
  const before = listeners();
  for (const signal of SIGNALS) {
    const stop = new AbortController();
    const result = await untilSignal(stop, async () => {
      process.kill(process.pid, signal);
      await once(stop.signal, 'abort');
      const again = once(process, signal);
      process.kill(process.pid, signal);
      await again;
      return `${signal} was undone`;
    });
    t.is(result, `${signal} was undone`);
    t.true(stop.signal.aborted);
    t.deepEqual(listeners(), before, signal);
  }
});

test.serial('of work that fails the error is given, and nobody listens any more', async (t) => {
  const before = listeners();
  const stop = new AbortController();
  await t.throwsAsync(
    untilSignal(stop, () => Promise.reject(new RangeError('broken'))),
    { instanceOf: RangeError },
  );
  t.false(stop.signal.aborted);
  t.deepEqual(listeners(), before);
});

test('who waits for a signal is done when it has come already', async (t) => {
  const stop = new AbortController();
  const waits = untilAborted(stop.signal);
  stop.abort();
  await waits;
  await untilAborted(stop.signal);
  t.pass();
});
