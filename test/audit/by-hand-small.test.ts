import { join } from 'node:path';
import pLimit from 'p-limit';
import { auditChain } from '../../src/audit/chain.ts';
import { folderSource } from '../../src/audit/source/folder.ts';
import { httpSource } from '../../src/audit/source/http.ts';
import { readAnchor } from '../../src/chain/trust-folder.ts';
import { writeFiles } from '../kit/broken-chains.ts';
import { sh } from '../kit/command.ts';
import { makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';
import { long, requires } from '../kit/requires.ts';
import { chainOf, corteOf, SMALL_CHAINS } from '../kit/small-chains.ts';
import { serve, files as serving } from '../kit/web.ts';

/** `docs/verificar.sh` and the auditor over chains that are out of the ordinary: one answer, from a disk and over http. */

const script = join(repository(), 'docs/verificar.sh');
const withTools = long(requires('openssh-client, curl and tar', ['ssh-keygen', 'curl', 'tar', 'sha256sum']));
const atOnce = pLimit(2);
const check = (place: string, anchor: string) => atOnce(() => sh(`sh ${script} '${place}' '${anchor}'`, repository()));

for (const { name, files, code } of SMALL_CHAINS) {
  withTools(`by hand and by the auditor: ${name}`, async (t) => {
    const all = files();
    const { chain, anchor } = await writeFiles(await makeFolder(t), all);
    const address = await serve(t, serving(all));
    for (const source of [await folderSource(chain), httpSource(address)]) {
      const { refused } = await auditChain(source, await readAnchor(anchor), { packages: true });
      t.is(refused?.code ?? null, code, source.name);
      const told = await check(source.name, anchor);
      t.is(told.status, code === null ? 0 : 1, told.stderr);
    }
  });
}

withTools('by hand, what a server says where it has nothing is no trust document that a corte may name', async (t) => {
  const first = signTrust(makeTrust());
  const second = signTrust(nextTrust(first));
  const files = chainOf([first], [corteOf({ trust: second })]);
  const { anchor } = await writeFiles(await makeFolder(t), files);
  const honest = serving(files);
  const address = await serve(t, (request, response) =>
    request.url === '/trust/2.json' ? response.writeHead(404).end(second.bytes) : honest(request, response),
  );
  t.is((await auditChain(httpSource(address), first)).refused?.code, 'trust-missing');
  t.is((await check(address.href, anchor)).status, 1);
});
