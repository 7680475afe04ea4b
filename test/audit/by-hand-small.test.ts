import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pLimit from 'p-limit';
import { auditChain } from '../../src/audit/chain.ts';
import { folderSource } from '../../src/audit/source/folder.ts';
import { httpSource } from '../../src/audit/source/http.ts';
import { readAnchor } from '../../src/chain/trust-folder.ts';
import { ToldError } from '../../src/format/said.ts';
import { writeFiles } from '../kit/broken-chains.ts';
import { sh } from '../kit/command.ts';
import { nextTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';
import { long, requires } from '../kit/requires.ts';
import { chainOf, corteOf, FIRST, SMALL_CHAINS } from '../kit/small-chains.ts';
import { serve, files as serving } from '../kit/web.ts';

/** `docs/verificar.sh` and the auditor over chains that are out of the ordinary: one answer, from a disk and over http. */

const script = join(repository(), 'docs/verificar.sh');
const withTools = long(requires('openssh-client, curl and tar', ['ssh-keygen', 'curl', 'tar', 'sha256sum']));
const atOnce = pLimit(2);
const check = (place: string, anchor: string) => atOnce(() => sh(`sh ${script} '${place}' '${anchor}'`, repository()));

/** In the suite the good ones and the last of each code; `npm run soak:by-hand` checks all of them. */
const CHAINS =
  process.env['COTEJO_SOAK'] === '1'
    ? SMALL_CHAINS
    : [...new Map(SMALL_CHAINS.map((chain) => [chain.code ?? chain.name, chain])).values()];

for (const { name, files, code, needsListing } of CHAINS) {
  withTools(`by hand and by the auditor: ${name}`, async (t) => {
    const all = files();
    const { chain, anchor } = await writeFiles(await makeFolder(t), all);
    const address = await serve(t, serving(all));
    const places = [await folderSource(chain), httpSource(address)];
    // A fault that is in the files alone is one wherever they lie.
    for (const source of code === null || needsListing ? places : places.slice(0, 1)) {
      const expected = needsListing && source.name !== chain ? null : code;
      const { refused } = await auditChain(source, await readAnchor(anchor), { packages: true });
      t.is(refused?.code ?? null, expected, source.name);
      const told = await check(source.name, anchor);
      t.is(told.status, expected === null ? 0 : 1, told.stderr);
    }
  });
}

withTools('by hand, what a server says where it has nothing is no trust document that a corte may name', async (t) => {
  const second = signTrust(nextTrust(FIRST));
  const files = chainOf([FIRST], [corteOf({ trust: second })]);
  const { anchor } = await writeFiles(await makeFolder(t), files);
  const honest = serving(files);
  const address = await serve(t, (request, response) =>
    request.url === '/trust/2.json' ? response.writeHead(404).end(second.bytes) : honest(request, response),
  );
  t.is((await auditChain(httpSource(address), FIRST)).refused?.code, 'trust-missing');
  t.is((await check(address.href, anchor)).status, 1);
});

withTools('by hand, whose signature it is says its key, whatever name its file has: in a folder it is found', async (t) => {
  const second = signTrust(nextTrust(FIRST), { licenciada: makeKey('presidencia'), cotaprep: makeKey('cotaprep') });
  const files = chainOf([FIRST, second], [corteOf({ trust: second })]);
  const { chain, anchor } = await writeFiles(await makeFolder(t), files);
  t.is((await auditChain(await folderSource(chain), FIRST)).refused, null);
  const told = await check(chain, anchor);
  t.is(told.status, 0, told.stderr);
});

withTools('by hand, a phase or a corte that is no folder, or can not be looked into, is no verdict', async (t) => {
  for (const path of ['jornada', 'jornada/000002']) {
    const files = chainOf([FIRST], path === 'jornada' ? [] : [corteOf({ trust: FIRST })]);
    const { chain, anchor } = await writeFiles(await makeFolder(t), files.set(path, Buffer.alloc(0)));
    await t.throwsAsync(auditChain(await folderSource(chain), FIRST), { code: 'ENOTDIR' });
    const told = await check(chain, anchor);
    t.is(told.status, 3, told.stderr);
  }
  const folder = await makeFolder(t);
  const { chain, anchor } = await writeFiles(folder, chainOf([FIRST], [corteOf({ trust: FIRST })]));
  const own = `${folder}/verificar.sh`;
  await copyFile(script, own);
  // For root nothing is shut.
  const somebody = process.geteuid?.() === 0 ? 'setpriv --reuid=65534 --regid=65534 --clear-groups' : '';
  const checked = () => atOnce(() => sh(`${somebody} sh '${own}' '${chain}' '${anchor}'`, '/'));
  await chmod(folder, 0o755);
  t.is((await checked()).status, 0);
  for (const shut of ['jornada/000001', 'jornada']) {
    await chmod(join(chain, shut), 0);
    const told = await checked();
    t.is(told.status, 3, shut + told.stdout + told.stderr);
    await chmod(join(chain, shut), 0o755);
  }
});

withTools(
  'by hand, a server that compresses what nobody asked it to is no verdict, and one that says so of a .gz is good',
  async (t) => {
    const files = chainOf([FIRST], [corteOf({ trust: FIRST })]);
    const { anchor } = await writeFiles(await makeFolder(t), files);
    const honest = serving(files);
    for (const [ending, compressed, status] of [
      ['.tar.gz', false, 0],
      ['/corte.json', true, 3],
    ] as const) {
      const address = await serve(t, (request, response) => {
        if (!request.url?.endsWith(ending)) return honest(request, response);
        const body = files.get(request.url.slice(1));
        return body === undefined
          ? response.writeHead(404).end()
          : response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(compressed ? gzipSync(body) : body);
      });
      const audited = auditChain(httpSource(address), FIRST, { packages: true });
      await (status === 0 ? t.notThrowsAsync(audited) : t.throwsAsync(audited, { instanceOf: ToldError }));
      const told = await check(address.href, anchor);
      t.is(told.status, status, told.stderr);
    }
  },
);
