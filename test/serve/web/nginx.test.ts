import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';
import { showIndex } from '../../../src/difusor/phase/node.ts';
import type { OpenPhase } from '../../../src/difusor/phase/phase.ts';
import { settlePublic } from '../../../src/difusor/phase/settle.ts';
import { nginxSite } from '../../../src/difusor/setup/site.ts';
import { statusOf, writeStatus } from '../../../src/difusor/telling/status.ts';
import { TYPES } from '../../../src/format/content-type.ts';
import { openSite } from '../../../src/serve/web/site.ts';
import { startWeb } from '../../../src/serve/web/web-server.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { runNginx, startNginx } from '../../kit/nginx.ts';
import { type KitNode, makeNode } from '../../kit/node.ts';
import { authorized, install } from '../../kit/presentation.ts';
import { repository } from '../../kit/programs.ts';
import { askRaw, type RawAnswer } from '../../kit/raw-http.ts';
import { requires } from '../../kit/requires.ts';
import { NAMES } from '../../kit/site-names.ts';
import { type RawRequest, REQUESTS } from './requests.ts';

/** The built-in web server beside a real nginx with the shipped configuration, over one node. */

const withNginx = requires('nginx', ['nginx']).serial;
const trust = signTrust(makeTrust());

const KINDS = REQUESTS.flatMap(({ lines }) => /^GET \/(tipos\/\S+)/.exec(lines[0] ?? '')?.[1] ?? []);
const FILES: Readonly<Record<string, string | Buffer>> = {
  'index.html': '<!doctype html><title>Resultados preliminares</title>\n',
  '404.html': '<!doctype html><title>No está</title>\n',
  'datos/index.html': '<!doctype html><title>Datos</title>\n',
  'con espacio y ñ/index.html': 'espacio',
  'sin/x.txt': 'x',
  'a+b.csv': 'a,b\n',
  'actas/0000 básica.jpg': 'acta',
  'large.bin': Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251)),
  'small.txt': 'abcdefghijklmnopqrstuvwxyz',
  'empty.txt': '',
  'UPPER.HTML': 'mayúsculas',
  'sin-tipo': 'x',
  'a;b': 'x',
  '.well-known/x': 'x',
  ...Object.fromEntries(KINDS.map((path) => [path, `${path}\n`])),
  'tipos/iso.html': Buffer.from('<meta charset="iso-8859-1"><title>Peña</title>\n', 'latin1'),
};

function shown(answer: unknown): string {
  return JSON.stringify(answer).slice(0, 400);
}

interface Servers {
  readonly node: KitNode;
  readonly nginx: number;
  readonly own: number;
}

async function bothServe(t: ExecutionContext, node: KitNode): Promise<Servers> {
  const site = openSite(node.config, { now: () => node.clock.now, tell: node.onEvent });
  const service = await startWeb(site, { host: '127.0.0.1', port: 0 });
  t.teardown(() => service.close());
  return { node, nginx: await startNginx(t, node.config), own: service.address.port };
}

const STANDARD = ['content-type', 'content-length', 'content-range', 'last-modified', 'location', 'cache-control'];
const MATTERS = [...STANDARD, 'cotejo-corte', 'cotejo-fase', 'cotejo-muestra', 'server-timing'];

const PORTALS = ['https://www.vanguardia.example', 'https://*.vanguardia.example'];

/** `frame-ancestors` of an answer's policy, whatever else is in it; null where nothing is said. */
function framing({ headers }: RawAnswer): string | null {
  return /frame-ancestors [^;]*/.exec(headers['content-security-policy'] ?? '')?.[0] ?? null;
}

/** nginx's site as `difusor init --portal` writes it, with the test's drill. */
function withPortals(shipped: string): string {
  return nginxSite(shipped, { domain: 'prep.example', phase: 'jornada', drill: 'simulacro-1', portals: PORTALS });
}

