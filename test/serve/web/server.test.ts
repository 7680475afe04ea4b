import { once } from 'node:events';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Corte, makeChain, makeCorte, publicationOf, writeDelivery } from '../../kit/cortes.ts';
import { type DifusorPlan, type RunningDifusor, runDifusor } from '../../kit/difusor.ts';
import { at, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';

const trust = signTrust(makeTrust());
const cortes = makeChain(3, { trust });
const HTTP = { http: { host: '127.0.0.1', port: 0 } };

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function ask(difusor: RunningDifusor, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...difusor.http, path, headers, method, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (part) => (body += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

async function serving(t: ExecutionContext, delivered: readonly Corte[], plan: Partial<DifusorPlan> = {}) {
  const difusor = await runDifusor(t, { trust, ports: HTTP, ...plan });
  for (const corte of delivered) {
    await writeDelivery(difusor.config.inbox, corte);
    const { phase, number } = corte.statement;
    await difusor.until((e) => e.event === 'admitted' && e.phase === phase && e.number === number);
  }
  return difusor;
}

const last = cortes.at(-1)!;
/** an hour at which the newest corte is fresh */
const FRESH = Date.parse(last.statement.taken_at) + 60_000;

test('a corte is served to the byte, with its number and hour', async (t) => {
  const difusor = await serving(t, cortes, { now: FRESH });
  for (const path of ['/', '/index.html', '/cotejo/fases/jornada/', '/?x']) {
    const { status, headers, body } = await ask(difusor, path);
    t.is(status, 200, path);
    t.is(body, String(last.content['index.html']));
    t.is(headers['cotejo-corte'], '3');
    t.is(headers['cotejo-hora'], last.statement.taken_at);
    t.is(headers['cotejo-fase'], 'jornada');
    t.is(headers['cotejo-muestra'], 'corte');
    t.is(headers['server-timing'], 'corte;desc=3');
    t.is(headers['content-security-policy'], undefined, 'the publication says itself what it needs');
    t.is(headers['content-type'], 'text/html');
    t.is(headers['x-content-type-options'], 'nosniff');
    t.is(headers['cache-control'], 'public, max-age=15, must-revalidate');
  }
  const acta = await ask(difusor, `/actas/${encodeURIComponent('0000 básica.jpg')}`);
  t.is(acta.body, String(last.content['actas/0000 básica.jpg']));
  // first in corte 1, so it has that corte's hour
  t.is(acta.headers['last-modified'], new Date(cortes[0]!.statement.taken_at).toUTCString());
});

test('two nodes with the same corte give the same ETag, and 304 to a client that has it', async (t) => {
  const one = await serving(t, cortes, { now: FRESH });
  const other = await serving(t, cortes, { now: FRESH + 60_000, node: 'web2' });
  const given = await ask(one, '/base/COAH_AYUN_2018.csv');
  t.truthy(given.headers.etag);
  t.is((await ask(other, '/base/COAH_AYUN_2018.csv')).headers.etag, given.headers.etag);
  const again = await ask(other, '/base/COAH_AYUN_2018.csv', { 'If-None-Match': given.headers.etag as string });
  t.is(again.status, 304);
  t.is(again.body, '');
});

test('ranges, HEAD and nothing but GET and HEAD', async (t) => {
  const difusor = await serving(t, cortes, { now: FRESH });
  const whole = String(last.content['base/COAH_AYUN_2018.csv']);
  const part = await ask(difusor, '/base/COAH_AYUN_2018.csv', { Range: 'bytes=3-9' });
  t.is(part.status, 206);
  t.is(Buffer.from(part.body).toString(), Buffer.from(whole).subarray(3, 10).toString());
  t.is((await ask(difusor, '/base/COAH_AYUN_2018.csv', { Range: 'bytes=999999-' })).status, 416);
  const head = await ask(difusor, '/base/COAH_AYUN_2018.csv', {}, 'HEAD');
  t.is(head.status, 200);
  t.is(head.body, '');
  t.is(head.headers['content-length'], String(Buffer.byteLength(whole)));
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND']) {
    const { status, headers } = await ask(difusor, '/', {}, method);
    t.is(status, 405, method);
    t.is(headers.allow, 'GET, HEAD');
  }
});

test('no listing, no dotfile, nothing outside, and errors in a few Spanish words', async (t) => {
  const difusor = await serving(t, cortes, { now: FRESH });
  const { state } = difusor.config;
  await writeFile(join(difusor.folder, 'secret'), 'secret');
  await writeFile(join(state, 'chain', '.lock'), 'secret');
  const tree = join(state, 'trees', 'jornada', '000003');
  await symlink(join(difusor.folder, 'secret'), join(tree, 'link'));
  await symlink(difusor.folder, join(tree, 'folder'));
  await symlink(difusor.folder, join(state, 'chain', 'link'));
  const refused: [string, number][] = [
    ['/actas/', 403],
    ['/cotejo/chain/', 403],
    ['/nada', 404],
    ['/chain/index.json', 404],
    ['/health', 404],
    ['/cotejo/nada', 404],
    ['/cotejo/fases/nada/', 404],
    ['/cotejo/chain/.lock', 404],
    ['/link', 404],
    ['/folder/secret', 404],
    ['/cotejo/chain/link/secret', 404],
    ['/../../secret', 400],
    ['/%2e%2e/secret', 400],
    ['/cotejo/chain/..%2f..%2f..%2fsecret', 400],
    ['/cotejo/chain/..%2f..%2fsecret', 404],
    ['/a\\..\\b', 404],
  ];
  for (const [path, expected] of refused) {
    const { status, headers, body } = await ask(difusor, path);
    t.is(status, expected, path);
    t.notRegex(body, /secret|<|Error|node_modules/);
    t.regex(headers['content-type'] ?? '', /^text\/plain/);
    t.is(headers['cotejo-corte'], undefined);
  }
  const moved = await ask(difusor, '/actas');
  t.is(moved.status, 301);
  t.is(moved.headers.location, '/actas/');
  t.is((await ask(difusor, '/cotejo.html')).headers.location, '/cotejo/');
  t.is((await ask(difusor, '/cotejo')).headers.location, '/cotejo/');
});

test('the chain, the acuses and the status can be read by anyone’s page', async (t) => {
  const difusor = await serving(t, cortes, { now: FRESH });
  const index = JSON.parse((await ask(difusor, '/cotejo/chain/index.json')).body);
  t.deepEqual(index.phases.jornada, { number: 3, corte: last.sha256 });
  for (const name of ['corte.json', 'corte.json.sig', 'SHA256SUMS']) {
    const { status, body, headers } = await ask(difusor, `/cotejo/chain/jornada/000003/${name}`);
    t.is(status, 200, name);
    t.is(body, last.files[name as 'corte.json'].toString());
    t.is(headers['access-control-allow-origin'], '*');
  }
  const acuse = JSON.parse((await ask(difusor, '/cotejo/acuses/jornada/000003.json')).body);
  t.is(acuse.corte, last.sha256);
  const status = await ask(difusor, '/cotejo/status.json');
  t.is(JSON.parse(status.body).difusor, 'vanguardia');
  t.is(status.headers['cache-control'], 'no-store');
});

test('health is 200 only while what is public is fresh', async (t) => {
  const difusor = await serving(t, cortes, { now: FRESH });
  // simulacro-1 is open too, and has no corte: readers of the jornada do not depend on a drill.
  while ((await ask(difusor, '/cotejo/health')).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
  // A daemon that hangs no longer writes its status, whatever `health` says.
  // This one is at work and may just have written it, so it is made old again until that is seen.
  const old = new Date(Date.now() - 3_600_000);
  do await utimes(join(difusor.config.state, 'status.json'), old, old);
  while ((await ask(difusor, '/cotejo/health')).status !== 503);
  t.pass();
});

test('when the cortes stop the notice answers any address with 503, and goes when one arrives', async (t) => {
  const difusor = await serving(t, cortes.slice(0, 2), { now: Date.parse(cortes[1]!.statement.taken_at) + 60_000 });
  const last = await difusor.until((e) => e.event === 'admitted' && e.number === 2);
  difusor.now = Date.parse(cortes[1]!.statement.taken_at) + 33 * 60_000;
  await difusor.until((e) => e.event === 'published' && e.phase === 'jornada' && e.public === 'aviso', last);
  for (const path of ['/', '/index.html', '/cotejo/fases/jornada/', '/base/COAH_AYUN_2018.csv', '/nada']) {
    const { status, headers, body } = await ask(difusor, path, { Range: 'bytes=0-3', 'If-None-Match': '*' });
    t.is(status, 503, path);
    t.is(headers['retry-after'], '60');
    t.is(headers['cache-control'], 'no-store');
    t.is(headers['cotejo-corte'], undefined);
    t.regex(body, /<html lang="es-MX">/);
  }
  t.is((await ask(difusor, '/cotejo/health')).status, 503);
  const next = makeCorte({ trust, files: publicationOf(3), previous: cortes[1]!, takenAt: at(difusor.now) });
  await writeDelivery(difusor.config.inbox, next);
  await difusor.until((e) => e.event === 'admitted' && e.number === 3);
  t.is((await ask(difusor, '/')).headers['cotejo-corte'], '3');
});

test('before the opening the page says when it opens, and Retry-After says when to ask again', async (t) => {
  const opens = NOW + 600_000;
  const phases = makeTrust().phases.map((phase) => ({ ...phase, opens_at: at(opens) }));
  const difusor = await serving(t, [], { trust: signTrust(makeTrust({ phases })) });
  const { status, headers, body } = await ask(difusor, '/');
  t.is(status, 503);
  t.is(headers['retry-after'], '600');
  t.regex(body, /todavía no comienza/);
});

test('an administrator’s own notice has its own images', async (t) => {
  const own = join(await makeFolder(t), 'own');
  await mkdir(own);
  await writeFile(join(own, 'index.html'), '<h1>Nuestro aviso</h1>');
  await writeFile(join(own, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const difusor = await serving(t, cortes.slice(0, 1), { aviso: own, now: Date.parse(cortes[0]!.statement.taken_at) + 60_000 });
  const last = await difusor.until((e) => e.event === 'admitted');
  difusor.now += 3_600_000;
  await difusor.until((e) => e.event === 'published' && e.phase === 'jornada' && e.public === 'aviso', last);
  const page = await ask(difusor, '/datos.csv');
  t.is(page.status, 503);
  t.is(page.body, '<h1>Nuestro aviso</h1>');
  const logo = await ask(difusor, '/logo.svg');
  t.is(logo.status, 200);
  t.is(logo.headers['content-type'], 'image/svg+xml');
});

test('a switch in the middle of an answer changes nothing of it', async (t) => {
  const big = 'x'.repeat(8 * 1024 * 1024);
  const one = makeCorte({ trust, files: { 'big.txt': big, 'index.html': '1' } });
  const two = makeCorte({ trust, previous: one, files: { 'big.txt': `${big}2`, 'index.html': '2' } });
  const difusor = await serving(t, [one], { now: Date.parse(two.statement.taken_at) + 60_000, keep_trees_minutes: 0 });
  const asked = request({ ...difusor.http, path: '/big.txt', agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.pause();
  await writeDelivery(difusor.config.inbox, two);
  await difusor.until((e) => e.event === 'admitted' && e.number === 2);
  let bytes = 0;
  for await (const part of answer) bytes += (part as Buffer).length;
  t.is(bytes, big.length);
  t.is(answer.headers['cotejo-corte'], '1');
  t.is((await ask(difusor, '/')).body, '2');
});

test('bytes that are no HTTP get an error, and the connection ends', async (t) => {
  const difusor = await serving(t, []);
  const { host, port } = difusor.http as { host: string; port: number };
  const junk = connect({ host, port });
  junk.write('\u0016\u0003\u0001 not HTTP\r\n\r\n');
  let answer = '';
  junk.on('data', (part) => (answer += part)).on('error', () => {});
  await once(junk, 'close');
  t.regex(answer, /^HTTP\/1\.1 400 /);
});

test('only the portals of the configuration may have the site in a frame, and never the page that checks', async (t) => {
  const portals = ['https://www.vanguardia.example', 'https://*.vanguardia.example'];
  const allowed = `frame-ancestors 'self' ${portals.join(' ')}`;
  const listed = await serving(t, cortes, { now: FRESH, site: { frame_ancestors: portals } });
  const policy = async (difusor: RunningDifusor, path: string) => (await ask(difusor, path)).headers['content-security-policy'];
  for (const path of [
    '/',
    '/base/COAH_AYUN_2018.csv',
    '/cotejo/marco.html',
    '/cotejo/marco.html?fase=x',
    '/cotejo/insignia.html',
  ]) {
    t.is(await policy(listed, path), allowed, path);
  }
  t.is(await policy(listed, '/cotejo/'), "frame-ancestors 'none'");
  const drill = await ask(listed, '/cotejo/fases/simulacro-1/');
  t.is(drill.status, 503);
  const standIn = String(drill.headers['content-security-policy']);
  t.true(standIn.startsWith("default-src 'self'") && standIn.endsWith(`; ${allowed}`), standIn);
  t.is(drill.headers['cotejo-fase'], 'simulacro-1');
  t.regex(String(drill.headers['cotejo-muestra']), /^(aviso|espera)$/);
  const script = await ask(listed, '/cotejo/marco.js');
  t.is(script.status, 200);
  t.is(script.headers['content-type'], 'text/javascript');
  t.is(script.headers['cache-control'], 'no-cache');
  const none = await serving(t, [], { now: FRESH });
  for (const path of ['/cotejo/marco.html', '/cotejo/insignia.html'])
    t.is(await policy(none, path), "frame-ancestors 'self'", path);
});
