import test from 'ava';
import { checkChain } from '../../../src/audit/check/chain-check.ts';
import type { ChainReads } from '../../../src/audit/check/chain-reads.ts';
import { readTrustByNames } from '../../../src/audit/check/trust-by-names.ts';
import { LIMITS } from '../../../src/format/limits.ts';
import { tooLarge } from '../../../src/format/refusal.ts';
import { CORTES_OF_TILE, type TileEntry, tileText } from '../../../src/format/tile.ts';
import { nodeEquation } from '../../../src/keys/node-equation.ts';
import { BROKEN_CHAINS, type Files, filesOf, goodChain } from '../../kit/broken-chains.ts';
import { type Corte, makeCorte } from '../../kit/cortes.ts';

/** Tiles are a shorter way to the same verdict, whatever they hold. */

const good = goodChain();

function entriesOf(files: Files, phase: string): TileEntry[] {
  const entries: TileEntry[] = [];
  for (let number = 1; ; number++) {
    const at = `${phase}/${String(number).padStart(6, '0')}`;
    const pair = [files.get(`${at}/corte.json`), files.get(`${at}/corte.json.sig`)] as const;
    if (!pair[0] || !pair[1]) return entries;
    entries.push([pair[0].toString(), pair[1].toString()]);
  }
}

function setTiles(files: Files, of = files, phase = 'jornada'): void {
  const entries = entriesOf(of, phase);
  for (let k = 0; k * CORTES_OF_TILE < entries.length; k++)
    files.set(`${phase}/historia/${k}.json`, Buffer.from(tileText(entries.slice(k * CORTES_OF_TILE, (k + 1) * CORTES_OF_TILE))));
}

/** As a web server has it: nothing can be listed. */
function source(files: Files, asked: string[] = []): ChainReads {
  const read = (path: string, limit: number) => {
    asked.push(path);
    const bytes = files.get(path);
    return bytes && bytes.length > limit ? Promise.reject(tooLarge(path, limit)) : Promise.resolve(bytes ?? null);
  };
  return { name: 'x', read, readTrust: (version, chain) => readTrustByNames(read, version, chain) };
}

async function verdictOf(files: Files, asked?: string[]) {
  const { refused, phases, passedOver } = await checkChain(source(files, asked), good.trusts[0], { equation: nodeEquation });
  const found = refused && { phase: refused.phase, number: refused.number, code: refused.code };
  return { verdict: { found, heads: phases.map(({ summary }) => [summary.phase, summary.head]) }, passedOver };
}

for (const { name, breakIt } of BROKEN_CHAINS) {
  test(`one verdict with tiles and without: ${name}`, async (t) => {
    const files = filesOf(good);
    breakIt(files, good);
    const { verdict } = await verdictOf(files);
    const own = new Map(files);
    setTiles(own);
    t.deepEqual((await verdictOf(own)).verdict, verdict, 'its own tiles');
    const others = new Map(files);
    setTiles(others, filesOf(good));
    // What a tile proves is proven, so a fault in a single file that nobody needs may go unseen; never is another one told.
    const { verdict: withOthers } = await verdictOf(others);
    if (withOthers.found) t.deepEqual(withOthers, verdict, 'the good chain’s tiles');
  });
}

test('a tile of a broken chain beside good files costs time and no verdict', async (t) => {
  for (const { breakIt } of BROKEN_CHAINS) {
    const broken = filesOf(good);
    breakIt(broken, good);
    const files = filesOf(good);
    setTiles(files, broken);
    const { verdict } = await verdictOf(files);
    t.is(verdict.found, null);
    t.deepEqual(verdict, (await verdictOf(filesOf(good))).verdict);
  }
});

test('a tile that is missing, cut, no tile, huge or of other cortes is told, and the files are read', async (t) => {
  const { verdict } = await verdictOf(filesOf(good));
  const entries = entriesOf(filesOf(good), 'jornada');
  const other = [entries[1]!, entries[0]!, ...entries.slice(2)];
  for (const [why, bytes] of [
    ['missing', null],
    ['cut', tileText(entries.slice(0, 2))],
    ['cut', '[]'],
    ['malformed', tileText(entries).slice(0, -9)],
    ['malformed', JSON.stringify([[1, 2]])],
    ['malformed', '<!doctype html><title>404</title>'],
    ['too-large', ' '.repeat(20_000_000)],
    ['other', tileText(other)],
    ['other', tileText(entries.map(([corte, signature]) => [corte.replace('"final"', '"finaI"'), signature]))],
  ] as const) {
    const files = filesOf(good);
    if (bytes !== null) files.set('jornada/historia/0.json', Buffer.from(bytes));
    const found = await verdictOf(files);
    t.deepEqual(found.verdict, verdict, why);
    t.deepEqual(found.passedOver, [{ phase: 'jornada', index: 0, why }], String(bytes).slice(0, 40));
  }
});

