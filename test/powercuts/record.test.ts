import test from 'ava';
import { chooseCuts, flushBegun, flushDone, markOf, readRecord, writeOf } from './record.ts';

/** A record of three writes of which the second came while the first one's flush was under way. */
const record = readRecord(
  Buffer.concat([
    markOf('start'),
    writeOf(0, Buffer.alloc(8192, 1)),
    flushBegun(),
    writeOf(8192, Buffer.alloc(8192, 2)),
    flushDone(),
    writeOf(16_384, Buffer.alloc(8192, 3)),
    markOf('done'),
    markOf('end'),
  ]),
);

test('a record reads back as it was written', (t) => {
  t.deepEqual(
    record.entries.map((entry) => (entry.kind === 'write' ? entry.at : `flush since ${entry.since}`)),
    [0, 8192, 'flush since 1', 16_384],
  );
  t.deepEqual(
    [...record.marks],
    [
      ['start', 0],
      ['done', 4],
      ['end', 4],
    ],
  );
});

test('what was written before a completed flush began is never lost, and all else may be', (t) => {
  const cuts = chooseCuts(record, 400, 1);
  for (const { at, promised, kept } of cuts) {
    t.is(promised, at > 2 ? 1 : 0);
    t.true(kept.every((write) => write.at >= (promised === 1 ? 8192 : 0)));
  }
  const after = cuts.filter(({ at }) => at === 4);
  const seen = new Set(after.map(({ kept }) => kept.map(({ at, data }) => `${at}+${data.length}`).join(' ')));
  for (const outcome of ['', '8192+8192', '16384+8192', '8192+8192 16384+8192']) t.true(seen.has(outcome), outcome);
  t.true(
    cuts.some(({ kept }) => kept.some(({ data }) => data.length === 4096)),
    'a torn one',
  );
});

test('the same seed gives the same cuts', (t) => {
  t.deepEqual(chooseCuts(record, 20, 7), chooseCuts(record, 20, 7));
  t.notDeepEqual(chooseCuts(record, 20, 7), chooseCuts(record, 20, 8));
});
