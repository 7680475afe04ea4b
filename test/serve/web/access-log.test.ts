import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Event } from '../../../src/difusor/state/events.ts';
import { countLogs } from '../../../src/memoria/count/count-logs.ts';
import { openSite } from '../../../src/serve/web/site.ts';
import { startWeb } from '../../../src/serve/web/web-server.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeNode } from '../../kit/node.ts';

/** What the built-in web server records. */

const trust = signTrust(makeTrust());
const corte = makeCorte({ trust, files: { 'index.html': 'uno', 'datos.csv': '1'.repeat(300_000) }, takenAt: at(NOW) });

interface Plan {
  readonly log_bytes?: number;
  readonly proxies?: string[];
}

async function recorded(t: ExecutionContext, plan: Plan = {}) {
  const folder = await makeFolder(t);
  mkdirSync(join(folder, 'log'));
  const log = join(folder, 'log/acceso.log');
  const kit = await makeNode(t, { trust, keepsTheRule: true, now: NOW + 60_000 });
  await writeDelivery(kit.config.inbox, corte);
  await kit.pass();
  const told: Event[] = [];
  const http = { log, log_bytes: 4 * 1024 ** 3, proxies: [], ...plan };
  const site = openSite({ ...kit.config, http }, { now: () => kit.clock.now, tell: (event) => told.push(event) });
  const service = await startWeb(site, { host: '127.0.0.1', port: 0 });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await service.close();
    isOpen = false;
  };
  t.teardown(close);
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<number>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: service.address.port, path, headers, method, agent: false };
      request(options, (answer) => answer.resume().once('end', () => resolve(answer.statusCode ?? 0)))
        .once('error', reject)
        .end();
    });
  const lines = (file = log) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): Record<string, unknown> => JSON.parse(line));
  return { folder, log, port: service.address.port, told, ask, lines, close };
}

test('each request is a line, which the memoria counts', async (t) => {
  const { log, ask, lines, close } = await recorded(t);
  const agent = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0' };
  await ask('/', { ...agent, referer: 'https://portal.example/x', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' });
  await ask('/datos.csv?x="\\', agent);
  await ask('/datos.csv', { ...agent, range: 'bytes=0-9' });
  await ask('/', agent, 'HEAD');
  await ask('/nada', { 'user-agent': 'x'.repeat(10_000) });
  await ask('/cotejo/health', agent);
  await ask('/', {}, 'DELETE');
  await close();
  const [first, ...rest] = lines();
  t.like(first, {
    time: new Date(NOW + 60_000).toISOString(),
    addr: '127.0.0.1',
    method: 'GET',
    target: '/',
    status: 200,
    bytes: 3,
    referer: 'https://portal.example/x',
    agent: agent['user-agent'],
    corte: '1',
    site: 'cross-site',
    dest: 'iframe',
  });
  t.deepEqual(
    rest.map(({ method, target, status, bytes }) => [method, target, status, bytes]),
    [
      ['GET', '/datos.csv?x="\\', 200, 300_000],
      ['GET', '/datos.csv', 206, 10],
      ['HEAD', '/', 200, 0],
      ['GET', '/nada', 404, rest[3]!['bytes']],
      ['DELETE', '/', 405, rest[4]!['bytes']],
    ],
  );
  t.is(String(rest[3]!['agent']).length, 2048);
  const from = Math.trunc(NOW / 3_600_000) * 3_600_000;
  const {
    seen,
    frames,
    lines: counted,
  } = await countLogs([{ file: log, node: 'web1' }], { from, to: from + 7_200_000, offset: -300 });
  t.deepEqual(seen, { pages: 2, hits: 3, bytes: 300_003 });
  t.is(frames.opened, 1);
  t.deepEqual(counted, { counted: 6, outside: 0, unreadable: 0, tooLong: 0 });
});

test('who rotates it renames it, and nothing is lost', async (t) => {
  const { folder, log, ask, lines, close } = await recorded(t);
  await ask('/');
  while (!hasLines(log)) await new Promise((resolve) => setTimeout(resolve, 50));
  renameSync(log, join(folder, 'acceso.log.1'));
  await ask('/a');
  await close();
  t.deepEqual(
    lines(join(folder, 'acceso.log.1')).map(({ target }) => target),
    ['/'],
  );
  t.deepEqual(
    lines().map(({ target }) => target),
    ['/a'],
  );
});

function hasLines(file: string): boolean {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}

test('whatever happens to the log, readers are answered, and it is told', async (t) => {
  for (const [title, break_] of [
    ['a folder', (log: string) => mkdirSync(log)],
    ['a link', (log: string) => symlinkSync('/etc/hostname', log)],
    ['its folder is gone', (log: string) => rmSync(join(log, '..'), { recursive: true })],
    ['it has reached its limit', (log: string) => writeFileSync(log, Buffer.alloc(2_000_000))],
  ] as const) {
    const { log, ask, told, close } = await recorded(t, { log_bytes: 1_500_000 });
    break_(log);
    t.is(await ask('/'), 200, title);
    t.is(await ask('/'), 200, title);
    await close();
    // Told at each write that fails.
    const what = told.map((event) => (event.event === 'error' ? String(event.what) : event.event));
    t.deepEqual([...new Set(what)], ['access-log'], title);
  }
});

test('half a line is not joined to the next one', async (t) => {
  const { log, ask, close } = await recorded(t);
  writeFileSync(log, '{"time":"20');
  await ask('/');
  await close();
  const [half, line] = readFileSync(log, 'utf8').split('\n');
  t.is(half, '{"time":"20');
  t.is(JSON.parse(line!).target, '/');
});

test('what a proxy says of who asked is believed where it is our own', async (t) => {
  const forwarded = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7, 127.0.0.1' };
  const trusting = await recorded(t, { proxies: ['127.0.0.1'] });
  await trusting.ask('/', forwarded);
  await trusting.ask('/', { 'x-forwarded-for': 'junk' });
  await trusting.ask('/');
  await trusting.close();
  t.deepEqual(
    trusting.lines().map(({ addr }) => addr),
    ['198.51.100.7', '127.0.0.1', '127.0.0.1'],
  );
  const other = await recorded(t);
  await other.ask('/', forwarded);
  await other.close();
  t.deepEqual(
    other.lines().map(({ addr }) => addr),
    ['127.0.0.1'],
  );
});

test('a reader who goes before the answer is whole', async (t) => {
  const { port, lines, close } = await recorded(t);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /datos.csv HTTP/1.1\r\nHost: x\r\n\r\nGET /');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  await close();
  const [line] = lines();
  t.is(line!['target'], '/datos.csv');
  t.true(Number(line!['bytes']) <= 300_000);
});