test('a tile of the history that a revocation ended does not hide the new one', async (t) => {
  const [first, second, third, fourth] = good.jornada;
  const stolen: Corte[] = [first, second, third];
  for (let i = 0; i < 3; i++) stolen.push(makeCorte({ trust: good.trusts[0], previous: stolen.at(-1)!, files: { a: String(i) } }));
  const files = filesOf(good);
  const old: Files = new Map();
  for (const { statement, files: own } of stolen)
    for (const [name, bytes] of Object.entries(own)) old.set(`jornada/${String(statement.number).padStart(6, '0')}/${name}`, bytes);
  setTiles(files, old);
  const asked: string[] = [];
  const { verdict, passedOver } = await verdictOf(files, asked);
  t.is(verdict.found, null);
  t.deepEqual(passedOver, [{ phase: 'jornada', index: 0, why: 'other' }]);
  t.true(asked.includes('jornada/000004/corte.json'), fourth.statement.taken_at);
});

test('an index that claims too much does not spare the newest corte of its own files', async (t) => {
  for (const [own, code] of [
    [Buffer.from('{}'), 'signature-invalid'],
    [Buffer.alloc(LIMITS.documentBytes + 1, ' '), 'too-large'],
    [null, undefined],
  ] as const) {
    const files = filesOf(good);
    setTiles(files);
    const phases = { jornada: { number: 900, corte: 'ab'.repeat(32) } };
    files.set('index.json', Buffer.from(JSON.stringify({ election: 'e', trust: 1, phases })));
    for (const path of [1, 2, 3, 4, 5].map((number) => `jornada/00000${number}/corte.json`)) {
      if (own) files.set(path, own);
      else for (const each of [path, `${path}.sig`]) files.delete(each);
    }
    const { verdict, passedOver } = await verdictOf(files);
    t.is(verdict.found?.code, code);
    t.true(passedOver.some(({ why }) => why === 'other'));
    files.delete('jornada/historia/0.json');
    t.deepEqual(verdict, (await verdictOf(files)).verdict, 'as without the tile');
  }
});

test('a hundred and more cortes are read in as many requests as there are tiles', async (t) => {
  const cortes: Corte[] = [makeCorte({ trust: good.trusts[0], files: { a: '1' } })];
  while (cortes.length < 300) cortes.push(makeCorte({ trust: good.trusts[0], previous: cortes.at(-1)!, files: { a: '1' } }));
  const files: Files = new Map([...filesOf(good)].filter(([path]) => path.startsWith('trust/1')));
  for (const { statement, files: own } of cortes)
    for (const name of ['corte.json', 'corte.json.sig'] as const)
      files.set(`jornada/${String(statement.number).padStart(6, '0')}/${name}`, own[name]);
  const corte = cortes.at(-1)!.sha256;
  files.set('index.json', Buffer.from(JSON.stringify({ election: 'e', trust: 1, phases: { jornada: { number: 300, corte } } })));
  setTiles(files);
  const asked: string[] = [];
  const { verdict, passedOver } = await verdictOf(files, asked);
  t.deepEqual([verdict.found, passedOver], [null, []]);
  t.deepEqual(
    verdict.heads.find(([phase]) => phase === 'jornada'),
    ['jornada', corte],
  );
  t.deepEqual(
    asked.filter((path) => path.startsWith('jornada/')),
    [
      ...[0, 1, 2].map((k) => `jornada/historia/${k}.json`),
      ...[300, 301].flatMap((n) => [`jornada/000${n}/corte.json`, `jornada/000${n}/corte.json.sig`]),
    ],
  );
});

test('nothing is asked for tiles where packages are read, or a folder is at hand', async (t) => {
  const files = filesOf(good);
  setTiles(files);
  const asked: string[] = [];
  await checkChain({ ...source(files, asked), numbers: () => Promise.resolve([]) }, good.trusts[0], {});
  const packages = () => ({ take: () => Promise.resolve(), finish: () => Promise.resolve(null) });
  await checkChain(source(files, asked), good.trusts[0], { packages });
  t.false(asked.some((path) => path.includes('historia')));
});
