import { readFile, utimes } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync } from 'node:zlib';
import test from 'ava';
import { corteFolder } from '../../../src/chain/chain-folder.ts';
import { healChain } from '../../../src/iec/heal.ts';
import { LOOK_BOUNDS } from '../../../src/iec/outside/bounded-client.ts';
import { NO_MEMORY } from '../../../src/iec/outside/look.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { nextTrust, signTrust, writeTrust } from '../../kit/election.ts';
import { serveHttps } from '../../kit/https.ts';
import { freePort } from '../../kit/port.ts';
import { requires } from '../../kit/requires.ts';
import { files, serve } from '../../kit/web.ts';
import { keyOf, makeOutside } from './readable-site.ts';

/** What the IEC sees at a Difusor's address, over real HTTP. */

test('a site that shows the newest corte and has its node’s receipt is up to date, and the receipt is kept', async (t) => {
  const iec = await makeOutside(t);
  iec.show(4, ['web1']);
  const { seen, signed, memory } = await iec.look();
  t.like(seen, { state: 'al-dia', number: 4, taken_at: iec.cortes[3]?.statement.taken_at, shows: 'corte', receipt: 4 });
  t.deepEqual(signed, { number: 4, nodes: ['web1'] });
  const kept = await readFile(join(iec.panel, 'acuses/vanguardia/web1/jornada/000004.json'));
  t.deepEqual(kept, Buffer.from(iec.site.get('cotejo/acuses/jornada/000004.json') as Uint8Array));
  const first = iec.asked();
  t.true(first.includes('/index.html') && first.includes('/'));

  // The next look asks for the pointer conditionally, for no receipt that is kept, and for the front and two other files.
  const next = await iec.look(memory);
  t.is(next.seen.state, 'al-dia');
  const asked = iec.asked();
  t.false(asked.some((path) => path.includes('acuses')));
  t.true(asked.length <= 5, asked.join(' '));
  t.is(next.memory.pass, 2);
});

test('a site that shows the corte without a receipt is seen, and proves nothing', async (t) => {
  const iec = await makeOutside(t);
  iec.show(4);
  const { seen, signed } = await iec.look();
  t.like(seen, { state: 'al-dia', receipt: null });
  t.deepEqual(signed, { number: 4, nodes: [] });
});

test('behind one address each node is believed by its own key, and no other’s receipt counts', async (t) => {
  const iec = await makeOutside(t, 3, ['web1', 'web2']);
  iec.show(3, ['web2']);
  t.deepEqual((await iec.look()).signed, { number: 3, nodes: ['web2'] });
  iec.sign(3, 'web1', {}, keyOf('web2'));
  t.deepEqual((await iec.look()).signed, { number: 3, nodes: ['web2'] });
  iec.sign(3, 'web1');
  t.deepEqual([...((await iec.look()).signed?.nodes ?? [])].sort(), ['web1', 'web2']);
});

test('a forged receipt is no receipt, and no accusation; one of another corte, signed by the node, is told', async (t) => {
  const iec = await makeOutside(t);
  iec.show(4);
  iec.sign(4, 'web1', {}, keyOf('somebody'));
  const forged = await iec.look();
  t.like(forged.seen, { state: 'al-dia', receipt: null });
  iec.sign(4, 'web1', { corte: 'a'.repeat(64) });
  const foreign = await iec.look();
  t.is(foreign.seen.state, 'acuse-ajeno');
  t.is(foreign.signed, null);
  t.deepEqual(await iec.signers[0]?.kept.numbers(), [], 'neither is kept');
});

test('old pages whole, files of two cortes, and bytes of none are told apart', async (t) => {
  const iec = await makeOutside(t);
  iec.show(2);
  iec.point({ number: 4 });
  t.like((await iec.look()).seen, { state: 'cache-viejo', number: 4 });
  iec.show(4);
  iec.site.set('index.html', iec.cortes[1]!.content['index.html']!);
  const mixed = await iec.look();
  t.is(mixed.seen.state, 'mezcla');
  t.is(mixed.signed, null);
  iec.site.set('index.html', '<!doctype html><title>otra cosa</title>');
  t.is((await iec.look()).seen.state, 'alterado');
  iec.show(4);
  iec.site.set('', '<!doctype html><title>otra cosa, en la dirección del sitio</title>');
  t.is((await iec.look()).seen.state, 'alterado');
});

