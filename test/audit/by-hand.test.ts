import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import pLimit from 'p-limit';
import { BROKEN_CHAINS, type Files, filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { cotejo, sh } from '../kit/command.ts';
import { makeChain } from '../kit/cortes.ts';
import { encode, makeTrust, signTrust, trustFiles } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { find, repository } from '../kit/programs.ts';
import { long, requires } from '../kit/requires.ts';
import { type Answering, serve, files as serving } from '../kit/web.ts';

/** docs/verificar.sh: someone who trusts no program of ours must come to the same verdicts. */

const good = goodChain();
const script = join(repository(), 'docs/verificar.sh');
const PROGRAMS = ['ssh-keygen', 'curl', 'tar', 'sha256sum'];
/** Each run starts some hundred small programs. */
const withTools = long(requires('openssh-client, curl and tar', PROGRAMS));
const atOnce = pLimit(2);
const check = (chain: string, anchor: string) => atOnce(() => sh(`sh ${script} '${chain}' '${anchor}'`, repository()));

test('the script is one that a person can read: 220 lines of 100 characters at most', async (t) => {
  const lines = (await readFile(script, 'utf8')).trimEnd().split('\n');
  t.true(lines.length <= 220, `${lines.length} lines`);
  t.deepEqual(
    lines.filter((line) => [...line].length > 100),
    [],
  );
});

withTools('by hand, the example and the good chain are good, in a folder and over http', async (t) => {
  const example = join(repository(), 'test/example');
  const checked = await check(join(example, 'chain'), join(example, 'anchor.json'));
  t.is(checked.status, 0, checked.stderr);
  t.regex(checked.stdout, /^jornada: cortes auténticos: 4;/m);
  const files = filesOf(good);
  const { chain, anchor } = await writeFiles(await makeFolder(t), files);
  t.is((await check(chain, anchor)).status, 0);
  const online = await check((await serve(t, serving(files))).href, anchor);
  t.is(online.status, 0, online.stderr);
  t.regex(online.stdout, new RegExp(`^jornada: cortes auténticos: 5; el último, ${good.jornada[4].sha256}`, 'm'));
});

/** In the suite the last chain of each code; `npm run soak:by-hand` checks all of them, each by some two hundred programs. */
const CHAINS =
  process.env['COTEJO_SOAK'] === '1'
    ? BROKEN_CHAINS
    : [...new Map(BROKEN_CHAINS.map((chain) => [chain.expected.code, chain])).values()];

for (const { name, breakIt } of CHAINS) {
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

/** Hosts by what they answer for a name that they do not have. */
const HOSTS: Readonly<Record<string, Answering>> = {
  'answers 403': (_, response) => response.writeHead(403).end('AccessDenied'),
  'shows a page': (request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(`\n<!DOCTYPE html>No hay ${request.url}`),
};
for (const [name, absent] of Object.entries(HOSTS)) {
  withTools(`by hand, a host that ${name} for what is absent is an ordinary one`, async (t) => {
    const files = small();
    const { anchor } = await writeFiles(await makeFolder(t), files);
    const host = (all: Files): Answering => {
      const honest = serving(all);
      return (request, response) => (all.has((request.url ?? '').slice(1)) ? honest : absent)(request, response);
    };
    const told = await check((await serve(t, host(files))).href, anchor);
    t.is(told.status, 0, told.stderr);
    t.is((await check((await serve(t, host(new Map()))).href, anchor)).status, 3);
  });
}

withTools('by hand, a host that shuts out one file, and says 404 of others, is no verdict', async (t) => {
  const files = small();
  const { anchor } = await writeFiles(await makeFolder(t), files);
  const honest = serving(files);
  const host = await serve(t, (request, response) =>
    request.url?.endsWith('/corte.json') ? response.writeHead(403).end() : honest(request, response),
  );
  t.is((await check(host.href, anchor)).status, 3);
});

withTools('by hand, what nobody signed, or what is one signature too many, spoils nothing', async (t) => {
  const files = filesOf(good);
  for (const path of files.keys()) if (/^(simulacro-1|jornada\/00000[2-5])\//.test(path)) files.delete(path);
  files.set('index.json', Buffer.alloc(70_000, ' '));
  files.set('trust/2.json.presidencia.sig', Buffer.alloc(5_000, 'A'));
  const { chain, anchor } = await writeFiles(await makeFolder(t), files);
  const online = await check((await serve(t, serving(files))).href, anchor);
  t.is(online.status, 0, online.stderr);
  const audited = await cotejo(['audit', 'chain', chain, '--anchor', anchor]);
  t.is(audited.status, 0, audited.stderr);
  await rm(join(chain, 'index.json'));
  await mkdir(join(chain, 'index.json'));
  await rm(join(chain, 'trust/2.json.presidencia.sig'));
  await mkdir(join(chain, 'trust/2.json.presidencia.sig'));
  const folders = await check(chain, anchor);
  t.is(folders.status, 0, folders.stderr);
});

withTools('by hand, a signature file with an empty line at its end is good, and one with more than that is not', async (t) => {
  for (const [more, status] of [
    ['\n', 0],
    ['x', 1],
  ] as const) {
    const files = small();
    const signature = files.get('jornada/000001/corte.json.sig') ?? '';
    files.set('jornada/000001/corte.json.sig', Buffer.from(`${signature.toString()}${more}`));
    const { chain, anchor } = await writeFiles(await makeFolder(t), files);
    t.is((await check(chain, anchor)).status, status);
    t.is((await cotejo(['audit', 'chain', chain, '--anchor', anchor])).status, status);
  }
});

/** A chain of one corte, which takes the script little time. */
function small(title = 'PREP', note: string | null = null): Map<string, Buffer> {
  const trust = signTrust(makeTrust({ title }));
  const [corte] = makeChain(1, { trust, note });
  const files = new Map<string, Buffer>();
  for (const [name, bytes] of Object.entries(trustFiles(trust))) {
    files.set(`trust/${name}`, bytes);
    files.set(`anchor/${name.replace(/^1\.json/, 'anchor.json')}`, bytes);
  }
  for (const [name, bytes] of Object.entries(corte?.files ?? {})) files.set(`jornada/000001/${name}`, bytes);
  files.set('index.json', encode({}));
  return files;
}

withTools('by hand, quotes and backslashes in a note and a title are text like any other', async (t) => {
  const files = small('PREP "2018" \\ ñ', 'Se corrigió el "catálogo": C:\\datos, "x"');
  const { chain, anchor } = await writeFiles(await makeFolder(t), files);
  const told = await check(chain, anchor);
  t.is(told.status, 0, told.stderr);
  t.regex(told.stdout, /^jornada: cortes auténticos: 1;/m);
});

/** The programs that the script starts; a machine needs one of the last three. */
const STARTED =
  'awk cat chmod cmp cp curl cut date dirname find grep gzip head ls mkdir mktemp mv od rm sed sh sort ssh-keygen tail tar tr uniq wc'.split(
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

long(requires('busybox and openssh-client', ['busybox', 'ssh-keygen']))(
  'by hand, a machine with nothing but BusyBox and ssh-keygen, as a small container is',
  async (t) => {
    const bin = join(await makeFolder(t), 'bin');
    await mkdir(bin);
    const own = ['ssh-keygen', 'base64', 'sha256sum', ...STARTED.filter((name) => !['curl', 'ssh-keygen'].includes(name))];
    for (const name of own) await symlink(find(name === 'ssh-keygen' ? name : 'busybox') ?? '/nowhere', join(bin, name));
    const { chain, anchor } = await writeFiles(await makeFolder(t), small());
    const told = await sh(`sh ${script} '${chain}' '${anchor}'`, repository(), { PATH: bin });
    t.is(told.status, 0, told.stderr);
  },
);
