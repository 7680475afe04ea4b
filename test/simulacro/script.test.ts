import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { clockOf } from '../../src/simulacro/look/clock.ts';
import { type Programs, programsOf } from '../../src/simulacro/look/programs.ts';
import { runScript } from '../../src/simulacro/run.ts';
import { openLedger } from '../../src/simulacro/undo/ledger.ts';
import { withoutDropIn } from '../../src/simulacro/undo/undo.ts';
import { NOW } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { englishWordsIn } from '../kit/languages.ts';

/** A script of faults that goes wrong, ends early, or is undone twice. */

test('what goes wrong in a drill is told in Spanish, as the report is, and in its bounds', async (t) => {
  const ledger = await openLedger(join(await makeFolder(t), 'simulacro'));
  t.teardown(() => ledger!.release());
  const programs = programsOf(process.env);
  const clock = clockOf(() => NOW, new AbortController().signal);
  const act = (deed: () => Promise<unknown>) => ({
    id: 'disco-lleno' as const,
    node: null,
    within_seconds: 1,
    lacks: () => Promise.resolve(null),
    act: () => deed().then(() => []),
    after: null,
  });
  const { trials, left } = await runScript({
    acts: [
      act(() => programs.must('no-such-program-of-anybody', [])),
      act(() => readFile('/no/such/file')),
      act(() => programs.must('sh', ['-c', 'head -c 5000 /dev/zero | tr "\\0" x >&2; exit 1'])),
      act(() => ledger!.add({ undo: 'filler', path: '/x', inode: '1:1' })),
    ],
    ready: () => Promise.resolve(null),
    barred: () => Promise.resolve(null),
    ledger: ledger!,
    undoing: { programs, state: null, inbox: null },
    clock,
    offset: 0,
    isStopped: () => false,
    begins: () => {},
    ended: () => {},
  });
  const told = trials.map(({ reason, undone }) => reason ?? undone?.detail ?? '');
  t.deepEqual(told.flatMap(englishWordsIn), []);
  t.true(told.every((text) => text !== '' && text.length <= 300));
  t.is(left[0]?.en, 'filler: /x is no filler of this node: it is not touched');
  t.is(left[0]?.es, told[3]);
});

test('a drill that is ended while it looks whether a fault can be made does not make it', async (t) => {
  const ledger = await openLedger(join(await makeFolder(t), 'simulacro'));
  t.teardown(() => ledger!.release());
  const stop = new AbortController();
  const ended = () => Promise.resolve(null).finally(() => stop.abort());
  const { trials, isWhole } = await runScript({
    acts: [
      {
        id: 'disco-lleno',
        node: null,
        within_seconds: 1,
        lacks: () => Promise.resolve(null),
        act: () => Promise.resolve([{ what: 'made', met: true, after: 0 }]),
        after: null,
      },
    ],
    ready: ended,
    barred: () => Promise.resolve(null),
    ledger: ledger!,
    undoing: { programs: programsOf(process.env), state: null, inbox: null },
    clock: clockOf(() => NOW, stop.signal),
    offset: 0,
    isStopped: () => stop.signal.aborted,
    begins: () => {},
    ended: () => {},
  });
  t.like(trials, [{ verdict: 'no-se-hizo', sights: [], reason: 'se interrumpió el simulacro' }]);
  t.false(isWhole);
});

test('a drop-in that was there is removed with one restart, and one that was not with none', async (t) => {
  const folder = await makeFolder(t);
  const file = join(folder, '90.conf');
  const asked: string[] = [];
  let fails = true;
  const must: Programs['must'] = (program, args) => {
    asked.push([program, ...args].join(' '));
    if (fails && args[0] === 'restart') return Promise.reject(new Error('it did not start'));
    return Promise.resolve('');
  };
  const undo = () => withoutDropIn({ ask: () => Promise.resolve(null), must }, 'cotejo-difusor.service', file);
  await undo();
  t.deepEqual(asked, []);
  await writeFile(file, '');
  await t.throwsAsync(undo());
  fails = false;
  await undo();
  await undo();
  const restarted = ['systemctl daemon-reload', 'systemctl restart cotejo-difusor.service'];
  t.deepEqual(asked, [...restarted, ...restarted], 'again after one that failed, and then no more');
  t.deepEqual(await readdir(folder), []);
});
