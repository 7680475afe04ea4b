import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { newAnswers } from '../../../src/iec/link/answers.ts';

test('a failed answer ends the step that is waited for, and every later one', async (t) => {
  const answers = newAnswers();
  let fail: (error: Error) => void = () => {};
  answers.add(new Promise<void>((_, reject) => (fail = reject)));
  await answers.orFail(Promise.resolve());
  const waiting = answers.orFail(new Promise(() => {}));
  fail(new Error('refused'));
  await t.throwsAsync(waiting, { message: 'refused' });
  await t.throwsAsync(answers.orFail(Promise.resolve()), { message: 'refused' });
  await t.throwsAsync(answers.all(), { message: 'refused' });
});

test('a step that fails by itself is told as that, and answers that are all good are waited for', async (t) => {
  const answers = newAnswers();
  let good = false;
  answers.add(new Promise((resolve) => setImmediate(resolve)).then(() => void (good = true)));
  await t.throwsAsync(answers.orFail(Promise.reject(new Error('closed'))), { message: 'closed' });
  await answers.all();
  t.true(good);
});

test('of the steps that are done nothing is remembered, however many there are', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const answers = newAnswers();
  const steps = async (n: number) => {
    for (let i = 0; i < n; i++) await answers.orFail(Promise.resolve());
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await steps(1000);
  t.true((await steps(100_000)) - before < 2_000_000);
});
