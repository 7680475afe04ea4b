import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { JUNK_HELLOS } from '../../kit/hellos.ts';
import { type NginxPlan, type RunningNginx, runNginx } from '../../kit/nginx.ts';
import { makeNode } from '../../kit/node.ts';
import { freePort } from '../../kit/port.ts';
import { repository } from '../../kit/programs.ts';
import { askRaw } from '../../kit/raw-http.ts';
import { requires } from '../../kit/requires.ts';

/** What the shipped configuration of nginx refuses, and whom: a real nginx. */

const trial = requires('nginx', ['nginx']).serial;
const trust = signTrust(makeTrust());

async function siteOf(t: ExecutionContext, plan: NginxPlan = {}): Promise<RunningNginx> {
  const node = await makeNode(t, { trust });
  const files = {
    'large.bin': Buffer.alloc(8_000_000),
    'index.html': 'publicado',
    '.well-known/acme-challenge/reto': 'de la publicación',
  };
  const corte = makeCorte({ trust, files });
  node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(node.config.inbox, corte);
  t.deepEqual(await node.outcomes(), { 'jornada-000001': 'admitted' });
  await writeFile(join(node.config.state, 'health'), 'true\n');
  return runNginx(t, node.config, plan);
}

const ask = (port: number, target: string, ...headers: string[]) =>
  askRaw(port, [`GET ${target} HTTP/1.1`, 'Host: prep.example', 'Connection: close', ...headers, '', ''].join('\r\n'));

/** As many requests as nginx takes on one connection, one behind the other. @returns the heads of the answers */
async function flood(
  port: number,
  requests: number,
  { from = '127.0.0.1', method = 'HEAD', target = '/index.html' } = {},
): Promise<string[]> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  const one = `${method} ${target} HTTP/1.1\r\nHost: prep.example\r\n`;
  socket.write(`${`${one}\r\n`.repeat(requests - 1)}${one}Connection: close\r\n\r\n`);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('latin1').split('\r\n\r\n').slice(0, -1);
}

trial('one address is answered 4,000 requests at once and then 429; others, and the balancer, are not held back', async (t) => {
  const { port, folder } = await siteOf(t);
  const started = Date.now();
  const heads = (await Promise.all(Array.from({ length: 8 }, () => flood(port, 1000)))).flat();
  const [health, other] = await Promise.all([ask(port, '/cotejo/health'), flood(port, 50, { from: '127.0.0.2' })]);
  const of = (status: number) => heads.filter((head) => head.startsWith(`HTTP/1.1 ${status} `));
  const [answered, limited] = [of(200).length, of(429).length];
  const most = 4001 + 0.4 * (Date.now() - started);
  t.is(answered + limited, 8000);
  t.true(answered >= 4000 && answered <= most, `${answered} of at most ${most}`);
  t.true(of(429).every((head) => head.includes('\r\nCache-Control: no-store\r\n') && head.includes('\r\nRetry-After: 2\r\n')));
  t.is(health.status, 200);
  t.is(other.filter((head) => head.startsWith('HTTP/1.1 200 ')).length, 50);
  // The log is written once a second, by a machine that has just answered thousands.
  let lines: string[] = [];
  for (let tries = 0; tries < 60 && lines.filter((line) => / 200 /.test(line)).length < answered; tries++) {
    await pause(500);
    lines = (await readFile(join(folder, 'acceso.log'), 'utf8')).split('\n');
  }
  const told = lines.filter((line) => / 429 /.test(line)).length;
  t.true(told < limited / 10, `${told} of ${limited} are in the log`);
  t.true(lines.filter((line) => / 200 /.test(line)).length >= 4000, 'all that was answered is in the log');
  t.log(`${answered} answered, ${limited} limited, ${told} of them in the log`);
});

/** Asks for a name of its own and waits until the record has it, and so all that was asked before. @returns the record */
async function recorded({ port, folder }: RunningNginx, name: string): Promise<string[]> {
  await ask(port, `/${name}`);
  for (let tries = 0; tries < 100; tries++) {
    const lines = (await readFile(join(folder, 'acceso.log'), 'utf8')).split('\n');
    if (lines.some((line) => line.includes(`GET /${name} `))) return lines;
    await pause(100);
  }
  throw new Error(`${name} is not in the record`);
}

