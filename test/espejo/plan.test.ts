import test from 'ava';
import { chooseSample, isTakenAnew, outlived, planCorte } from '../../src/espejo/plan.ts';
import { hashOf } from '../../src/format/hash.ts';

/** What is to be written, read back and removed, as functions of what the bucket has. */

const entry = (path: string, content = path) => ({ path, sha256: hashOf(Buffer.from(content)) });
const keyOf = (path: string) => `c/2/${path}`;
const NONE = new Map<string, string>();

test('one put for each content that is nowhere, copies for all others', (t) => {
  const manifest = [entry('a'), entry('b', 'same'), entry('c', 'same'), entry('old')];
  const plan = planCorte(manifest, new Map(), new Map([[entry('old').sha256, 'c/1/x']]), keyOf);
  t.deepEqual(
    plan.puts.map(({ path }) => path),
    ['a', 'b'],
  );
  t.deepEqual(
    plan.copies.map(({ entry: { path }, from }) => [path, from]),
    [
      ['c', 'c/2/b'],
      ['old', 'c/1/x'],
    ],
  );
  t.deepEqual(plan.strays, []);
});

test('what is there and right stays, and is copied from; what is wrong is written; what is none of it goes', (t) => {
  const manifest = [entry('a'), entry('b', 'same'), entry('c', 'same')];
  const there = new Map([
    ['c/2/a', false],
    ['c/2/c', true],
    ['c/2/other', false],
  ]);
  const plan = planCorte(manifest, there, NONE, keyOf);
  t.deepEqual(
    plan.puts.map(({ path }) => path),
    ['a'],
  );
  t.deepEqual(
    plan.copies.map(({ entry: { path }, from }) => [path, from]),
    [['b', 'c/2/c']],
  );
  t.deepEqual(plan.strays, ['c/2/other']);
  t.deepEqual(planCorte(manifest, new Map(manifest.map(({ path }) => [keyOf(path), true])), NONE, keyOf), {
    puts: [],
    copies: [],
    strays: [],
  });
});

test('a sample has half of what is new, and of the rest what is left, each once', (t) => {
  const all = Array.from({ length: 100 }, (_, i) => entry(`f${i}`));
  for (const random of [() => 0, () => 0.999_999, Math.random]) {
    const chosen = chooseSample(all, all.slice(0, 50), 10, random).map(({ path }) => path);
    t.is(new Set(chosen).size, 10);
    t.is(chosen.filter((path) => Number(path.slice(1)) < 50).length, 5);
  }
  t.is(chooseSample(all.slice(0, 3), all.slice(0, 1), 10, Math.random).length, 3);
  t.deepEqual(chooseSample([], [], 10, Math.random), []);
});

test('a corte goes when the one after it has been there for long enough, and never the current one or a later', (t) => {
  const HOUR = 3_600_000;
  const kept = [1, 2, 3, 5].map((number) => ({ number, modified: number * HOUR }));
  t.deepEqual(outlived(kept, 5, 26 * HOUR, 25 * HOUR), []);
  t.deepEqual(outlived(kept, 5, 27 * HOUR + 1, 25 * HOUR), [1]);
  t.deepEqual(outlived(kept, 5, 1000 * HOUR, 25 * HOUR), [1, 2, 3]);
  // After a revocation the later ones are not judged by their age.
  t.deepEqual(outlived(kept, 2, 1000 * HOUR, 25 * HOUR), [1]);
  // One that was the newest for days was replaced when the next one came.
  t.deepEqual(
    outlived(
      [
        { number: 1, modified: 0 },
        { number: 2, modified: 100 * HOUR },
      ],
      2,
      110 * HOUR,
      25 * HOUR,
    ),
    [],
  );
});

test('objects that are newer than the proof of a disowned corte are of a new one, for an hour', (t) => {
  const HOUR = 3_600_000;
  t.false(isTakenAnew(1000, 1000, 2000), 'all of it was there when it was proved: it goes at once');
  t.false(isTakenAnew(0, 1000, 2000));
  t.true(isTakenAnew(1001, 1000, 2000));
  t.true(isTakenAnew(1001, 1000, 1001 + HOUR));
  t.false(isTakenAnew(1001, 1000, 1002 + HOUR));
  t.true(isTakenAnew(1001, 1000, Number.NaN), 'a store that does not tell the hour');
});