/** What is compared: the relevant headers and the body. The bodies of errors and redirects may differ. */
function essence({ status, headers, body }: RawAnswer) {
  const isWords = status >= 300 && /<center>nginx<\/center>|^[^<]*\n$|^$/.test(body.toString());
  const told = Object.fromEntries(MATTERS.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]));
  if (isWords || status === 304) return { status, location: told['location'], range: told['content-range'] };
  const [, boundary] = /boundary=(\d+)$/.exec(told['content-type'] ?? '') ?? [];
  const text = body.toString('latin1');
  return boundary === undefined
    ? { status, ...told, text }
    : { status, ...told, 'content-type': 'multipart', text: text.replaceAll(boundary, 'boundary') };
}

async function ask(port: number, { lines, bare }: RawRequest): Promise<RawAnswer> {
  const whole = bare ? lines : [...lines, 'Host: prep.example', 'Connection: close'];
  const front = await askRaw(port, 'GET / HTTP/1.0\r\n\r\n');
  const text = `${whole.join('\r\n')}\r\n${lines.includes('') ? '' : '\r\n'}`;
  const told = (name: string) => front.headers[name] ?? '';
  return askRaw(port, text.replaceAll('{etag}', told('etag')).replaceAll('{modified}', told('last-modified')));
}

withNginx('requests are answered as nginx answers them', async (t) => {
  const node = await makeNode(t, { trust });
  const corte = makeCorte({ trust, files: FILES });
  node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(node.config.inbox, corte);
  t.deepEqual(await node.outcomes(), { 'jornada-000001': 'admitted' });
  await showIndex(node.node);
  await writeStatus(node.node, await statusOf(node.node), true);
  const { nginx, own } = await bothServe(t, node);
  const wrong: string[] = [];
  for (const request of REQUESTS) {
    const [theirs, ours] = [essence(await ask(nginx, request)), essence(await ask(own, request))];
    const { status, why } = request.otherwise ?? { status: theirs.status, why: null };
    const isSame = isDeepStrictEqual(ours, theirs);
    if (ours.status !== status || isSame === (why !== null))
      wrong.push(`${request.name}: ${shown(ours)} and not ${shown(theirs)} ${why ?? ''}`);
  }
  t.deepEqual(wrong, []);
  const meant = REQUESTS.filter(({ otherwise }) => otherwise).length;
  t.log(`${REQUESTS.length} requests, ${meant} of them answered otherwise on purpose`);
  t.deepEqual(
    node.events.filter(({ event }) => event === 'error'),
    [],
  );
});

withNginx('what is not to be had from a site is one list, for nginx, for the built-in server and for the packer', async (t) => {
  const node = await makeNode(t, { trust });
  const corte = makeCorte({ trust, files: Object.fromEntries(NAMES.map(([path]) => [path, `esto es ${path}`])) });
  node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(node.config.inbox, corte);
  t.deepEqual(await node.outcomes(), { 'jornada-000001': 'admitted' });
  await showIndex(node.node);
  await writeStatus(node.node, await statusOf(node.node), true);
  const ports = await bothServe(t, node);
  for (const port of [ports.nginx, ports.own]) {
    const served: (readonly [string, boolean])[] = [];
    for (const [path] of NAMES) {
      const { body } = await askRaw(port, `GET /${path} HTTP/1.0\r\nHost: prep.example\r\n\r\n`);
      served.push([path, body.toString() === `esto es ${path}`]);
    }
    t.deepEqual(
      served,
      NAMES.map(([path, as]) => [path, as === null || as === 'kept']),
    );
  }
});

const STAND_INS = [
  '/',
  '/index.html',
  '/?x',
  '/datos',
  '/datos/',
  '/nada',
  '/404.html',
  '/.git/config',
  `/${'a'.repeat(7_800)}`,
  '//',
  '/..',
  '/cotejo/nada',
  '/cotejo/ultimo.json',
  '/cotejo/c/1/',
  '/cotejo/c/1/datos',
  '/cotejo/presentacion/tablero/',
  '/cotejo/presentacion/tablero/corte/',
];