/** What is answered before the limits are asked, or is exempt from them. */
const UNCOUNTED: readonly (readonly [status: number, target: string])[] = [
  [404, '/.well-known/acme-challenge/x'],
  [503, '/cotejo/health'],
  [301, '/cotejo'],
  [302, '/cotejo/presentacion/nada/'],
  [301, '/en-claro'],
];

/** The shipped snippet for https, at a port of its own and with a certificate of this trial's. */
async function shippedTls(t: ExecutionContext, port: number): Promise<string> {
  const folder = await makeFolder(t);
  const [key, certificate] = [join(folder, 'privkey.pem'), join(folder, 'fullchain.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=prep.example'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  return (await readFile(join(repository(), 'systemd/nginx/cotejo-tls.conf'), 'utf8'))
    .replaceAll('/etc/letsencrypt/live/prep.example', folder)
    .replace(/^listen \[::\].*$/m, '')
    .replace('listen 443', `listen 127.0.0.1:${port}`);
}

requires('nginx and openssl', ['nginx', 'openssl']).serial(
  'what no limit counts fills neither the record nor the error log',
  async (t) => {
    const secure = await freePort();
    const tls = await shippedTls(t, secure);
    const nginx = await siteOf(t, {
      change: (site) => site.replace('"~^http /(?!cotejo/health$', '"~^http /en-claro" 1;\n    "~^nunca /(?!cotejo/health$'),
      snippet: (text) => `${text}\n${tls}`,
    });
    await rm(join(nginx.folder, 'signs/sano'));
    const REQUESTS = 200;
    for (const [status, target] of UNCOUNTED) {
      const heads = await flood(nginx.port, REQUESTS, { target });
      t.is(heads.filter((head) => head.startsWith(`HTTP/1.1 ${status} `)).length, REQUESTS, target);
    }
    await Promise.all(
      Array.from({ length: 50 }, () => askRaw(nginx.port, 'GET /sin-nombre HTTP/1.1\r\nConnection: close\r\n\r\n')),
    );
    for (const path of [
      'chain/nada',
      'acuses/nada',
      'c/77/',
      'c/77/x',
      'presentacion/nada/x',
      'status.json',
      'ultimo.json',
      `${'x'.repeat(300)}/`,
    ])
      await ask(nginx.port, `/cotejo/${path}`);
    for (const path of ['.', 'carpeta/', 'a/../..', `${'x'.repeat(300)}/`, 'index.html/x', '%00', '%ff'])
      await ask(nginx.port, `/${path}`);
    const large = connect({ port: nginx.port, host: '127.0.0.1' });
    large.write('GET /demasiado HTTP/1.1\r\nHost: prep.example\r\nContent-Length: 99999999\r\n\r\n');
    await once(large, 'data'); // the rest is waited for
    large.destroy();
    for (const [what, bytes] of Object.entries(JUNK_HELLOS))
      t.not((await askRaw(secure, bytes.toString('latin1'))).status, 200, what);
    const lines = await recorded(nginx, 'marca');
    t.log(`${lines.length} lines of ${REQUESTS * UNCOUNTED.length} requests`);
    t.true(lines.length < (REQUESTS * UNCOUNTED.length) / 20);
    t.false(lines.some((line) => /acme-challenge|health|sin-nombre/.test(line)));
    t.is(await readFile(join(nginx.folder, 'error.log'), 'utf8'), '');
  },
);

trial('who holds all connections, and asks for more, writes nothing in the error log', async (t) => {
  const { port, folder } = await siteOf(t, { connections: 20 });
  const whole = 'HEAD / HTTP/1.1\r\nHost: prep.example\r\n\r\n';
  // One answer shows that what follows it, which nginx then waits for, has come too: such a connection it does not give up.
  const isAnswered = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(`${whole}HEAD / HTTP/1.1\r\n`));
      socket.on('error', () => {}); // told by `close`, too
      socket.once('data', () => resolve(true)).once('close', () => resolve(false));
      t.teardown(() => socket.destroy());
    });
  let refused = 0;
  for (let i = 0; i < 40; i++) refused += (await isAnswered()) ? 0 : 1;
  t.true(refused > 0);
  t.is(await readFile(join(folder, 'error.log'), 'utf8'), '');
});

