import test from 'ava';
import { readTrustByNames } from '../../../src/audit/check/trust-by-names.ts';
import { hashOf } from '../../../src/format/hash.ts';
import { checkHead, type Site, UNASKED } from '../../../src/page/insignia/head.ts';
import { saidOf } from '../../../src/page/insignia/words.ts';
import type { Answer } from '../../../src/page/marco/answer.ts';
import { BROKEN_CHAINS, type Files, filesOf, goodChain } from '../../kit/broken-chains.ts';

const good = goodChain();
const shown = good.jornada[4];
const corte: Answer = { kind: 'corte', phase: 'jornada', number: 5, mark: '"5"' };
const MINUTE = 60_000;
const taken = Date.parse(shown.statement.taken_at);
const soon = () => taken + MINUTE;
const front = hashOf(shown.content['index.html'] as Buffer);

/** A site that shows these answers one after the other, the last one for ever. */
function siteOf(
  files: Files,
  looks: readonly (Answer | null)[] = [corte],
  fronts: readonly (string | null)[] = [front],
  asked: string[] = [],
): Site {
  const [answers, pages] = [[...looks], [...fronts]];
  const read = (path: string) => {
    asked.push(path);
    return Promise.resolve(files.get(path) ?? null);
  };
  const next = <T>(all: T[]) => Promise.resolve((all.length > 1 ? all.shift() : all[0]) as T);
  return {
    name: 'x',
    read,
    readTrust: (version, chain) => readTrustByNames(read, version, chain),
    look: () => next(answers),
    front: () => next(pages),
  };
}

test('the head first: the newest corte is checked, and nothing of the history behind it', async (t) => {
  const asked: string[] = [];
  const found = await checkHead(siteOf(filesOf(good), [corte], [front], asked), UNASKED, soon);
  t.like(found, { kind: 'same', isDue: true, statement: { number: 5 } });
  t.like(saidOf(found, '20:41'), { tone: 'good', title: 'Verificado a las 20:41' });
  t.deepEqual(asked.filter((path) => path.startsWith('jornada/')).sort(), [
    'jornada/000005/SHA256SUMS',
    'jornada/000005/corte.json',
    'jornada/000005/corte.json.sig',
  ]);
});

test('another front page, a changed list or a changed statement is told as that', async (t) => {
  const altered = await checkHead(siteOf(filesOf(good), [corte], [hashOf(Buffer.from('x'))]), UNASKED, soon);
  t.like(altered, { kind: 'other', code: null, number: 5 });
  t.like(saidOf(altered, '20:41'), { tone: 'bad', title: 'No coincide' });
  const files = filesOf(good);
  files.set('jornada/000005/SHA256SUMS', Buffer.concat([files.get('jornada/000005/SHA256SUMS') as Buffer, Buffer.from('\n')]));
  t.like(await checkHead(siteOf(files), UNASKED, soon), { kind: 'other', code: 'manifest-mismatch' });
  const own = BROKEN_CHAINS.filter(
    ({ expected, needsPackages }) =>
      expected.phase === null || (expected.number === 5 && expected.phase === 'jornada' && !needsPackages),
  );
  t.true(own.length > 5);
  for (const { name, breakIt, expected } of own) {
    const broken = filesOf(good);
    breakIt(broken, good);
    const found = await checkHead(siteOf(broken), UNASKED, soon);
    // Where it stands in the chain is the history's, which is not looked at here.
    const isOfHistory = ['fork', 'gap', 'after-final', 'time-order', 'phase-closed', 'trust-mismatch'].includes(expected.code);
    // A second document of the version that everything starts from is only told by one who brought the first.
    if (expected.phase === null) t.is(found?.kind, 'other', name);
    else if (!isOfHistory) t.not(found?.kind, 'same', name);
  }
});

test('what is too old is not called verified, nor what is a notice, nor what can’t be had', async (t) => {
  const late = await checkHead(siteOf(filesOf(good)), UNASKED, () => taken + 40 * MINUTE);
  t.like(late, { kind: 'same', isDue: false });
  t.like(saidOf(late, '20:41'), { tone: 'bad', title: 'No está al día' });
  for (const kind of ['aviso', 'espera'] as const) {
    const found = await checkHead(siteOf(filesOf(good), [{ kind, phase: 'simulacro-1' }]), UNASKED, soon);
    t.like(found, { kind, phase: { kind: 'simulacro' } });
    t.is(saidOf(found, '20:41').tone, 'unknown');
  }
  t.is(await checkHead(siteOf(filesOf(good), [null]), UNASKED, soon), null);
  t.is(saidOf(null, '20:41').title, 'Sin conexión');
  const files = filesOf(good);
  files.delete('jornada/000005/corte.json.sig');
  for (const site of [siteOf(files), siteOf(filesOf(good), [{ kind: 'nada' }]), siteOf(filesOf(good), [corte], [null])]) {
    t.like(await checkHead(site, UNASKED, soon), { kind: 'nothing' });
  }
});

test('a corte that comes while it is checked is no alteration', async (t) => {
  const before: Answer = { kind: 'corte', phase: 'jornada', number: 4, mark: '"4"' };
  const found = await checkHead(siteOf(filesOf(good), [before, corte], [front]), UNASKED, soon);
  t.like(found, { kind: 'same', statement: { number: 5 } });
  // One that changes for ever is told after some tries.
  let number = 0;
  const restless = siteOf(filesOf(good), [corte], ['other']);
  const site = { ...restless, look: () => Promise.resolve({ ...corte, mark: `"${number++}"` } as Answer) };
  t.like(await checkHead(site, UNASKED, soon), { kind: 'other' });
});

test('a long list of files is fetched only if the reader asks for it', async (t) => {
  const asked: string[] = [];
  const found = await checkHead(siteOf(filesOf(good), [corte], [front], asked), 100, soon);
  t.like(found, { kind: 'large', bytes: shown.statement.manifest.bytes });
  t.false(asked.some((path) => path.endsWith('SHA256SUMS')));
  t.regex(saidOf(found, '20:41').ask ?? '', /^Verificar \(\d/);
});
