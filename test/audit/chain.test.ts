import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { folderSource } from '../../src/audit/source/folder.ts';
import { httpSource } from '../../src/audit/source/http.ts';
import { BROKEN_CHAINS, filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { makeFolder } from '../kit/folders.ts';
import { serve, files as serving } from '../kit/web.ts';

const good = goodChain();
const [anchor] = good.trusts;

for (const { name, breakIt, expected, needsPackages } of BROKEN_CHAINS) {
  test(`found in a folder: ${name}`, async (t) => {
    const files = filesOf(good);
    breakIt(files, good);
    const { chain } = await writeFiles(await makeFolder(t), files);
    const audit = async (packages: boolean) => auditChain(await folderSource(chain), anchor, { packages });
    const deep = (await audit(true)).refused;
    t.like(deep, expected, deep?.detail.en);
    const shallow = (await audit(false)).refused;
    t.is(shallow?.code, needsPackages ? undefined : expected.code);
  });
}

test('a good chain is good, by any anchor and in both kinds of place', async (t) => {
  const { chain } = await writeFiles(await makeFolder(t), filesOf(good));
  const address = await serve(t, serving(filesOf(good)));
  for (const source of [await folderSource(chain), httpSource(address)]) {
    for (const pinned of good.trusts) {
      const audit = await auditChain(source, pinned, { packages: true });
      t.is(audit.refused, null);
      t.deepEqual(audit.warnings, []);
      t.deepEqual(new Set(audit.trust.chain.held.keys()), new Set([1, 2]));
      t.deepEqual(
        audit.phases.map(({ summary }) => summary),
        [
          {
            phase: 'simulacro-1',
            kind: 'simulacro',
            cortes: 1,
            first_taken_at: '2018-07-01T19:00:00-05:00',
            last_taken_at: '2018-07-01T19:00:00-05:00',
            head: good.simulacro[0].sha256,
            final: false,
            median_gap_seconds: null,
            longest_gap_seconds: null,
            signers: ['ensayo-1'],
          },
          {
            phase: 'jornada',
            kind: 'oficial',
            cortes: 5,
            first_taken_at: '2018-07-01T19:00:00-05:00',
            last_taken_at: '2018-07-01T19:40:00-05:00',
            head: good.jornada[4].sha256,
            final: false,
            median_gap_seconds: 600,
            longest_gap_seconds: 600,
            signers: ['firma-1', 'relevo-1'],
          },
        ],
      );
    }
    source.close();
  }
});

test('a rejected promise of onProgress ends the check, even in the middle of a package', async (t) => {
  const { chain } = await writeFiles(await makeFolder(t), filesOf(good));
  let told = 0;
  // Bytes that are reported for the first time come from within a package.
  const onProgress = (_phase: string, _number: number, bytes: number) => {
    const isWithin = bytes > told;
    told = bytes;
    return isWithin ? Promise.reject(new Error('enough')) : Promise.resolve();
  };
  await t.throwsAsync(auditChain(await folderSource(chain), anchor, { packages: true, onProgress }), { message: 'enough' });
});

test('the index of a copy that hides its newest part gives it away, and the rest is sound', async (t) => {
  const { chain } = await writeFiles(await makeFolder(t), filesOf(good));
  await rm(join(chain, 'jornada/000005'), { recursive: true });
  const audit = await auditChain(await folderSource(chain), anchor);
  t.is(audit.refused, null);
  t.is(audit.phases[1]?.cortes.length, 4);
  t.regex(audit.warnings.join(), /claims corte 5 of jornada, 4 is the newest/);
});

test('an index that is missing, lies or is nonsense changes no verdict', async (t) => {
  for (const index of [
    null,
    '{',
    '[]',
    '<html>',
    '{"election":"x","trust":1,"phases":{"jornada":{"number":2}}}',
    'x'.repeat(100_000),
  ]) {
    const files = filesOf(good);
    if (index === null) files.delete('index.json');
    else files.set('index.json', Buffer.from(index));
    const audit = await auditChain(httpSource(await serve(t, serving(files))), anchor);
    t.is(audit.refused, null);
    t.is(audit.phases[1]?.cortes.length, 5);
  }
});

test('a web server that sends a page for missing files does not break a good chain', async (t) => {
  const all = filesOf(good);
  const address = await serve(t, (request, response) => {
    response.end(all.get(request.url?.slice(1) ?? '') ?? '<!doctype html><title>Inicio</title>');
  });
  const audit = await auditChain(httpSource(address), good.trusts[1]);
  t.is(audit.phases[1]?.refused, null);
  t.is(audit.phases[1]?.cortes.length, 5);
});

test('a place without a chain gets no verdict', async (t) => {
  const folder = await makeFolder(t);
  await t.throwsAsync(async () => auditChain(await folderSource(folder), anchor), { message: /no chain here/ });
  await t.throwsAsync(() => folderSource(join(folder, 'nowhere')), { code: 'ENOENT' });
  const address = await serve(t, serving(new Map()));
  await t.throwsAsync(auditChain(httpSource(address), anchor), { message: /no chain here/ });
});
