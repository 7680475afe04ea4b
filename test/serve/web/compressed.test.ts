import { readFile, rm } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { newMaker } from '../../../src/difusor/care/compress.ts';
import type { OpenPhase } from '../../../src/difusor/phase/phase.ts';
import { settlePublic } from '../../../src/difusor/phase/settle.ts';
import { takesGzip } from '../../../src/serve/web/encoding.ts';
import { openSite } from '../../../src/serve/web/site.ts';
import { startWeb } from '../../../src/serve/web/web-server.ts';
import { type Corte, makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { runNginx } from '../../kit/nginx.ts';
import { type KitNode, makeNode } from '../../kit/node.ts';
import { authorized, install } from '../../kit/presentation.ts';
import { askRaw, type RawAnswer } from '../../kit/raw-http.ts';
import { requires } from '../../kit/requires.ts';

/** What readers get who take compressed copies, and those who don't: by nginx as shipped and by the built-in server. */

const withNginx = requires('nginx', ['nginx']).serial;
const trust = signTrust(makeTrust());
const large = (text: string) => `${text}\n`.repeat(400);
const filesOf = (n: number): Record<string, string | Buffer> => ({
  'index.html': large(`<p>corte ${n}</p>`),
  'datos/index.html': large('<p>datos</p>'),
  'datos/x.json': large(`{"corte":${n}}`),
  'datos/x.json.gz': gzipSync(large(`{"corte":${n}}`)),
  'xindex.html': large('<p>otra</p>'),
  x: 'x',
  'small.txt': 'x',
  'acta.jpg': large('acta'),
  '404.html': large('<p>no está</p>'),
  ...authorized(),
});

type Get = (path: string, ...headers: string[]) => Promise<RawAnswer>;

async function serve(t: ExecutionContext, node: KitNode): Promise<readonly (readonly [string, Get])[]> {
  const site = openSite(node.config, { now: () => node.clock.now, tell: node.onEvent });
  const service = await startWeb(site, { host: '127.0.0.1', port: 0 });
  t.teardown(() => service.close());
  const by =
    (port: number): Get =>
    (path, ...headers) => {
      const [method, target] = path.includes(' ') ? path.split(' ') : ['GET', path];
      const lines = [`${method} ${target} HTTP/1.1`, 'Host: prep.example', 'Connection: close', ...headers];
      return askRaw(port, `${lines.join('\r\n')}\r\n\r\n`);
    };
  // As Debian's own nginx.conf has it: what has no copy is compressed on the way, what has one is not compressed twice.
  const { port } = await runNginx(t, node.config, { change: (text) => `gzip on;\n${text}` });
  return [
    ['nginx', by(port)],
    ['built-in', by(service.address.port)],
  ];
}

const phaseOf = ({ node }: KitNode) => node.phases.get('jornada') as OpenPhase;

async function admit(kit: KitNode, corte: Corte): Promise<void> {
  kit.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(kit.config.inbox, corte);
  requireAdmitted(await kit.outcomes(), corte);
  const maker = newMaker();
  while (await maker.slice(phaseOf(kit), 1000));
}

function requireAdmitted(outcomes: Record<string, string>, { delivery }: Corte): void {
  if (outcomes[delivery] !== 'admitted') throw new Error(JSON.stringify(outcomes));
}

const GZIP = 'Accept-Encoding: gzip, deflate, br';
const one = makeCorte({ trust, files: filesOf(1) });
const two = makeCorte({ trust, files: filesOf(2), previous: one });

async function nodeWith(t: ExecutionContext, ...cortes: Corte[]): Promise<KitNode> {
  const kit = await makeNode(t, { folder: await makeFolder(t), trust, keepsTheRule: true });
  for (const corte of cortes) await admit(kit, corte);
  return kit;
}

withNginx('each file comes in the form that its reader takes, with validators of its own', async (t) => {
  const kit = await nodeWith(t, one);
  for (const [name, get] of await serve(t, kit)) {
    for (const path of [
      '/',
      '/index.html',
      '/datos/',
      '/datos/x.json',
      '/cotejo/c/1/',
      '/cotejo/c/1/datos/x.json',
      '/cotejo/c/1/datos/',
    ]) {
      const file = path.replace('/cotejo/c/1', '').replace(/\/$/, '/index.html').slice(1);
      const [plain, copy] = [await get(path), await get(path, GZIP)];
      t.is(plain.body.toString(), filesOf(1)[file] as string, `${name} ${path}`);
      t.is(plain.headers['content-encoding'], undefined);
      t.is(copy.status, 200, `${name} ${path}`);
      t.is(copy.headers['content-encoding'], 'gzip', `${name} ${path}`);
      t.is(gunzipSync(copy.body).toString(), filesOf(1)[file] as string);
      t.deepEqual(copy.body, await readFile(kit.path('state/compressed/jornada/000001', file)));
      t.is(copy.headers['content-length'], String(copy.body.length));
      t.not(copy.headers['etag'], plain.headers['etag']);
      t.false(copy.headers['etag']?.startsWith('W/'));
      for (const answer of [plain, copy]) {
        t.is(answer.headers['vary'], 'Accept-Encoding', `${name} ${path}`);
        t.is(answer.headers['cotejo-corte'], '1');
        t.is(answer.headers['cache-control'], 'public, max-age=15, must-revalidate');
        t.is(answer.headers['content-type'], file.endsWith('html') ? 'text/html' : 'application/json');
      }
      for (const answer of path.startsWith('/cotejo') ? [] : [plain, copy]) t.is(answer.headers['cotejo-muestra'], 'corte');

      const head = await get(`HEAD ${path}`, GZIP);
      t.deepEqual([head.status, head.body.length], [200, 0]);
      for (const one of ['etag', 'content-encoding', 'content-length']) t.is(head.headers[one], copy.headers[one]);
      const kept = await get(path, GZIP, `If-None-Match: ${copy.headers['etag']}`);
      t.deepEqual([kept.status, kept.headers['vary'], kept.headers['content-encoding']], [304, 'Accept-Encoding', undefined]);
      t.is(
        (await get(path, `If-None-Match: ${copy.headers['etag']}`)).status,
        200,
        'who has the copy and takes none gets the file',
      );
      t.is((await get(path, GZIP, `If-None-Match: ${plain.headers['etag']}`)).status, 200);
      const part = await get(path, GZIP, 'Range: bytes=4-9', `If-Range: ${copy.headers['etag']}`);
      t.deepEqual([part.status, part.headers['content-encoding']], [206, 'gzip'], `${name} ${path}`);
      t.deepEqual(part.body, copy.body.subarray(4, 10));
      const other = await get(path, 'Range: bytes=4-9', `If-Range: ${copy.headers['etag']}`);
      t.deepEqual([other.status, other.body.toString()], [200, filesOf(1)[file] as string], 'no part of the other form');
    }
  }
});

withNginx('what has no copy comes as it is, and the IEC’s own compressed file is a file', async (t) => {
  const kit = await nodeWith(t, one);
  for (const [name, get] of await serve(t, kit)) {
    for (const prefix of ['/', '/cotejo/c/1/']) {
      for (const path of ['acta.jpg', 'small.txt', 'datos/x.json.gz']) {
        const { headers, body } = await get(`${prefix}${path}`, GZIP);
        t.deepEqual([headers['content-encoding'], headers['vary']], [undefined, 'Accept-Encoding'], `${name} ${prefix}${path}`);
        t.deepEqual(body, Buffer.from(filesOf(1)[path] as string));
      }
      t.is((await get(`${prefix}nada.json`, GZIP)).status, 404);
      t.is((await get(`${prefix}datos`, GZIP)).status, 301, `${name} ${prefix}`);
    }
    t.is((await get('/cotejo/c/1/x', GZIP)).body.toString(), 'x', 'and not xindex.html');
    t.is((await get('/nada')).body.toString(), filesOf(1)['404.html'] as string, `${name}: the publication's own page`);
    t.is((await get('/../compressed/jornada/000001/index.html', GZIP)).status, 400);
    await rm(kit.path('state/compressed/jornada/000001/datos/x.json'), { force: true });
    const gone = await get('/datos/x.json', GZIP);
    t.is(gone.headers['content-encoding'], undefined);
    t.is(gone.body.toString(), filesOf(1)['datos/x.json'] as string, name);
  }
});

withNginx('by a presentation the files of the corte come compressed too', async (t) => {
  const kit = await makeNode(t, { folder: await makeFolder(t), trust, keepsTheRule: true });
  await install(kit, 'tablero');
  await admit(kit, one);
  for (const [name, get] of await serve(t, kit)) {
    const { status, headers, body } = await get('/cotejo/presentacion/tablero/corte/datos/x.json', GZIP);
    t.deepEqual([status, headers['content-encoding'], headers['vary']], [200, 'gzip', 'Accept-Encoding'], name);
    t.is(gunzipSync(body).toString(), filesOf(1)['datos/x.json'] as string);
  }
});

withNginx('a switch changes the copies with the files, and the corte before keeps its own', async (t) => {
  const kit = await nodeWith(t, one);
  const servers = await serve(t, kit);
  await admit(kit, two);
  for (const [name, get] of servers) {
    for (const [path, n] of [
      ['/datos/x.json', 2],
      ['/cotejo/c/1/datos/x.json', 1],
      ['/cotejo/c/2/datos/x.json', 2],
    ] as const) {
      const { headers, body } = await get(path, GZIP);
      t.is(headers['content-encoding'], 'gzip', `${name} ${path}`);
      t.is(gunzipSync(body).toString(), large(`{"corte":${n}}`));
    }
  }
  // A number that is not kept has no copies either, whatever still lies there.
  await rm(kit.path('state/trees/jornada/000001'), { recursive: true, force: true });
  for (const [name, get] of servers) t.is((await get('/cotejo/c/1/datos/x.json', GZIP)).status, 404, name);
});

withNginx('the notice stays what it is: 503, and never a copy of a corte', async (t) => {
  const kit = await nodeWith(t, one);
  const servers = await serve(t, kit);
  kit.clock.now += 40 * 60_000;
  await settlePublic(phaseOf(kit));
  for (const [name, get] of servers) {
    for (const path of ['/', '/index.html', '/datos/x.json']) {
      const { status, headers, body } = await get(path, GZIP);
      t.deepEqual([status, headers['cotejo-muestra'], headers['cache-control']], [503, 'aviso', 'no-store'], `${name} ${path}`);
      t.is(headers['content-encoding'], undefined);
      t.regex(body.toString(), /<!doctype html>/i);
    }
  }
});

const TAKES: ReadonlyArray<readonly [header: string, takes: boolean]> = [
  ['gzip', true],
  ['GZIP', true],
  ['x-gzip', true],
  ['gzip, deflate, br, zstd', true],
  ['br, gzip', true],
  ['br,gzip;q=0.5', true],
  ['gzip;q=1.0, identity; q=0.5, *;q=0', true],
  ['gzip ; q=0.001', true],
  ['*', true],
  ['*;q=0.1', true],
  ['', false],
  ['identity', false],
  ['br', false],
  ['gzip;q=0', false],
  ['gzip;q=0.0', false],
  ['gzip; q=0.000, *', false],
  ['*;q=0', false],
  ['br, *;q=0', false],
  ['gzipped', false],
  ['not-gzip', false],
  ['gzip;q=x', false],
];

test('who takes a copy: gzip by its name first, then by the asterisk, and never with a weight of nothing', (t) => {
  for (const [header, takes] of TAKES) t.is(takesGzip(header), takes, header);
  t.false(takesGzip(undefined));
});

withNginx('nginx goes by the same rules', async (t) => {
  const kit = await nodeWith(t, one);
  const [[, nginx], [, own]] = (await serve(t, kit)) as [[string, Get], [string, Get]];
  for (const [header, takes] of TAKES) {
    for (const get of [nginx, own]) {
      const { headers } = await get('/datos/x.json', `Accept-Encoding: ${header}`);
      t.is(headers['content-encoding'], takes ? 'gzip' : undefined, header);
    }
  }
});
