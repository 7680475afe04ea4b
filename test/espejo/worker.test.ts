import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { auditLive } from '../../src/audit/live.ts';
import { httpSource } from '../../src/audit/source/http.ts';
import { httpClient } from '../../src/audit/source/http-get.ts';
import { openBucket } from '../../src/espejo/bucket/bucket.ts';
import { admit, copying, PATIENCE } from '../kit/copying.ts';
import { makeChain, makeCorte } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { repository } from '../kit/programs.ts';
import { espejoConfig, KEYS } from '../kit/s3.ts';

/** The edge that is shipped, run by Node's own fetch before a bucket that an espejo keeps on a real S3 server. */

interface Worker {
  readonly fetch: (request: Request, env: Readonly<Record<string, string>>) => Promise<Response>;
}

// The hours are judged by this machine's clock, as in a worker.
const trust = signTrust(makeTrust({ now: Date.now() + 5.75 * 3_600_000 }));
const [first, second, third] = makeChain(3, { trust });

async function worker(): Promise<Worker> {
  const module: { default: Worker } = await import(pathToFileURL(join(repository(), 'systemd/espejo/worker.js')).href);
  return module.default;
}

type Layout = 'corte' | 'contenido';
const LAYOUTS: readonly Layout[] = ['corte', 'contenido'];

type Ask = (path: string, headers?: Record<string, string>, method?: string) => Promise<Response>;

/** A bucket at the end of an address of its own, as a CDN has it before it. */
async function edge(t: ExecutionContext, layout: Layout) {
  const made = await copying(t, trust, { public: 'https://prep.example/', layout });
  const { fetch: answer } = await worker();
  const env: Record<string, string> = { ORIGIN: made.s3.site.href, ...(layout !== 'corte' && { LAYOUT: layout }) };
  const ask: Ask = (path, headers = {}, method = 'GET') =>
    answer(new Request(`https://prep.example${path}`, { headers, method }), env);
  return { ...made, ask, answer, env };
}

const PAGE = { 'sec-fetch-dest': 'document' };
const part = (pin: string) => ({ 'sec-fetch-dest': 'image', cookie: `otra=1; ${pin}` });