test('a front that is false only as browsers take it, compressed, is altered', async (t) => {
  const iec = await makeOutside(t);
  iec.show(4);
  const honest = files(iec.site);
  const { href: url } = await serve(t, (request, response) => {
    const isForged = request.url === '/index.html' && request.headers['accept-encoding'] !== 'identity';
    if (isForged) response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('<!doctype html>otra cosa'));
    else honest(request, response);
  });
  t.is((await iec.look(undefined, { url })).seen.state, 'alterado');
});

test('an older corte that is shown is on its way, behind, or kept by a cache if the node signed for a newer one', async (t) => {
  const iec = await makeOutside(t);
  iec.show(3);
  t.is((await iec.look()).seen.state, 'en-camino');
  iec.now += 300_000;
  t.is((await iec.look()).seen.state, 'atrasado');
  iec.show(4, ['web1']);
  await iec.look();
  iec.show(3);
  t.like((await iec.look()).seen, { state: 'cache-viejo', number: 3, receipt: 4 });
});

test('how long a site may take to show a corte counts from when that was made, not from when its source began to be read', async (t) => {
  const iec = await makeOutside(t);
  iec.show(3);
  iec.now += 300_000;
  const made = (iec.now - 60_000) / 1000;
  await utimes(join(corteFolder(iec.view.chain, 'jornada', 4), 'corte.json.sig'), made, made);
  t.is((await iec.look()).seen.state, 'en-camino');
  iec.now += 120_000;
  t.is((await iec.look()).seen.state, 'atrasado');
});

test('the notice is told with and without a receipt, and is right where the newest corte is stale', async (t) => {
  const iec = await makeOutside(t);
  iec.point({ shows: 'aviso' });
  t.is((await iec.look()).seen.state, 'aviso');
  iec.sign(4, 'web1');
  t.is((await iec.look()).seen.state, 'aviso-firmado');
  iec.now += 3_600_000;
  t.is((await iec.look()).seen.state, 'aviso-debido');
  iec.show(4);
  t.is((await iec.look()).seen.state, 'sin-aviso');
  iec.point({ shows: 'espera', number: null, corte: null, taken_at: null });
  t.is((await iec.look()).seen.state, 'en-espera');
});

test('another phase, another election, another corte and one that does not exist yet are told', async (t) => {
  const iec = await makeOutside(t);
  iec.point({ phase: 'simulacro-1' });
  t.is((await iec.look()).seen.state, 'otra-fase');
  iec.point({ corte: 'b'.repeat(64) });
  t.is((await iec.look()).seen.state, 'otro-corte');
  const other = JSON.stringify(JSON.parse(iec.cortes[3]!.files['corte.json'].toString())).replace(
    iec.view.election,
    'durango-2018',
  );
  iec.site.set('cotejo/chain/jornada/000004/corte.json', `${JSON.stringify(JSON.parse(other), null, 2)}\n`);
  t.is((await iec.look()).seen.state, 'otra-eleccion');
  iec.point({ number: 5 });
  t.is((await iec.look()).seen.state, 'corte-futuro');
});

test('a corte that was packed after the chain was looked at is no corte of the future', async (t) => {
  const iec = await makeOutside(t);
  await iec.pack();
  iec.show(5, ['web1']);
  const { seen, signed } = await iec.look();
  t.like(seen, { state: 'al-dia', number: 5, receipt: 5 });
  t.deepEqual(signed, { number: 5, nodes: ['web1'] });
});

