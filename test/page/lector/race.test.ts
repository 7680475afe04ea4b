import test from 'ava';
import { type Run, race } from '../../../src/page/lector/race.ts';

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

/** A race whose runners do nothing by themselves. */
function standing(candidates: readonly string[]) {
  const { pause, pass } = clock();
  const runs = new Map<string, Run>();
  const stopped: string[] = [];
  const failed: string[] = [];
  const ends = new Map<string, () => void>();
  const won = race<string, string>({
    candidates,
    attempt: (name, run) => {
      runs.set(name, run);
      run.signal.addEventListener('abort', () => void stopped.push(name));
      return new Promise((resolve) => void ends.set(name, () => resolve(name)));
    },
    onFailure: (name) => failed.push(name),
    signal: never,
    pause,
  });
  return { pass, runs, stopped, failed, won, finish: (name: string) => ends.get(name)?.() };
}

test('those who hold it up make room for the next, the one with the least progress first', async (t) => {
  const { pass, runs, stopped, won, finish } = standing(['a', 'b', 'c', 'd', 'e']);
  await pass();
  await pass();
  t.deepEqual([...runs.keys()], ['a', 'b', 'c']);
  runs.get('a')?.came(2000);
  await pass();
  t.deepEqual([[...runs.keys()], stopped], [['a', 'b', 'c', 'd'], ['b']]);
  await pass();
  t.deepEqual(
    [[...runs.keys()], stopped],
    [
      ['a', 'b', 'c', 'd', 'e'],
      ['b', 'c'],
    ],
    'the newest is given its moment',
  );
  await pass();
  t.deepEqual(stopped, ['b', 'c'], 'nobody is left that could take a place');
  finish('d');
  t.deepEqual(await won, { found: 'd', by: 'd' });
});

test('who brings next to nothing for ten moments is left; who flows, or is kept waiting by us, is not', async (t) => {
  const { pass, runs, failed, won, finish } = standing(['a', 'b', 'c']);
  let go = () => {};
  await pass();
  await pass();
  void runs.get('b')?.held(new Promise<void>((resolve) => (go = resolve)));
  for (let moment = 0; moment < 20; moment++) {
    runs.get('a')?.came(2000);
    await pass();
  }
  t.deepEqual(failed, ['c']);
  go();
  for (let moment = 0; moment < 12; moment++) {
    runs.get('a')?.came(2000);
    await pass();
  }
  t.deepEqual(failed, ['c', 'b']);
  finish('a');
  t.deepEqual(await won, { found: 'a', by: 'a' });
  const none = standing(['a']);
  for (let moment = 0; moment < 12; moment++) await none.pass();
  t.deepEqual([none.failed, await none.won], [['a'], null]);
});
