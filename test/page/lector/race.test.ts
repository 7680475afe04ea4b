import test from 'ava';
import { race } from '../../../src/page/lector/race.ts';

/** Asking one after the other, with a clock that the test moves. */

interface Clock {
  readonly pause: () => Promise<void>;
  /** lets all pauses that wait now be over */
  readonly pass: () => Promise<void>;
}

function clock(): Clock {
  const waiting: Array<() => void> = [];
  return {
    pause: () => new Promise<void>((resolve) => void waiting.push(resolve)),
    pass: async () => {
      for (const resolve of waiting.splice(0)) resolve();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const never = new AbortController().signal;

test('the next is asked when one fails, and whoever failed is told', async (t) => {
  const failed: string[] = [];
  const won = await race({
    candidates: ['a', 'b', 'c'],
    attempt: (name) => (name === 'b' ? Promise.resolve(name.length) : Promise.reject(new Error(name))),
    onFailure: (name) => failed.push(name),
    signal: never,
    pause: clock().pause,
  });
  t.deepEqual([won, failed], [{ found: 1, by: 'b' }, ['a']]);
});

test('one who brings nothing is joined by the next, one who is brisk is not, and the losers are stopped', async (t) => {
  const { pause, pass } = clock();
  const asked: string[] = [];
  const stopped: string[] = [];
  let bring = (_bytes: number) => {};
  let finish = () => {};
  const won = race<string, string>({
    candidates: ['brisk', 'slow', 'third'],
    attempt: (name, run) => {
      asked.push(name);
      run.signal.addEventListener('abort', () => void stopped.push(name));
      if (name === 'brisk') bring = (bytes) => run.came(bytes);
      return new Promise((resolve) => {
        if (name === 'third') finish = () => resolve(name);
      });
    },
    onFailure: () => {},
    signal: never,
    pause,
  });
  bring(1_000_000);
  await pass();
  t.deepEqual(asked, ['brisk']);
  await pass();
  t.deepEqual(asked, ['brisk', 'slow'], 'it brought nothing more');
  await pass();
  t.deepEqual(asked, ['brisk', 'slow', 'third']);
  finish();
  t.deepEqual(await won, { found: 'third', by: 'third' });
  t.deepEqual(stopped.sort(), ['brisk', 'slow', 'third']);
});

test('it ends where nobody has it, where there is nobody, and when the time for all is over', async (t) => {
  const failing = { attempt: () => Promise.reject(new Error('no')), onFailure: () => {}, pause: clock().pause };
  t.is(await race({ ...failing, candidates: ['a', 'b'], signal: never }), null);
  t.is(await race({ ...failing, candidates: [], signal: never }), null);
  const over = new AbortController();
  const silent = race({
    candidates: ['a'],
    attempt: () => new Promise(() => {}),
    onFailure: () => {},
    signal: over.signal,
    pause: clock().pause,
  });
  over.abort();
  t.is(await silent, null);
  t.is(await race({ ...failing, candidates: ['a'], signal: over.signal }), null);
});
