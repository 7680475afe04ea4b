import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import pLimit from 'p-limit';
import { BROKEN_CHAINS, filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { sh } from '../kit/command.ts';
import { makeChain } from '../kit/cortes.ts';
import { encode, makeTrust, signTrust, trustFiles } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { find, long, repository, requires } from '../kit/requires.ts';
import { serve, files as serving } from '../kit/web.ts';

/** docs/verificar.sh: someone who trusts no program of ours must come to the same verdicts. */

const good = goodChain();
const script = join(repository(), 'docs/verificar.sh');
const PROGRAMS = ['ssh-keygen', 'curl', 'tar', 'sha256sum'];
/** Each run starts some hundred small programs. */
const withTools = long(requires('openssh-client, curl and tar', PROGRAMS));
const atOnce = pLimit(2);
const check = (chain: string, anchor: string) => atOnce(() => sh(`sh ${script} '${chain}' '${anchor}'`, repository()));

test('the script is one that a person can read: 180 lines of 100 characters at most', async (t) => {
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
  withTools(`by hand too: ${name}`, async (t) => {
    const files = filesOf(good);
    breakIt(files, good);
    // Each corte before the broken one costs some fifty programs: without those of the other phase it is as broken.
    for (const path of files.keys()) if (path.startsWith('simulacro-1/')) files.delete(path);
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

withTools(
  'by hand, what the script can not tell is no accusation: a redirect, no chain, an anchor without signatures',
  async (t) => {
    const files = filesOf(good);
    const { chain, anchor } = await writeFiles(await makeFolder(t), files);
    const moved = await serve(t, (_, response) => response.writeHead(301, { location: 'https://elsewhere.example/' }).end());
    const told = await check(moved.href, anchor);
    t.is(told.status, 3, told.stderr);
    t.regex(told.stderr, /https:\/\/elsewhere\.example/);
    t.is((await check((await serve(t, serving(new Map()))).href, anchor)).status, 3);
    t.is((await check(join(chain, 'trust'), anchor)).status, 3);
    t.is((await check(join(chain, 'trust-mistyped'), anchor)).status, 3);
    t.is((await check(chain, join(chain, 'trust/1.json.nobody'))).status, 3);
    t.is((await check(chain, join(chain, 'trust/2.json'))).status, 0);
    t.is((await check(chain, join(chain, 'jornada/000001/corte.json'))).status, 3);
  },
);

withTools('by hand, a host that answers 403 for what is absent is an ordinary one', async (t) => {
  const files = filesOf(good);
  const { anchor } = await writeFiles(await makeFolder(t), files);
  const bucket = await serve(t, (request, response) => {
    const body = files.get((request.url ?? '').slice(1));
    response.writeHead(body ? 200 : 403).end(body);
  });
  const told = await check(bucket.href, anchor);
  t.is(told.status, 0, told.stderr);
});

withTools('by hand, quotes and backslashes in a note and a title are text like any other', async (t) => {
  const trust = signTrust(makeTrust({ title: 'PREP "2018" \\ ñ' }));
  const [corte] = makeChain(1, { trust, note: 'Se corrigió el "catálogo": C:\\datos, "x"' });
  const files = new Map<string, Buffer>();
  for (const [name, bytes] of Object.entries(trustFiles(trust))) {
    files.set(`trust/${name}`, bytes);
    files.set(`anchor/${name.replace(/^1\.json/, 'anchor.json')}`, bytes);
  }
  for (const [name, bytes] of Object.entries(corte?.files ?? {})) files.set(`jornada/000001/${name}`, bytes);
  files.set('index.json', encode({}));
  const { chain, anchor } = await writeFiles(await makeFolder(t), files);
  const told = await check(chain, anchor);
  t.is(told.status, 0, told.stderr);
  t.regex(told.stdout, /^jornada: 1 cortes auténticos/m);
});

/** The programs that the script starts; a machine needs one of the last three. */
const STARTED =
  'awk cat chmod cmp cp curl cut date dirname find grep gzip head mkdir mktemp mv od rm sed sh sort ssh-keygen tail tar tr uniq wc'.split(
    ' ',
  );

withTools('by hand, without sha256sum: shasum or openssl in its place, or a sentence that says what is missing', async (t) => {
  const { chain, anchor } = await writeFiles(await makeFolder(t), filesOf(good));
  const tried: [string[], number][] = [
    [[], 3],
    [['openssl'], 0],
    [['base64', 'sha256sum'], 0],
  ];
  for (const [extra, status] of tried) {
    const bin = join(await makeFolder(t), 'bin');
    await mkdir(bin);
    for (const name of [...STARTED, ...extra]) await symlink(find(name) ?? `/nowhere/${name}`, join(bin, name));
    const told = await sh(`sh ${script} '${chain}' '${anchor}'`, repository(), { PATH: bin });
    t.is(told.status, status, extra.join() + told.stderr);
    if (status === 3) t.regex(told.stderr, /falta sha256sum/);
  }
});

for (const [shell, program, of] of [
  ['bash --posix', 'bash', 'bash'],
  ['dash', 'dash', 'dash'],
  ['busybox sh', 'busybox', 'busybox'],
] as const) {
  long(requires(of, [program]))(`by hand, the script runs in ${shell}`, async (t) => {
    const example = join(repository(), 'test/example');
    const told = await sh(`${shell} ${script} ${join(example, 'chain')} ${join(example, 'anchor.json')}`, repository());
    t.is(told.status, 0, told.stderr);
  });
}