test('a node that has not heard of a revocation is behind, and accused of nothing, before and after heal', async (t) => {
  const iec = await makeOutside(t, 4, ['web1', 'web2']);
  const { chain } = iec.view;
  iec.show(4, ['web1']);
  const [disowned] = iec.cortes.slice(3);
  const signers = iec.trust.document.signers.map((one) => (one.name === 'firma-1' ? { ...one, last: 3 } : one));
  await writeTrust(signTrust(nextTrust(iec.trust, { signers })), join(chain, 'trust/2.json'));
  iec.view = await viewChain(chain, 'jornada');
  t.is(iec.view.head, 3);
  t.like((await iec.look()).seen, { state: 'atrasado', number: null });
  await healChain(chain);
  t.like((await iec.look()).seen, { state: 'atrasado', number: null });
  iec.point({ number: 4, shows: 'aviso' });
  t.is((await iec.look()).seen.state, 'aviso');
  // What one node signed for before is told apart from a corte that nobody of the IEC ever signed.
  iec.view = { ...iec.view, head: 3 };
  iec.show(3);
  iec.sign(3, 'web1', { number: 4, corte: disowned!.sha256 });
  t.not((await iec.look()).seen.state, 'acuse-ajeno');
  iec.sign(3, 'web1', { number: 4, corte: 'c'.repeat(64) });
  t.is((await iec.look()).seen.state, 'acuse-ajeno');
  iec.point({ number: 4, corte: 'd'.repeat(64) });
  t.is((await iec.look()).seen.state, 'corte-futuro');
});

test('pages of a disowned corte that a cache keeps are no alteration, before and after heal; other bytes beside them are', async (t) => {
  const iec = await makeOutside(t);
  const { chain } = iec.view;
  const signers = iec.trust.document.signers.map((one) => (one.name === 'firma-1' ? { ...one, last: 3 } : one));
  await writeTrust(signTrust(nextTrust(iec.trust, { signers })), join(chain, 'trust/2.json'));
  iec.view = await viewChain(chain, 'jornada');
  const kept = iec.cortes[3]!.content['index.html']!;
  iec.show(3);
  iec.now = Date.parse(iec.cortes[2]!.statement.taken_at) + 60_000;
  iec.site.set('index.html', kept);
  const before = await iec.look();
  t.is(before.seen.state, 'cache-viejo');
  t.is(before.signed, null);
  await healChain(chain);
  t.is((await iec.look()).seen.state, 'cache-viejo');
  // Eight of the eleven are looked at.
  for (const path of ['css/estilo.css', 'base/COAH_AYUN_2018.csv', 'datos/Acuña.json', 'actas/copia.jpg'])
    iec.site.set(path, 'otra cosa');
  t.is((await iec.look()).seen.state, 'alterado');
});

test('altered files are no disowned pages, whatever an older page beside them and refusals let seem', async (t) => {
  const iec = await makeOutside(t);
  const { chain } = iec.view;
  const signers = iec.trust.document.signers.map((one) => (one.name === 'firma-1' ? { ...one, last: 3 } : one));
  await writeTrust(signTrust(nextTrust(iec.trust, { signers })), join(chain, 'trust/2.json'));
  iec.view = await viewChain(chain, 'jornada');
  iec.show(3);
  iec.now = Date.parse(iec.cortes[2]!.statement.taken_at) + 60_000;
  iec.site.set('index.html', iec.cortes[1]!.content['index.html']!);
  const others = ['css/estilo.css', 'base/COAH_AYUN_2018.csv', 'datos/Acuña.json', 'actas/copia.jpg'];
  const asked = new Map<string, number>();
  const url = await serve(t, (request, response) => {
    const path = decodeURIComponent(request.url?.slice(1) ?? '');
    const times = (asked.get(path) ?? 0) + 1;
    asked.set(path, times);
    const body = others.includes(path) ? 'otra cosa' : iec.site.get(path);
    const type = path.endsWith('.html') ? { 'content-type': 'text/html' } : {};
    const status = body === undefined ? 404 : others.includes(path) && times > 2 ? 403 : 200;
    response.writeHead(status, type).end(status === 200 ? body : '');
  });
  t.is((await iec.look(NO_MEMORY, { url: url.href })).seen.state, 'alterado');
  t.true(Math.max(...others.map((path) => asked.get(path) ?? 0)) <= 2, 'nothing was asked for once more');
});

