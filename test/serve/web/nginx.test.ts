import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';
import { showIndex } from '../../../src/difusor/phase/node.ts';
import { statusOf, writeStatus } from '../../../src/difusor/telling/status.ts';
import { startWeb } from '../../../src/serve/web/server.ts';
import { openSite } from '../../../src/serve/web/site.ts';
import { TYPES } from '../../../src/serve/web/types.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { startNginx } from '../../kit/nginx.ts';
import { type KitNode, makeNode } from '../../kit/node.ts';
import { askRaw, type RawAnswer } from '../../kit/raw-http.ts';
import { repository, requires } from '../../kit/requires.ts';
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

const MATTERS = ['content-type', 'content-length', 'content-range', 'last-modified', 'location', 'cotejo-corte', 'cache-control'];

/** What is compared: the head that matters and the body. Of an error, and of a redirect's few words, each has its own. */
function essence({ status, headers, body }: RawAnswer) {
  const isWords = status >= 300 && body.toString().match(/<center>nginx<\/center>|^[^<]*\n$/) !== null;
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

withNginx('what is asked is answered as nginx answers it', async (t) => {
  const node = await makeNode(t, { trust });
  const corte = makeCorte({ trust, files: FILES });
  node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(node.config.inbox, corte);
  t.deepEqual(await node.outcomes(), { 'jornada-000001': 'admitted' });
  await showIndex(node.node);
  await writeStatus(node.node, await statusOf(node.node), true);
  const { nginx, own } = await bothServe(t, node);
  const wrong: unknown[] = [];
  for (const request of REQUESTS) {
    const [theirs, ours] = [essence(await ask(nginx, request)), essence(await ask(own, request))];
    const { status, why } = request.otherwise ?? { status: theirs.status, why: null };
    const isSame = isDeepStrictEqual(ours, theirs);
    if (ours.status !== status || isSame === (why !== null)) wrong.push({ request: request.name, why, ours, theirs });
  }
  t.deepEqual(wrong, []);
  const meant = REQUESTS.filter(({ otherwise }) => otherwise).length;
  t.log(`${REQUESTS.length} requests, ${meant} of them answered otherwise on purpose`);
  t.deepEqual(
    node.events.filter(({ event }) => event === 'error'),
    [],
  );
});

withNginx('a file has one kind on every site', async (t) => {
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
