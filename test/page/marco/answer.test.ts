import test from 'ava';
import { type Answer, moveFor, newLasting, readAnswer, serverHour } from '../../../src/page/marco/answer.ts';
import { corteOf, isMisplaced } from '../../../src/page/marco/document-corte.ts';

const header = (headers: Readonly<Record<string, string>>) => (name: string) => headers[name] ?? null;
const CORTE = { 'cotejo-fase': 'jornada', 'cotejo-muestra': 'corte', 'cotejo-corte': '37', etag: 'W/"a-1"' };
const PAGE = { 'content-type': 'text/html', 'cache-control': 'no-store', 'cotejo-fase': 'jornada' };

test('an answer says what is shown, and only one in earnest says anything', (t) => {
  const read = (status: number, headers: Readonly<Record<string, string>>) => readAnswer(status, header(headers));
  t.deepEqual(read(200, CORTE), { kind: 'corte', phase: 'jornada', number: 37, mark: '"a-1"' });
  t.deepEqual(read(503, { ...PAGE, 'cotejo-muestra': 'aviso' }), { kind: 'aviso', phase: 'jornada' });
  t.deepEqual(read(503, { ...PAGE, 'cotejo-muestra': 'espera' }), { kind: 'espera', phase: 'jornada' });
  t.deepEqual(read(503, { ...PAGE, 'cotejo-muestra': 'momento' }), { kind: 'momento' });
  for (const status of [429, 500, 502, 503, 504]) t.is(read(status, CORTE), null, `${status}`);
  for (const other of [
    read(200, {}),
    read(404, CORTE),
    read(200, { ...CORTE, 'cotejo-muestra': 'aviso' }),
    read(200, { ...CORTE, 'cotejo-fase': '../x' }),
    ...['0', '-1', '1e3', '1000000', '37x', ''].map((number) => read(200, { ...CORTE, 'cotejo-corte': number })),
  ]) {
    t.deepEqual(other, { kind: 'nada' });
  }
});

test('the server’s hour is that of its answer, and of how long it was kept since', (t) => {
  const date = 'Mon, 02 Jul 2018 06:00:00 GMT';
  t.is(serverHour(header({ date })), Date.parse(date));
  t.is(serverHour(header({ date, age: '90' })), Date.parse(date) + 90_000);
  for (const age of ['-5', 'x']) t.is(serverHour(header({ date, age })), Date.parse(date), age);
  t.is(serverHour(header({ date: 'yesterday' })), null);
  t.is(serverHour(header({})), null);
});

test('a newer corte is loaded, a notice at once, and nothing goes back but for good', (t) => {
  const corte = (number: number, mark = `"${number}"`, phase = 'jornada'): Answer => ({ kind: 'corte', phase, number, mark });
  const aviso: Answer = { kind: 'aviso', phase: 'jornada' };
  t.is(moveFor(null, corte(37), null), 'stay');
  t.is(moveFor(corte(37), corte(37), corte(37)), 'stay');
  t.is(moveFor(corte(37), corte(38), corte(37)), 'newer');
  t.is(moveFor(corte(37), aviso, corte(37)), 'load');
  t.is(moveFor(aviso, corte(38), aviso), 'load');
  t.is(moveFor(aviso, { kind: 'espera', phase: 'jornada' }, aviso), 'load');
  t.is(moveFor(corte(37), corte(1, '"1"', 'computos'), corte(37)), 'load');
  t.is(moveFor(corte(38), corte(37), corte(38)), 'stay', 'the other node is behind');
  t.is(moveFor(corte(38), corte(37), null), 'stay', 'not seen for long enough');
  t.is(moveFor(corte(38), corte(37), corte(37)), 'load', 'seen twice: it was revoked, and nobody may go on reading it');
  t.is(moveFor(corte(38, ''), corte(38, '"other"'), corte(38, '"other"')), 'stay', 'its mark was not known');
  t.is(moveFor(corte(38), corte(38, '"other"'), corte(38)), 'stay');
  t.is(moveFor(corte(38), corte(38, '"other"'), corte(38, '"other"')), 'newer', 'another corte has its number');
  for (const kind of ['momento', 'nada'] as const) t.is(moveFor(corte(37), { kind }, corte(37)), 'stay', kind);
});

test('a document tells itself of which corte it is, where the browser lets it', (t) => {
  const timing = (description: string, name = 'corte') => ({ serverTiming: [{ name, description }], responseStatus: 200 });
  t.is(corteOf(timing('37')), 37);
  for (const other of [
    timing('37', 'db'),
    timing(''),
    timing('037'),
    timing('1000000'),
    timing('37; x'),
    { responseStatus: 404 },
    {},
  ]) {
    t.is(corteOf(other), null, JSON.stringify(other));
  }
  t.is(corteOf(undefined), null);
  t.is(corteOf({ serverTiming: [], responseStatus: 503 }), 'stand-in');
});

test('a page of a corte has no place below the notice or the wait, nor have they in the place of a corte', (t) => {
  const corte: Answer = { kind: 'corte', phase: 'jornada', number: 37, mark: '' };
  for (const kind of ['aviso', 'espera'] as const) {
    t.true(isMisplaced({ kind, phase: 'jornada' }, 37), kind);
    t.false(isMisplaced({ kind, phase: 'jornada' }, 'stand-in'), kind);
    t.false(isMisplaced({ kind, phase: 'jornada' }, null), kind);
  }
  t.true(isMisplaced(corte, 'stand-in'));
  for (const document of [37, 36, null]) t.false(isMisplaced(corte, document), `${document}`);
  for (const answer of [null, { kind: 'momento' }, { kind: 'nada' }] as const) t.false(isMisplaced(answer, 37));
});

test('an answer has lasted once it was given again after a while, and is counted from the beginning on purpose', (t) => {
  const [one, two] = [1, 2].map((number): Answer => ({ kind: 'corte', phase: 'jornada', number, mark: '' })) as [Answer, Answer];
  const lasting = newLasting(16_000);
  t.is(lasting.before(one, 0), null);
  t.is(lasting.before(one, 2000), null, 'asked twice in a hurry');
  t.deepEqual(lasting.before(one, 16_000), one);
  t.is(lasting.before(two, 60_000), null);
  t.is(lasting.before(one, 70_000), null, 'the two of two nodes by turns');
  t.deepEqual(lasting.before(one, 90_000), one);
  lasting.begin();
  t.is(lasting.before(one, 120_000), null, 'what is in the frame came after that');
  t.deepEqual(lasting.before(one, 140_000), one);
});