test('who waits for a turn until the look’s total is over is not blamed for that, and looked at the next time', async (t) => {
  const iec = await makeOutside(t);
  iec.show(4, ['web1']);
  const bounds = { ...LOOK_BOUNDS, totalMs: 3000 };
  // The turn's own timer begins after the look's and so ends after it.
  const turn = async <T>(work: () => Promise<T>) => {
    await sleep(bounds.totalMs);
    return work();
  };
  const { seen, signed, memory } = await iec.look({ ...NO_MEMORY, number: 4, pass: 2 }, { bounds, turn });
  t.is(seen.state, 'al-dia');
  t.is(signed, null, 'no file was seen');
  t.is(memory.pass, 2);
  t.false(iec.asked().includes('/index.html'));
});

test('pages in the place of answers, denials and servers in trouble are told, and accuse nobody of altering', async (t) => {
  const iec = await makeOutside(t, 2);
  t.is((await iec.look()).seen.state, 'sin-apuntador');
  const answering = async (status: number, type: string, body: string, headers = {}) => {
    const url = await serve(t, (_, response) => {
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(body);
    });
    return (await iec.look(NO_MEMORY, { url: url.href })).seen.state;
  };
  t.is(await answering(200, 'text/html', '<h1>Sitio bloqueado</h1>'), 'bloqueado');
  t.is(await answering(403, 'text/html', 'no'), 'bloqueado');
  t.is(await answering(502, 'text/html', 'no'), 'falla-del-servidor');
  t.is(await answering(302, 'text/html', '', { location: 'https://otro.example/' }), 'otro-sitio');
  t.is(await answering(200, 'application/json', '{"phase":'.padEnd(40_000, ' ')), 'bloqueado');
});

test('no connection, no name and no answer within the total are told apart', async (t) => {
  const iec = await makeOutside(t, 1);
  const look = async (url: string, bounds = LOOK_BOUNDS) => (await iec.look(NO_MEMORY, { url, bounds })).seen.state;
  t.is(await look(`http://127.0.0.1:${await freePort()}/`), 'sin-conexion');
  t.is(await look('http://no-such-host.invalid./'), 'sin-nombre');
  let left: () => void = () => {};
  const isLeft = new Promise<void>((resolve) => (left = resolve));
  const silent = createServer(
    (socket) =>
      void socket
        .on('error', () => {})
        .on('close', left)
        .resume(),
  );
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.teardown(() => silent.close());
  const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  t.is(await look(address, { ...LOOK_BOUNDS, totalMs: 300 }), 'sin-respuesta');
  await isLeft;
});

test('a site that sends without end costs no more than its bound', async (t) => {
  const iec = await makeOutside(t, 2);
  iec.show(2);
  let sent = 0;
  const part = Buffer.alloc(64 * 1024);
  const url = await serve(t, (request, response) => {
    const small = iec.site.get((request.url ?? '').slice(1));
    if (request.url?.startsWith('/cotejo/') === true) {
      response.statusCode = small === undefined ? 404 : 200;
      response.end(small ?? '');
      return;
    }
    const more = () => {
      while (!response.destroyed && response.write(part)) sent += part.length;
    };
    response.on('drain', more);
    more();
  });
  const { signed } = await iec.look(NO_MEMORY, { url: url.href, bounds: { ...LOOK_BOUNDS, bytes: 256 * 1024 } });
  t.is(signed, null);
  t.true(sent < 16 * 1024 * 1024, `${sent}`);
});

requires('openssl', ['openssl'])('a certificate that a browser would warn of is told, and nothing is read behind it', async (t) => {
  const iec = await makeOutside(t, 1);
  let asked = 0;
  const { address } = await serveHttps(t, (_, response) => {
    asked += 1;
    response.end();
  });
  const { seen } = await iec.look(NO_MEMORY, { url: address.href });
  t.is(seen.state, 'certificado');
  t.is(asked, 0);
});