withNginx('the notice is answered as nginx answers it, whatever is asked for', async (t) => {
  const node = await makeNode(t, { trust, keepsTheRule: true });
  const corte = makeCorte({ trust, files: FILES });
  node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(node.config.inbox, corte);
  await node.pass();
  node.clock.now += 3_600_000;
  t.true(await settlePublic(node.node.phases.get('jornada') as OpenPhase));
  const { nginx, own } = await bothServe(t, node);
  const requests = [
    ...STAND_INS.map((target) => ({ name: target, lines: [`GET ${target} HTTP/1.1`] })),
    ...['If-None-Match: *', 'Range: bytes=0-3', 'If-Match: "x"', 'If-Modified-Since: Fri, 01 Jan 2038 00:00:00 GMT'].map(
      (header) => ({
        name: header,
        lines: ['GET / HTTP/1.1', header],
      }),
    ),
    { name: 'HEAD', lines: ['HEAD / HTTP/1.1'] },
  ];
  for (const request of requests) {
    const [theirs, ours] = [await ask(nginx, request), await ask(own, request)];
    t.deepEqual(essence(ours), essence(theirs), request.name);
    t.is(ours.headers['retry-after'], theirs.headers['retry-after'], request.name);
    t.is(framing(ours), null);
    t.is(framing(theirs), null);
  }
});

withNginx('nginx and the built-in server say the same of who may have the site in a frame', async (t) => {
  const node = await makeNode(t, { trust, keepsTheRule: true, config: { site: { frame_ancestors: PORTALS } } });
  const corte = makeCorte({ trust, files: { ...FILES, ...authorized() } });
  const drill = makeCorte({ trust, phase: 'simulacro-1', signer: 'ensayo-1', files: FILES });
  node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  for (const delivered of [corte, drill]) await writeDelivery(node.config.inbox, delivered);
  await install(node);
  await node.pass();
  const site = openSite(node.config, { now: () => node.clock.now, tell: node.onEvent });
  const service = await startWeb(site, { host: '127.0.0.1', port: 0 });
  t.teardown(() => service.close());
  const nginx = (await runNginx(t, node.config, { change: withPortals })).port;
  const get = (port: number, path: string, host = 'prep.example') =>
    askRaw(port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const allowed = `frame-ancestors 'self' ${PORTALS.join(' ')}`;
  const both = async (path: string) => Promise.all([get(nginx, path), get(service.address.port, path)]);
  const own = ['/cotejo/marco.html', '/cotejo/insignia.html', '/cotejo/presentacion/tablero/'];
  for (const path of ['/', '/small.txt', ...own]) {
    for (const answer of await both(path)) t.is(framing(answer), allowed, path);
  }
  for (const answer of await both('/cotejo/')) t.is(framing(answer), "frame-ancestors 'none'");
  const ofDrill = (path: string) => get(nginx, path, 'simulacro.prep.example');
  t.is((await ofDrill('/')).headers['cotejo-fase'], 'simulacro-1');
  for (const path of ['/', '/cotejo/marco.html', '/cotejo/insignia.html']) t.is(framing(await ofDrill(path)), allowed, path);
  for (const [path, status] of [
    ['trust/1.json', 200],
    ['simulacro-1/000001/corte.json', 200],
    ['simulacro-1/000001/corte.tar.gz', 404],
    ['jornada/000001/corte.json', 404],
    ['index.json', 404],
    ['trust/.lock', 404],
  ] as const) {
    t.is((await ofDrill(`/cotejo/chain/${path}`)).status, status, path);
  }
  node.clock.now += 3_600_000;
  t.true(await settlePublic(node.node.phases.get('jornada') as OpenPhase));
  for (const answer of await both('/')) {
    t.is(answer.status, 503);
    t.is(framing(answer), allowed);
    t.is(answer.headers['cotejo-fase'], 'jornada');
    t.is(answer.headers['cotejo-muestra'], 'aviso');
  }
});

withNginx('other bytes have another validator, even if two files of one length exchange their contents', async (t) => {
  const node = await makeNode(t, { trust });
  const figures = ['partido A: 51,234', 'partido B: 48,766'] as const;
  const filesOf = (a: string, b: string) => ({ 'index.html': 'x', 'a.html': a, 'b.html': b, 'c.html': a });
  const one = makeCorte({ trust, files: filesOf(...figures) });
  const two = makeCorte({ trust, files: filesOf(figures[1], figures[0]), previous: one });
  node.clock.now = Date.parse(two.statement.taken_at) + 60_000;
  await writeDelivery(node.config.inbox, one);
  await node.pass();
  const { nginx, own } = await bothServe(t, node);
  const get = (port: number, ...headers: string[]) => askRaw(port, ['GET /a.html HTTP/1.0', ...headers, '', ''].join('\r\n'));
  const before = await Promise.all([get(nginx), get(own)]);
  await writeDelivery(node.config.inbox, two);
  await node.pass();
  for (const [i, port] of [nginx, own].entries()) {
    const { headers, body } = before[i] as RawAnswer;
    t.is(body.toString(), figures[0]);
    for (const condition of [`If-None-Match: ${headers['etag']}`, `If-Modified-Since: ${headers['last-modified']}`]) {
      const after = await get(port, condition);
      t.is(after.status, 200, `${['nginx', 'built-in'][i]}: ${condition}`);
      t.is(after.body.toString(), figures[1]);
    }
    const again = await get(port);
    t.is((await get(port, `If-None-Match: ${again.headers['etag']}`)).status, 304);
    // A part of the new file is never joined to a part of the old one.
    t.is((await get(port, 'Range: bytes=5-', `If-Range: ${headers['etag']}`)).status, 200);
  }
});

withNginx('a file has the same content type on every site', async (t) => {
  const shipped = await readFile(join(repository(), 'systemd/nginx/cotejo-public.conf'), 'utf8');
  const [, block = ''] = /\ntypes \{\n([^}]*)\}/.exec(shipped) ?? [];
  const told = block
    .trim()
    .split(/;\s*/)
    .flatMap((line) =>
      line
        .trim()
        .split(/\s+/)
        .slice(1)
        .map((ending) => [ending, line.trim().split(/\s+/)[0]]),
    );
  t.deepEqual(Object.fromEntries(told.filter(([ending]) => ending)), { ...TYPES });
});

