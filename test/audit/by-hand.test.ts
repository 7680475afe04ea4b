import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import pLimit from 'p-limit';
import { BROKEN_CHAINS, filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { sh } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { long, repository, requires } from '../kit/requires.ts';
import { serve, files as serving } from '../kit/web.ts';

/** docs/verificar.sh: whoever trusts no program of ours comes to the same verdicts. */

const good = goodChain();
const script = join(repository(), 'docs/verificar.sh');
const PROGRAMS = ['ssh-keygen', 'curl', 'tar', 'sha256sum'];
const withTools = requires('openssh-client, curl and tar', PROGRAMS);
/** Each run starts some hundred small programs. */
const atOnce = pLimit(2);
const check = (chain: string, anchor: string) => atOnce(() => sh(`sh ${script} '${chain}' '${anchor}'`, repository()));

// Failing until the script is written in such lines; then ava asks for `test`.
test.failing('the script is one that a person can read: 180 lines of 100 characters at most', async (t) => {
  const lines = (await readFile(script, 'utf8')).trimEnd().split('\n');
  t.true(lines.length <= 180, `${lines.length} lines`);
  t.deepEqual(
    lines.filter((line) => [...line].length > 100),
    [],
  );
});

withTools('by hand, the example and the good chain are good, in a folder and over http', async (t) => {
  const example = join(repository(), 'test/example');
  const checked = await check(join(example, 'chain'), join(example, 'anchor.json'));
  t.is(checked.status, 0, checked.stderr);
  t.regex(checked.stdout, /^jornada: 4 cortes auténticos/m);
  const files = filesOf(good);
  const { chain, anchor } = await writeFiles(await makeFolder(t), files);
  t.is((await check(chain, anchor)).status, 0);
  const online = await check((await serve(t, serving(files))).href, anchor);
  t.is(online.status, 0, online.stderr);
  t.regex(online.stdout, new RegExp(`^jornada: 5 cortes auténticos; el último, ${good.jornada[4].sha256}`, 'm'));
});

for (const { name, breakIt } of BROKEN_CHAINS) {
  long(withTools)(`by hand too: ${name}`, async (t) => {
    const files = filesOf(good);
    breakIt(files, good);
    const { chain, anchor } = await writeFiles(await makeFolder(t), files);
    const { status, stdout, stderr } = await check(chain, anchor);
    t.is(status, 1, stdout + stderr);
    t.regex(stderr, /^NO ES AUTÉNTICO: /m);
  });
}

withTools('by hand, a server that is down or sends without end is no verdict, or a bad one, but never a hang', async (t) => {
  const { anchor } = await writeFiles(await makeFolder(t), filesOf(good));
  const down = await serve(t, (_, response) => response.writeHead(503).end());
  t.is((await check(down.href, anchor)).status, 3);
  const endless = await serve(t, (_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536, ' ')) && !response.destroyed);
      response.once('drain', more);
    };
    more();
  });
  t.is((await check(endless.href, anchor)).status, 1);
});
