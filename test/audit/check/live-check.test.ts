import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../../src/audit/chain.ts';
import type { LiveAudit } from '../../../src/audit/check/live-check.ts';
import { auditLive, type LiveOptions } from '../../../src/audit/live.ts';
import type { ChainSource } from '../../../src/audit/source/chain-source.ts';
import { httpClient } from '../../../src/audit/source/http-get.ts';
import type { Files } from '../../kit/broken-chains.ts';
import { type Corte, makeCorte } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { type Answering, serve, files as serving } from '../../kit/web.ts';

/** What a site is said to show, and who is blamed for what. */

const trust = signTrust(makeTrust());
const FAST = { rate: 100_000, connections: 8 };
const QUICK = { stall: 120_000, slowest: 1, tries: 2, pause: 1 };
const FILES: Record<string, string> = { 'index.html': '<!doctype html>corte 1', 'css/fijo.css': 'body {}' };
for (let i = 0; i < 30; i++) FILES[`actas/${i}.jpg`] = `acta ${i}`;
const newest = makeCorte({ trust, files: FILES });

/** What the audit of a site says of a corte; the first of its chain. */
async function look(site: URL, changes: Partial<LiveOptions> = {}, corte: Corte = newest): Promise<LiveAudit> {
  const read: ChainSource['read'] = (path) => {
    const [, number, file] = path.split('/') as [string, string, keyof Corte['files']];
    return Promise.resolve(number === '000001' ? corte.files[file] : null);
  };
  const none = () => Promise.resolve(null);
  const { phases } = await auditChain({ read, name: 'kit', readTrust: none, fetch: none, close: () => {} }, trust);
  const client = httpClient(8, QUICK);
  try {
    const cortes = phases.find(({ summary }) => summary.phase === 'jornada')?.cortes ?? [];
    return await auditLive(client, site, cortes, { read }, { ...FAST, ...changes });
  } finally {
    client.close();
  }
}

function site(changes: Record<string, string | null> = {}): Files {
  const all: Files = new Map(Object.entries(newest.content));
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) all.delete(path);
    else all.set(path, Buffer.from(content));
  }
  return all;
}

const NOTICE = { 'content-type': 'text/html', 'cache-control': 'no-store' };
const CLEAN = { altered: [], missing: [], stale: [], redirected: [], blocked: [], failed: [] };

test('the notice is no falsification and no fault, and every file of it is the notice’s own', async (t) => {
  let asked = 0;
  const all = await serve(t, (request, response) => {
    asked += 1;
    const isOwn = request.url === '/css/fijo.css'; // an administrator's own notice has files of its own
    response.writeHead(isOwn ? 200 : 503, isOwn ? {} : NOTICE).end('<!doctype html>aviso');
  });
  t.like(await look(all), { shows: 'aviso', files: 32, same: 0, ...CLEAN });
  t.true(asked < 30, `${asked}`);
  t.like(await look(all, { expected: 'espera' }), { shows: 'espera', ...CLEAN });
  t.like(await look(all, { sample: { size: 5, seed: 'a' } }), { shows: 'aviso', files: 6, ...CLEAN }, 'the front beside them');
});