withNginx('without the guard’s sign nginx shows the notice that lies ready, whatever the link leads to', async (t) => {
  const node = await makeNode(t, { trust, keepsTheRule: true });
  await writeDelivery(node.config.inbox, makeCorte({ trust, takenAt: at(NOW), files: FILES }));
  await node.pass();
  const signs = await makeFolder(t);
  const port = await startNginx(t, node.config, signs);
  const ask = (path: string) => askRaw(port, `GET ${path} HTTP/1.1\r\nHost: prep.example\r\nConnection: close\r\n\r\n`);
  for (const path of ['/', '/small.txt', '/nothing']) {
    const answer = await ask(path);
    t.is(answer.status, 503, path);
    t.regex(String(answer.body), /no se está actualizando/, path);
    t.is(answer.headers['cache-control'], 'no-store', path);
    t.is(answer.headers['cotejo-fase'], 'jornada', path);
    t.is(answer.headers['cotejo-muestra'], 'aviso', path);
  }
  t.is((await ask('/cotejo/health')).status, 503);
  t.is((await ask('/cotejo/chain/index.json')).status, 200, 'the chain is no claim about now');
  await mkdir(join(signs, 'vigente'));
  await writeFile(join(signs, 'vigente/jornada'), 'ok\n');
  await writeFile(join(signs, 'sano'), 'ok\n');
  const answer = await ask('/small.txt');
  t.is(answer.status, 200);
  t.is(String(answer.body), 'abcdefghijklmnopqrstuvwxyz');
  t.is((await ask('/cotejo/health')).status, 200);
});
