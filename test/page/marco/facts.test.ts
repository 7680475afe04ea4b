import test from 'ava';
import { Refusal } from '../../../src/format/refusal.ts';
import { readFacts } from '../../../src/page/marco/facts.ts';
import { type Files, filesOf, goodChain } from '../../kit/broken-chains.ts';

const good = goodChain();

function source(files: Files, asked: string[] = []) {
  return {
    read(path: string) {
      asked.push(path);
      return Promise.resolve(files.get(path) ?? null);
    },
  };
}

test('the hour is that of the statement, the rules those of the trust document that it names', async (t) => {
  const asked: string[] = [];
  const found = await readFacts(source(filesOf(good), asked), { kind: 'corte', phase: 'jornada', number: 5, mark: '' });
  t.is(found.corte?.taken_at, good.jornada[4].statement.taken_at);
  t.like(found.phase, { name: 'jornada', kind: 'oficial', missed_limit: 3 });
  t.deepEqual(asked, ['jornada/000005/corte.json', 'trust/2.json'], 'two small files, whatever the length of the chain');
  const drill = await readFacts(source(filesOf(good)), { kind: 'corte', phase: 'simulacro-1', number: 1, mark: '' });
  t.is(drill.phase?.kind, 'simulacro');
});

test('a statement of another place, or a trust document that it does not name, tells nothing', async (t) => {
  const files = filesOf(good);
  files.set('jornada/000005/corte.json', files.get('jornada/000004/corte.json') as Buffer);
  t.deepEqual(await readFacts(source(files), { kind: 'corte', phase: 'jornada', number: 5, mark: '' }), {
    phase: null,
    corte: null,
  });
  files.set('trust/2.json', files.get('trust/1.json') as Buffer);
  const found = await readFacts(source(files), { kind: 'corte', phase: 'jornada', number: 4, mark: '' });
  t.is(found.phase, null);
  t.is(found.corte?.number, 4);
  files.set('jornada/000004/corte.json', Buffer.from('<!doctype html>'));
  await t.throwsAsync(readFacts(source(files), { kind: 'corte', phase: 'jornada', number: 4, mark: '' }), { instanceOf: Refusal });
});

test('of a notice the last corte is told, and without an index at least what kind of phase it is', async (t) => {
  const notice = { kind: 'aviso', phase: 'jornada' } as const;
  t.is((await readFacts(source(filesOf(good)), notice)).corte?.number, 5);
  const files = filesOf(good);
  files.delete('index.json');
  const asked: string[] = [];
  const found = await readFacts(source(files, asked), { kind: 'aviso', phase: 'simulacro-1' });
  t.is(found.corte, null);
  t.is(found.phase?.kind, 'simulacro');
  t.deepEqual(asked, ['index.json', 'trust/1.json', 'trust/2.json', 'trust/3.json']);
});