test('a server in trouble shows no notice, and the notice in place of one file is no notice', async (t) => {
  const trouble = await serve(t, (_, response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<html>'));
  await t.throwsAsync(look(trouble), { message: /answers 503/ });
  const honest = serving(site({ 'index.html': '<!doctype html>otro' }));
  const partly = await serve(t, (request, response) =>
    request.url === '/css/fijo.css' ? response.writeHead(503, NOTICE).end('aviso') : honest(request, response),
  );
  const live = await look(partly);
  t.like(live, { shows: 'corte', altered: ['index.html'] });
  t.deepEqual(JSON.parse(JSON.stringify(live.failed)), [{ path: 'css/fijo.css', why: 'the notice in its place' }]);
});

/** Hosts by what they answer for a name that they do not have. */
const HOSTS: Readonly<Record<string, Answering>> = {
  'an ordinary server': (_, response) => response.writeHead(404).end('not here'),
  'an object store': (_, response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'),
  'a host with one page for everything': (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>Inicio'),
};
for (const [name, absent] of Object.entries(HOSTS)) {
  const host = (files: Files): Answering => {
    const honest = serving(files);
    return (request, response) =>
      (files.has(decodeURIComponent((request.url ?? '').slice(1))) ? honest : absent)(request, response);
  };
  test(`a mistyped address at ${name}: no publication here, and nobody is blamed`, async (t) => {
    t.like(await look(await serve(t, absent)), { shows: 'nada', same: 0, ...CLEAN });
    t.like(await look(await serve(t, absent), { sample: { size: 3, seed: 'a' } }), { shows: 'nada', ...CLEAN });
  });
  test(`what is absent at ${name} is missing`, async (t) => {
    const live = await look(await serve(t, host(site({ 'actas/7.jpg': null, 'index.html': null }))));
    t.like(live, { shows: 'corte', same: 30, ...CLEAN, missing: ['actas/7.jpg', 'index.html'] });
    const front = newest.content['index.html'] as Buffer;
    const none: Files = new Map(['index.html', ''].map((path) => [path, front]));
    t.like(await look(await serve(t, host(none)), { sample: { size: 3, seed: 'a' } }), { shows: 'corte', same: 1 });
  });
}

test('a page of its own in the front of an empty site is falsified, whatever else is missing', async (t) => {
  const fake = serving(new Map([['index.html', '<!doctype html>otro ganador']]));
  t.like(await look(await serve(t, fake)), { shows: 'corte', altered: ['index.html'] });
});

test('a compressed file is its bytes, though the host says that they are compressed on the way', async (t) => {
  const corte = makeCorte({ trust, files: { 'datos.csv.gz': gzipSync('a,b\n'), 'datos.csv': 'a,b\n' } });
  const honest = serving(new Map(Object.entries(corte.content)));
  const address = await serve(t, (request, response) => {
    if (request.url === '/datos.csv.gz') response.setHeader('content-encoding', 'gzip');
    honest(request, response);
  });
  t.like(await look(address, {}, corte), { files: 2, same: 2, failed: [] });
});

test('nobody is blamed for a file that not every site shows', async (t) => {
  const files = { 'index.html': 'x', '.gitkeep': '', 'datos/.oculto': 'x', 'cotejo.html': 'x', '404.html': 'no está' };
  const corte = makeCorte({ trust, files });
  const audit = async (shown: Record<string, string>) => look(await serve(t, serving(new Map(Object.entries(shown)))), {}, corte);
  const hidden = ['.gitkeep', 'cotejo.html', 'datos/.oculto'];
  const front = { 'index.html': 'x' };
  t.like(await audit(front), { files: 1, same: 1, ...CLEAN, unserved: [...hidden, '404.html'] });
  t.like(await audit({ ...front, '404.html': 'no está' }), { files: 2, same: 2, ...CLEAN, unserved: hidden });
  t.like(await audit({ ...front, '404.html': 'gané yo' }), { files: 2, same: 1, altered: ['404.html'] });
});

const large = (text: string) => `${text}\n`.repeat(300);
const TEXTS = {
  'index.html': large('<!doctype html>'),
  'datos.json': large('{"votos":1}'),
  'acta.jpg': 'acta',
  'x.csv.gz': gzipSync('a'),
};

/** A site that compresses for who takes it, with what it sends then; and how often it was asked. */
async function compressing(t: ExecutionContext, changes: Readonly<Record<string, Buffer>> = {}) {
  const corte = makeCorte({ trust, files: TEXTS });
  const asked: string[] = [];
  const honest = serving(new Map(Object.entries(corte.content)));
  const address = await serve(t, (request, response) => {
    const path = (request.url ?? '').slice(1);
    asked.push(`${path} ${request.headers['accept-encoding']}`);
    const content = corte.content[path];
    if (request.headers['accept-encoding'] !== 'gzip, br' || !content || !/html|json/.test(path)) return honest(request, response);
    response.writeHead(200, { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }).end(changes[path] ?? gzipSync(content));
  });
  return { asked, live: await look(address, {}, corte) };
}

test('both forms of a file are compared, and what does not come compressed is asked for once', async (t) => {
  const { asked, live } = await compressing(t);
  t.like(live, { files: 4, same: 4, ...CLEAN, compressed: { files: 2, wrong: [] } });
  t.deepEqual(asked.sort(), [
    ' gzip, br', // the site's own address, at which readers meet index.html
    'acta.jpg gzip, br',
    'datos.json gzip, br',
    'datos.json identity',
    'index.html gzip, br',
    'index.html identity',
    'x.csv.gz identity',
  ]);
});

const right = gzipSync(TEXTS['datos.json'], { level: 9 });
const WRONG: Readonly<Record<string, Buffer>> = {
  'other results': gzipSync(large('{"votos":2}')),
  'none at all': Buffer.from('<p>no es gzip</p>'),
  'one cut short': right.subarray(0, 30),
  'nothing, as a power cut leaves a file': Buffer.alloc(0),
  'an altered byte': Buffer.from(right.map((byte, i) => (i === right.length - 6 ? byte ^ 1 : byte))),
  'a bomb': gzipSync(Buffer.alloc(64 * 1024 * 1024)),
};
for (const [what, bytes] of Object.entries(WRONG)) {
  test(`a compressed form that is wrong is the file's fault: ${what}`, async (t) => {
    const { live } = await compressing(t, { 'datos.json': bytes });
    t.like(live, { same: 3, ...CLEAN, altered: ['datos.json'], compressed: { files: 2, wrong: ['datos.json'] } });
  });
}

test('a site that compresses whatever it is asked for has no file that can be compared', async (t) => {
  const corte = makeCorte({ trust, files: TEXTS });
  const address = await serve(t, (request, response) => {
    const content = corte.content[(request.url ?? '').slice(1)];
    if (!content) response.writeHead(404).end();
    else response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(content));
  });
  const { failed, same, altered } = await look(address, {}, corte);
  t.deepEqual([same, altered, failed.map(({ path }) => path).sort()], [0, ['x.csv.gz'], ['acta.jpg', 'datos.json', 'index.html']]);
});

const ENCODED: Readonly<Record<string, (text: string) => Buffer>> = {
  br: (text) => brotliCompressSync(text),
  deflate: (text) => deflateSync(text),
  'deflate without its head': (text) => deflateRawSync(text),
  'x-gzip': (text) => gzipSync(text),
};
for (const [name, pack] of Object.entries(ENCODED)) {
  test(`what browsers unpack is compared: ${name}`, async (t) => {
    const corte = makeCorte({ trust, files: TEXTS });
    const shown = (front: string, always: boolean): Answering => {
      const honest = serving(new Map(Object.entries(corte.content)));
      return (request, response) => {
        const isAsked = always || request.headers['accept-encoding'] !== 'identity';
        if (request.url !== '/index.html' || !isAsked) return honest(request, response);
        response.writeHead(200, { 'content-encoding': name.split(' ')[0] }).end(pack(front));
      };
    };
    const forged = large('<!doctype html>otro');
    const honest = await look(await serve(t, shown(TEXTS['index.html'], false)), {}, corte);
    t.like(honest, { files: 4, same: 4, ...CLEAN, compressed: { files: 1, wrong: [] } });
    t.like(await look(await serve(t, shown(forged, false)), {}, corte), { altered: ['index.html'], failed: [] });
    t.like(await look(await serve(t, shown(forged, true)), {}, corte), { same: 3, altered: ['index.html'], failed: [] });
    const junk: Answering = (request, response) =>
      request.url === '/index.html'
        ? response.writeHead(200, { 'content-encoding': name.split(' ')[0] }).end(Buffer.from([0x3c, 0xff, 0xff, 0xff, 0]))
        : shown('', false)(request, response);
    t.like(await look(await serve(t, junk), {}, corte), { same: 3, altered: ['index.html'], failed: [] });
  });
}

test('the front is compared whatever files a sample draws', async (t) => {
  const address = await serve(t, serving(site({ 'index.html': '<!doctype html>otro' })));
  for (const seed of ['a', 'b', 'c', 'd']) {
    t.like(await look(address, { sample: { size: 2, seed } }), { altered: ['index.html'] }, seed);
  }
});