trial('another method is counted as any request is, and recorded', async (t) => {
  const nginx = await siteOf(t, {
    change: (site) => site.replace('rate=400r/s', 'rate=1r/m'),
    snippet: (text) => text.replace('burst=4000', 'burst=4'),
  });
  const heads = await flood(nginx.port, 200, { method: 'POST', target: '/wp-login.php' });
  const statuses = heads.flatMap((head) => /HTTP\/1\.1 (\d+) /.exec(head)?.[1] ?? []);
  t.deepEqual([...new Set(statuses)], ['405', '429']);
  for (const target of ['/.env', '/cotejo/nada']) t.is((await ask(nginx.port, target)).status, 429, target);
});

trial('of what a stranger says a line of the record has so much and no more', async (t) => {
  const nginx = await siteOf(t);
  const long = 'x'.repeat(3000);
  await askRaw(
    nginx.port,
    [
      `GET /largo/${long} HTTP/1.1`,
      `Host: ${long}.example`,
      `Referer: https://${long}`,
      `User-Agent: ${long}`,
      `Sec-Fetch-Site: ${long}`,
      'Connection: close',
      '',
      '',
    ].join('\r\n'),
  );
  await ask(nginx.port, '/corto', 'Referer: https://o.example/', 'User-Agent: Mozilla/5.0 (X)', 'Sec-Fetch-Site: same-origin');
  const lines = await recorded(nginx, 'marca');
  const [cut = '', short = ''] = ['/largo/', '/corto'].map((path) => lines.find((line) => line.includes(path)));
  t.true(cut.length > 1000 && cut.length < 1600, `${cut.length} characters`);
  t.regex(cut, /^127\.0\.0\.1 - - \[[^\]]+\] "GET \/largo\/x+ HTTP\/1\.1" 404 \d+ "https:\/\/x+" "x+" x+ "1" [\d.]+ "x+"$/);
  t.regex(
    short,
    /"GET \/corto HTTP\/1\.1" 404 \d+ "https:\/\/o\.example\/" "Mozilla\/5\.0 \(X\)" prep\.example "1" [\d.]+ "same-origin"$/,
  );
  t.regex(lines.find((line) => line.includes('/marca')) ?? '', / "-" "-" prep\.example "1" [\d.]+ "-"$/);
});

trial('nothing is recorded while the guard’s sign says that the disk is needed for the cortes', async (t) => {
  const nginx = await siteOf(t);
  const sign = join(nginx.folder, 'signs/sin-bitacora');
  await writeFile(sign, 'ok\n');
  t.is((await ask(nginx.port, '/callado')).status, 404);
  t.is((await ask(nginx.port, '/')).status, 200);
  await rm(sign);
  const lines = await recorded(nginx, 'marca');
  t.is(lines.filter(Boolean).length, 1);
});

trial('one address has at most 1,000 answers under way', async (t) => {
  // A limit of three stands for the shipped one: a thousand answers that nobody takes would fill this machine's memory.
  const { port } = await siteOf(t, {
    snippet: (text) => text.replace(/limit_conn cotejo_connections 1000;/, 'limit_conn cotejo_connections 3;'),
  });
  const slow = Array.from({ length: 3 }, () => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.pause();
    socket.write('GET /large.bin HTTP/1.1\r\nHost: prep.example\r\n\r\n');
    t.teardown(() => socket.destroy());
    return socket;
  });
  for (let tries = 0; (await ask(port, '/')).status !== 429; tries++) {
    if (tries > 100) return t.fail('the fourth was never refused');
    await pause(20);
  }
  for (const socket of slow) socket.destroy();
  for (let tries = 0; (await ask(port, '/')).status !== 200; tries++) {
    if (tries > 100) return t.fail('an address stays refused');
    await pause(20);
  }
  t.pass();
});

