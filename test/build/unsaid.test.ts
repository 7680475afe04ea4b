import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { build } from 'esbuild';
import { buildLectorWorker, buildPage } from '../../src/build/page.ts';
import { unsaid } from '../../src/build/unsaid.ts';
import { words as padron } from '../../src/format/padron-words.ts';
import { instantOf } from '../../src/format/time.ts';
import { words as format } from '../../src/format/words.ts';
import { words as own } from '../../src/page/lector/words.ts';
import { words as acuse } from '../../src/verdict/acuse-words.ts';
import { words as verdict } from '../../src/verdict/words.ts';
import { BROKEN_CHAINS, filesOf, goodChain } from '../kit/broken-chains.ts';
import { makeFolder } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';
import { looked } from '../page/lector/looking.ts';
import { type LectorParts, openReader, type Site } from '../page/lector/reader.ts';

/** The lector's worker refuses as the sources do, and says nothing of it but the code. */

test('the worker is without the sentences of the checks, which nobody reads there, and its own are in it', async (t) => {
  const text = (await buildLectorWorker(repository())).toString();
  for (const said of [format.notHash, verdict.itsCustodians, padron.noRecibos, own.nothing]) {
    for (const sentence of [said.en, said.es]) t.is(text.includes(sentence), said === own.nothing, sentence);
  }
});

test('the page is without the sentences on padrones and receipts, and has those on the chain', async (t) => {
  const text = (await buildPage(repository(), 'cotejo.html')).toString();
  for (const said of [format.notHash, verdict.itsCustodians, padron.noRecibos, acuse.noKnownNode]) {
    const isTold = said === format.notHash || said === verdict.itsCustodians;
    for (const sentence of [said.en, said.es]) t.is(text.includes(sentence), isTold, sentence);
  }
});

test('without sentences every broken chain is refused by the same code', async (t) => {
  const folder = await makeFolder(t);
  const outfile = join(folder, 'lector.cjs');
  const contents = ['page/lector/lector', 'page/web-trouble', 'format/refusal']
    .map((name) => `export * from './src/${name}.ts';`)
    .join('\n');
  await build({
    stdin: { contents, resolveDir: repository() },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    tsconfigRaw: {},
    plugins: [unsaid(repository())],
  });
  const parts = (await import(pathToFileURL(outfile).href)) as LectorParts;
  const good = goodChain();
  const now = () => instantOf(good.jornada[4].statement.taken_at) + 300_000;
  let refused = 0;
  for (const { name, breakIt } of BROKEN_CHAINS) {
    const files = filesOf(good);
    breakIt(files, good);
    const malo: Site = (path) => files.get(path.replace(/^cotejo\/chain\//, ''));
    const plan = { anchor: good.trusts[0], sites: { malo }, now };
    const said = await looked(await openReader(plan));
    const without = await looked(await openReader({ ...plan, parts }));
    t.deepEqual(without.troubles, said.troubles, name);
    refused += said.kinds.filter((kind) => kind === 'rechazado').length;
  }
  t.true(refused > 10, `${refused}`);
});
