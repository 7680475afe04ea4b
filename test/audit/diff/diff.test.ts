import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../../src/audit/chain.ts';
import { diffCortes } from '../../../src/audit/diff/diff.ts';
import { diffLooksOf } from '../../../src/audit/diff/looked.ts';
import { sideInChain, sideInFolder } from '../../../src/audit/diff/sides.ts';
import { openSpool } from '../../../src/audit/diff/spool.ts';
import { diffHtml } from '../../../src/audit/report/diff-html.ts';
import { diffJson } from '../../../src/audit/report/diff-json.ts';
import { diffText } from '../../../src/audit/report/diff-text.ts';
import { folderSource } from '../../../src/audit/source/folder.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import { inLanguage, type Language, type Said } from '../../../src/format/said.ts';
import { cotejo } from '../../kit/command.ts';
import { makeCorte, writeInChain } from '../../kit/cortes.ts';
import { makeTrust, signTrust, writeAnchor, writeTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';

const trust = signTrust(makeTrust());
const HEAD = 'MUNICIPIO,SECCION,CASILLA,PAN,PRI\n';
const EVIL = '<b>\u001b[2J\u202e';

const PUBLICATIONS = [
  { 'base.csv': `${HEAD}Acuña,1,B,10,20\nAcuña,2,B,,\n`, 'r.json': '{"actas":9}', 'v.json': '{"x":1}', 'old.txt': 'a' },
  { 'base.csv': `${HEAD}Acuña,1,B,10,20\nAcuña,2,B,5,6\n`, 'r.json': '{"actas":9}', 'v.json': '{"x":2}', 'old.txt': 'a' },
  { 'base.csv': `${HEAD}Acuña,1,B,9,20\nAcuña,2,B,5,"${EVIL}\n6"\n`, 'r.json': '{"actas":8}', 'v.json': '{"x":1}', 'new.txt': 'b' },
];

async function place(t: ExecutionContext) {
  const folder = await makeFolder(t);
  const chain = join(folder, 'chain');
  await writeTrust(trust, join(chain, 'trust/1.json'));
  let previous = null;
  for (const files of PUBLICATIONS) {
    previous = makeCorte({ trust, files, previous });
    await writeInChain(chain, previous);
  }
  return { folder, chain, anchor: await writeAnchor(trust, folder) };
}

async function between(chain: string, from: number, to: number) {
  const source = await folderSource(chain);
  const audit = await auditChain(source, trust, { phase: 'jornada' });
  const opened: number[] = [];
  const side = (number: number) => sideInChain(source, audit.phases[0]!, number, (of) => opened.push(of));
  return { diff: await diffCortes(await side(from), await side(to)), opened };
}

function reader(language: Language) {
  return { language, told: (text: string | Said) => inLanguage(text, language), bold: (text: string) => text };
}

test('files, rows and values between two numbers of a chain, from whatever packages have them', async (t) => {
  const { chain } = await place(t);
  const { diff } = await between(chain, 1, 3);
  const json = diffJson(diff, diffLooksOf(true));
  t.deepEqual([json.added, json.removed, json.same], [['new.txt'], ['old.txt'], 1]);
  t.deepEqual(
    json.changed.map(({ path, kind, not_compared }) => [path, kind, not_compared]),
    [
      ['base.csv', 'csv', null],
      ['r.json', 'json', null],
    ],
  );
  t.deepEqual(json.down, [{ path: 'r.json', of: 'value', name: 'actas', before: '9', after: '8' }]);
  const [table] = diff.changed;
  t.is(table?.content?.kind === 'csv' && table.content.rows_down, 1);
  t.deepEqual([json.a.number, json.a.kind, json.b.number, json.checked.includes('links')], [1, 'oficial', 3, true]);
  const { diff: step } = await between(chain, 2, 3);
  t.deepEqual(
    diffJson(step, diffLooksOf(true)).down.map(({ name, before, after }) => [name, before, after]),
    [
      ['PAN', 15, 14],
      ['actas', '9', '8'],
      ['x', '2', '1'],
    ],
  );
});

test('a content that came with an earlier corte is taken from there; of two folders alone it is said', async (t) => {
  const { chain } = await place(t);
  const { diff } = await between(chain, 2, 3);
  t.is(diff.changed.find(({ path }) => path === 'r.json')?.not_compared, null, 'its first version came with corte 1');
  const [a, b] = [2, 3].map((number) => join(chain, `jornada/00000${number}`));
  const alone = await diffCortes(await sideInFolder(a!, trust), await sideInFolder(b!, trust));
  t.deepEqual(
    alone.changed.map(({ path, not_compared }) => [path, not_compared]),
    [
      ['base.csv', null],
      ['r.json', 'not-here'],
      ['v.json', null],
    ],
  );
});

test('a package that is not as it was signed is refused before anything of it is compared', async (t) => {
  const { chain } = await place(t);
  const other = makeCorte({ trust, files: { 'base.csv': 'x' } });
  await writeFile(join(chain, 'jornada/000002/corte.tar.gz'), other.files['corte.tar.gz']);
  const error = await t.throwsAsync(between(chain, 2, 3), { instanceOf: Refusal });
  t.is(error?.code, 'package-mismatch');
});

test('text and page make nothing of what a file holds, and say what was checked and what was not', async (t) => {
  const { chain } = await place(t);
  const { diff } = await between(chain, 2, 3);
  const page = diffHtml(diff, diffLooksOf(true), '2018-07-02T02:00:00-05:00');
  t.false(/<script|<b>|<link|<img|src=|href=|url\(|https?:| style=/.test(page.replaceAll('<b><span', '')));
  t.true(page.includes('&#60;b&#62;'));
  for (const language of ['es', 'en'] as const) {
    const text = diffText(diff, diffLooksOf(true), reader(language));
    // oxlint-disable-next-line no-control-regex -- what must not be there
    t.false(/[\u0000-\u0009\u000b-\u001f\u202e]/.test(text));
    t.true(text.includes('PAN'));
    t.is(text.split('\n').filter((line) => line.startsWith('6')).length, 0, 'a line end in a value begins no line');
  }
  t.true(diffText(diff, diffLooksOf(true), reader('es')).includes('(bajó)'));
  t.true(page.includes('▼'));
});

test('drills and cortes the other way round are said before the first figure', async (t) => {
  const { chain } = await place(t);
  const drill = makeCorte({ trust, phase: 'simulacro-1', files: { 'r.json': '{"actas":1}' } });
  const folder = await writeInChain(chain, drill);
  const [first, second] = await Promise.all([2, 1].map((number) => sideInFolder(join(chain, `jornada/00000${number}`), trust)));
  const back = await diffCortes(first!, second!);
  t.true(diffText(back, diffLooksOf(false), reader('en')).includes('read backwards'));
  const mixed = await diffCortes(await sideInFolder(folder, trust), second!);
  t.true(diffHtml(mixed, diffLooksOf(false), '').includes('de un simulacro: no son resultados'));
});

test('what is too large for the spool is left out, the rest is kept', async (t) => {
  const spool = await openSpool(10, 8);
  const put = async (name: string, text: string) => {
    const sink = spool.sinkOf(name, text.length);
    await sink?.write(Buffer.from(text));
    await sink?.end();
    return spool.isTooLarge(name);
  };
  t.deepEqual(
    [await put('a', 'sixsix'), await put('b', 'ninebytes'), await put('c', 'fives'), await put('d', 'four')],
    [false, true, true, false],
  );
  t.is(String(await spool.read('a')), 'sixsix');
  t.is(String(await spool.read('d')), 'four');
  t.is(await spool.read('b'), null);
  await spool.close();
});

test('the command: its members, its exit statuses, its page', async (t) => {
  const { folder, chain, anchor } = await place(t);
  const diff = (...args: string[]) => cotejo(['audit', 'diff', ...args, '--anchor', anchor]);
  const withoutRoom = (...args: string[]) =>
    cotejo(['audit', 'diff', ...args, '--anchor', anchor, '--json'], undefined, { TMPDIR: join(folder, 'none') });
  const good = await diff(chain, '2', '3', '--json', '--html', join(folder, 'diff.html'));
  t.is(good.status, 0, good.stderr);
  const json = JSON.parse(good.stdout);
  t.deepEqual([json.added, json.removed, json.refused], [['new.txt'], ['old.txt'], null]);
  t.is((await diff('2', '3', '--chain', chain)).stdout.split('\n')[0], 'Both cortes are authentic');
  t.is((await diff('2', '3')).status, 2);
  t.is((await diff(chain, '2', 'x')).status, 2);
  t.is((await diff(chain, '2', '4')).status, 3);
  t.is((await diff(join(chain, 'jornada/000001'), join(chain, 'jornada/000003'))).status, 0);
  const forked = makeCorte({ trust, files: { 'index.html': 'x' } });
  const usb = join(folder, 'usb');
  await writeInChain(usb, forked);
  const two = [join(chain, 'jornada/000001'), join(usb, 'jornada/000001')];
  const fork = await diff(...two, '--json');
  t.is(fork.status, 1, 'two of one number');
  t.like(JSON.parse(fork.stdout), { refused: { code: 'fork' } });
  const roomless = await withoutRoom(...two);
  t.is(roomless.status, 1, roomless.stderr);
  t.like(JSON.parse(roomless.stdout), { refused: { code: 'fork' } });
  t.is((await withoutRoom(chain, '2', '3')).status, 3);
  t.is((await diff(...two, '--html', join(folder, 'none/x.html'))).status, 1, 'whatever becomes of the page');
  const pageless = await diff(chain, '2', '3', '--json', '--html', join(folder, 'none/x.html'));
  t.is(pageless.status, 3);
  t.deepEqual(JSON.parse(pageless.stdout).added, ['new.txt']);
  await writeFile(join(chain, 'jornada/000003/corte.json.sig'), 'x');
  const before = await diff(chain, '1', '2', '--json');
  t.is(before.status, 1, 'the chain is broken behind both');
  t.like(JSON.parse(before.stdout), { added: [], refused: { phase: 'jornada', number: 3 } });
  const unhad = await withoutRoom(chain, '1', '2');
  t.is(unhad.status, 1, unhad.stderr);
  t.like(JSON.parse(unhad.stdout), { refused: { phase: 'jornada', number: 3 } });
  await rm(join(chain, 'jornada/000003/corte.json.sig'));
  await rename(join(chain, 'jornada/000002/corte.json.sig'), join(chain, 'jornada/000003/corte.json.sig'));
  const bad = await diff(chain, '1', '2', '--json');
  t.is(bad.status, 1);
  t.is(JSON.parse(bad.stdout).refused.number, 2);
});