for (const layout of LAYOUTS) {
  test(`a page and its parts are of one corte, whatever is published in between, by ${layout}`, async (t) => {
    const { node, passes, ask } = await edge(t, layout);
    await admit(t, node, first!);
    await passes.pass();
    const page = await ask('/', PAGE);
    t.is(page.status, 200);
    t.is(await page.text(), String(first!.content['index.html']));
    t.is(page.headers.get('content-type'), 'text/html');
    t.is(page.headers.get('cotejo-corte'), '1');
    const pin = page.headers.get('set-cookie')?.split(';')[0] ?? '';
    t.is(pin, 'cotejo_pin=1');
    await admit(t, node, second!);
    await passes.pass();
    const data = await ask('/datos/Acu%C3%B1a.json', part(pin));
    t.deepEqual([await data.json(), data.headers.get('cotejo-corte')], [{ corte: 1 }, '1']);
    t.is(data.headers.get('set-cookie'), null);
    t.is((await ask('/', { ...PAGE, cookie: pin })).headers.get('cotejo-corte'), '2', 'the next page is of the newest');
    t.is((await ask('/datos/Acu%C3%B1a.json')).headers.get('cotejo-corte'), '2', 'and so is what nobody pinned');
    t.is(
      (await ask('/datos/Acu%C3%B1a.json', part('cotejo_pin=77'))).headers.get('cotejo-corte'),
      '2',
      'a pin past the pointer is none',
    );
    t.is((await ask('/actas/0003%20b%C3%A1sica.jpg', part(pin))).headers.get('cotejo-corte'), '2', 'what the pinned one has not');
    const tag = data.headers.get('etag') ?? 'none';
    t.is((await ask('/datos/Acu%C3%B1a.json', { ...part(pin), 'if-none-match': tag })).status, 304);
  });

  test(`the notice and the wait are a 503 that nobody keeps, by the pointer or by its hour, by ${layout}`, async (t) => {
    const { node, s3, passes, ask } = await edge(t, layout);
    t.is((await ask('/')).status, 503, 'an empty bucket');
    await admit(t, node, first!);
    await passes.pass();
    t.is((await ask('/')).status, 200);
    t.is((await ask('/cotejo/health')).status, 200);
    node.clock.now += 3_600_000;
    await passes.pass();
    const notice = await ask('/index.html', PAGE);
    t.is(notice.status, 503);
    t.deepEqual([notice.headers.get('cache-control'), notice.headers.get('content-type')], ['no-store', 'text/html']);
    t.regex(await notice.text(), /<title>/);
    t.is((await ask('/css/estilo.css', part('cotejo_pin=1'))).status, 503);
    t.is((await ask('/cotejo/health')).status, 503);
    t.is((await ask('/cotejo/c/1/css/estilo.css')).status, 200, 'what has an address of its own stays there');
    s3.fault = () => 'drop';
    t.is((await ask('/')).status, 503);
  });

  test(`only what readers need is reached, and only read, by ${layout}`, async (t) => {
    const { node, passes, ask } = await edge(t, layout);
    await admit(t, node, first!);
    await passes.pass();
    for (const path of [
      '/cotejo/',
      '/cotejo',
      '/cotejo/aviso/index.html',
      '/cotejo/c/01/index.html',
      '/cotejo/../cotejo/status.json',
      '/.git/config',
      '/.well-known/acme-challenge/x',
      '/cotejo/c/1/.well-known/acme-challenge/x',
      '/%2eenv',
    ])
      t.is((await ask(path)).status, 404, path);
    t.is((await ask('/', {}, 'POST')).status, 405);
    t.is((await ask('/no-hay.txt')).status, 404);
    const folder = await ask('/actas');
    t.deepEqual([folder.status, folder.headers.get('location')], [404, null], 'a folder without a page');
    t.is(await (await ask('/', {}, 'HEAD')).text(), '');
    t.is((await ask('/cotejo/ultimo.json')).headers.get('cache-control'), 'public, max-age=5');
  });

  test(`an audit of the site before a bucket finds every file the same, by ${layout}`, async (t) => {
    const { node, passes, answer, env } = await edge(t, layout);
    for (const corte of [first!, second!, third!]) await admit(t, node, corte);
    await passes.pass();
    const server = createServer((request, response) => {
      const asked = new Request(`http://127.0.0.1${request.url}`, { method: request.method ?? 'GET' });
      const send = async () => {
        const given = await answer(asked, env);
        response.writeHead(given.status, Object.fromEntries(given.headers));
        response.end(Buffer.from(await given.arrayBuffer()));
      };
      void send();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    t.teardown(() => server.close());
    const site = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const [source, client] = [httpSource(new URL('cotejo/chain/', site)), httpClient(8)];
    t.teardown(() => {
      source.close();
      client.close();
      server.closeAllConnections();
    });
    const { phases } = await auditChain(source, trust, { phase: 'jornada' });
    const live = await auditLive(client, site, phases[0]?.cortes ?? [], source, { rate: 100_000, connections: 8 });
    t.deepEqual([live.number, live.same, live.shows], [3, Object.keys(third!.content).length, 'corte']);
  });
}

test('by content: one object for all that is alike, at every address what the list of its corte says, and nothing disowned', async (t) => {
  const { node, s3, passes, ask } = await edge(t, 'contenido');
  const odd = {
    'index.html': 'uno',
    'copia.HTML': 'uno',
    'copia.txt': 'uno',
    LEAME: 'uno',
    '.oculto': 'uno',
    "d'1+2 #ñ%.json": '{}',
  };
  const one = makeCorte({ trust, files: odd, takenAt: first!.statement.taken_at });
  const two = makeCorte({ trust, previous: one, files: { ...odd, 'datos.json': '{"n":2}' }, takenAt: second!.statement.taken_at });
  await admit(t, node, one);
  await passes.pass();
  const below = (method: string) => s3.seen.filter((line) => line.startsWith(`${method} cotejo/contenido/`)).length;
  // What is alike is sent once; the store copies it to the name of another type.
  t.deepEqual([below('PUT'), below('COPY')], [2, 2]);
  t.is((await ask('/cotejo/c/2/index.html')).status, 404, 'and nobody keeps that it is not there');
  await admit(t, node, two);
  s3.seen.length = 0;
  const { spent } = await passes.pass();
  t.deepEqual([below('PUT'), below('COPY'), spent.copies], [1, 0, 0]);
  t.is(s3.seen.filter((line) => line.includes('prefix=cotejo%2Fcontenido%2F')).length, 2, 'two lists');
  for (const [path, type] of [
    ['/copia.HTML', 'text/html'],
    ['/copia.txt', 'text/plain'],
    ['/LEAME', 'application/octet-stream'],
    ["/d'1+2%20%23%C3%B1%25.json", 'application/json'],
  ] as const) {
    for (const place of [path, `/cotejo/c/1${path}`]) {
      const answer = await ask(place);
      t.deepEqual([answer.status, answer.headers.get('content-type')], [200, type], place);
    }
  }
  t.is(await (await ask('/cotejo/c/2/datos.json')).text(), '{"n":2}');
  t.is((await ask('/cotejo/c/2/datos.json')).headers.get('cache-control'), 'public, max-age=15, must-revalidate');
  for (const none of ['/cotejo/c/1/datos.json', '/cotejo/c/1/.oculto', '/cotejo/c/7/index.html', '/cotejo/c/1/%E0%A4.html']) {
    t.is((await ask(none)).status, 404, none);
  }
  t.false(s3.seen.some((line) => /PUT cotejo\/c\//.test(line)));
});

test('by content: a reader whose list never comes holds up nobody else', async (t) => {
  const { node, s3, passes, ask } = await edge(t, 'contenido');
  await admit(t, node, first!);
  await passes.pass();
  // As of one who leaves: what a runtime began for that request is cancelled, and what waits for it waits for ever.
  const left = new Promise<void>((resolve) => {
    let times = 0;
    s3.fault = ({ key }) => {
      if (!key.endsWith('000001/SHA256SUMS') || times++ > 0) return null;
      resolve();
      return new Promise(() => {});
    };
  });
  const gone = ask('/', PAGE);
  await left;
  t.is((await ask('/', PAGE)).status, 200);
  t.is((await ask('/css/estilo.css')).status, 200);
  t.is(s3.seen.filter((line) => line.endsWith('000001/SHA256SUMS') && line.startsWith('GET')).length, 2, 'what came is kept');
  void gone;
});

test('by content: a site whose newest corte has no list is not well', async (t) => {
  const { node, s3, passes, ask } = await edge(t, 'contenido');
  await admit(t, node, first!);
  await passes.pass();
  const aside = openBucket(espejoConfig(s3, node.config), () => Promise.resolve(KEYS), new AbortController().signal, PATIENCE);
  t.teardown(() => aside.close());
  await aside.remove('cotejo/chain/jornada/000001/SHA256SUMS');
  t.is((await ask('/cotejo/health')).status, 503);
});