trial('only GET and HEAD are answered, wherever', async (t) => {
  const { port } = await siteOf(t);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'PURGE']) {
    for (const target of ['/', '/nada', '/cotejo/', '/cotejo/health', '/cotejo/status.json', '/.well-known/acme-challenge/x']) {
      const { status, headers } = await askRaw(
        port,
        `${method} ${target} HTTP/1.1\r\nHost: prep.example\r\nConnection: close\r\n\r\n`,
      );
      t.deepEqual([status, headers['allow']], [405, 'GET, HEAD'], `${method} ${target}`);
    }
  }
  t.is((await ask(port, '/')).headers['allow'], undefined);
});

trial('a challenge of who issues certificates is answered from a folder of its own, never from the publication', async (t) => {
  const { port, folder } = await siteOf(t);
  t.is((await ask(port, '/.well-known/acme-challenge/reto')).status, 404);
  await mkdir(join(folder, 'acme/.well-known/acme-challenge'), { recursive: true });
  await writeFile(join(folder, 'acme/.well-known/acme-challenge/reto'), 'de certbot');
  const answer = await ask(port, '/.well-known/acme-challenge/reto');
  t.deepEqual([answer.status, String(answer.body)], [200, 'de certbot']);
  const drill = await askRaw(port, 'GET /.well-known/acme-challenge/reto HTTP/1.0\r\nHost: simulacro.prep.example\r\n\r\n');
  t.is(String(drill.body), 'de certbot');
});

trial('who has seen a newer corte is not shown an older one', async (t) => {
  const { port } = await siteOf(t);
  for (const [seen, status] of [
    ['1', 200],
    ['2', 503],
    ['10', 503],
    ['999999', 503],
    ['0', 200],
    ['', 200],
    ['x', 200],
    ['01', 200],
    ['1000000', 200],
    ['2; otra=1', 503],
  ] as const) {
    const answer = await ask(port, '/', `Cookie: a=b; cotejo_corte=${seen}`);
    t.is(answer.status, status, seen);
    if (status === 200) continue;
    t.deepEqual([answer.headers['retry-after'], answer.headers['cache-control']], ['2', 'no-store']);
    t.regex(String(answer.body), /el corte que usted ya vio/);
    t.notRegex(String(answer.body), /publicado/);
  }
  for (const path of ['/cotejo/health', '/cotejo/chain/index.json', '/cotejo/status.json'])
    t.not((await ask(port, path, 'Cookie: cotejo_corte=2')).status, 503, path);
});

trial('which of two numbers is greater, and whose addresses count as one', async (t) => {
  const { port } = await siteOf(t, {
    change: (site) =>
      site
        .replace('"$cotejo_corte/$cookie_cotejo_corte"', '"$arg_shown/$arg_seen"')
        .replace('map $remote_addr $cotejo_reader', 'map $arg_from $cotejo_reader')
        .replace(/location = \/cotejo \{/, 'location = /dicho { return 200 "$cotejo_behind $cotejo_reader"; }\n$&'),
  });
  const say = async (query: string) => String((await ask(port, `/dicho?${query}`)).body).split(' ');
  const numbers = [
    1, 2, 8, 9, 10, 11, 19, 20, 36, 37, 40, 99, 100, 101, 110, 199, 999, 1000, 1234, 1243, 9999, 10_000, 99_999, 100_000, 999_999,
  ];
  const wrong: string[] = [];
  for (const shown of numbers)
    for (const seen of numbers)
      if (((await say(`shown=${shown}&seen=${seen}`))[0] === '1') !== seen > shown) wrong.push(`${shown} ${seen}`);
  t.deepEqual(wrong, []);
  const ofOne = async (...from: string[]) => new Set(await Promise.all(from.map(async (ip) => (await say(`from=${ip}`))[1]))).size;
  t.is(await ofOne('2001:db8:a:b:1:2:3:4', '2001:db8:a:b::1', '2001:db8:a:b:ffff::'), 1);
  t.is(await ofOne('2001:db8:a:b::1', '2001:db8:a:c::1'), 2);
  t.is(await ofOne('2001:db8::1', '2001:db8::2:3', '2001:db8::ffff:2:3:4'), 1);
  t.is(await ofOne('2001:db8:5::1', '2001:db8:5::2:3:4'), 1);
  t.is(await ofOne('2001:db8:5::1', '2001:db8:6::1', '2001:db8::1', '2001::1'), 4);
});
