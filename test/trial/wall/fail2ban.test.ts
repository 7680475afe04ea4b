import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { runNginx } from '../../kit/nginx.ts';
import { makeNode } from '../../kit/node.ts';
import { repository } from '../../kit/programs.ts';
import { requires } from '../../kit/requires.ts';

/** What fail2ban takes for probing: lines that a real nginx wrote with the shipped configuration. */

const trial = requires('fail2ban, nginx', ['fail2ban-regex', 'fail2ban-server', 'nginx']).serial;
const shipped = (name: string) => join(repository(), 'systemd/fail2ban', name);
const run = promisify(execFile);
const trust = signTrust(makeTrust());
const AGENT = 'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)';

/** A scanner says no more than this. */
const PROBES = `
/wp-login.php
/.env
/.env.production
/api/.env
/.git/config
/xmlrpc.php?rsd
/index.PHP
//wp-login.php
/wp-admin/
/cgi-bin/luci/;stok=/locale
/phpmyadmin/index.php
/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php
/actuator/env
/owa/auth/logon.aspx
/boaform/admin/formLogin
/HNAP1
/.aws/credentials
/login.jsp
/.ssh/id_rsa
/wp-json/wp/v2/users
/solr/admin/info/system
/shell.php?a="x"
`
  .trim()
  .split('\n')
  .map((target) => [`GET ${target} HTTP/1.1`, AGENT])
  .concat([['POST /wp-login.php HTTP/1.1', AGENT]]);

const READERS: readonly (readonly string[])[] = [
  // What a publication does have, whatever it is called.
  ['GET /resultados.php HTTP/1.1', AGENT],
  ['GET / HTTP/1.1', AGENT],
  // What it does not have, and readers, their browsers and robots ask for all the same.
  ...['/nada.html', '/datos/entidad.json', '/favicon.ico', '/robots.txt', '/sitemap.xml', '/ads.txt', '/apple-touch-icon.png'].map(
    (target) => [`GET ${target} HTTP/1.1`, AGENT],
  ),
  ...[
    '/.well-known/security.txt',
    '/.well-known/acme-challenge/x',
    '/app.js.map',
    '/wp-content/uploads/logo.png',
    '/php',
    '/donde',
  ].map((target) => [`GET ${target} HTTP/1.1`, AGENT]),
  ...['/cotejo/chain/jornada/999999/corte.json', '/cotejo/nada', '/env', '/a?f=.env', '/buscar?q=wp-login.php'].map((target) => [
    `GET ${target} HTTP/1.1`,
    AGENT,
  ]),
  // Its own page names what it does not have.
  ['GET /contacto.php HTTP/1.1', AGENT, 'Referer: https://prep.example/municipios/index.html'],
  ['GET /contacto.php HTTP/1.1', AGENT, 'Referer: https://prep.example/', 'Sec-Fetch-Site: same-origin'],
  // Somebody else's page makes readers' browsers ask for it.
  ['GET /wp-login.php HTTP/1.1', AGENT, 'Referer: https://mal.example/', 'Sec-Fetch-Site: cross-site'],
  ['GET /.env HTTP/1.1', AGENT, 'Sec-Fetch-Site: none'],
  // Words of a stranger in the fields that follow.
  ['GET /nada HTTP/1.1', 'User-Agent: x" 404 1 "-" "GET /wp-login.php HTTP/1.1" 404'],
  ['GET /nada HTTP/1.1', AGENT, 'Referer: "GET /wp-login.php HTTP/1.1" 404 5 "-" "-" x "" 0.0 "-"'],
];

trial('programs that probe are told from readers, whatever a publication lacks', async (t) => {
  const node = await makeNode(t, { trust });
  const corte = makeCorte({ trust, files: { 'index.html': 'x', 'resultados.php': 'x' } });
  node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(node.config.inbox, corte);
  await node.pass();
  const { port, folder } = await runNginx(t, node.config);
  // Each asks from an address of its own, by which it is known again.
  const all = [...PROBES, ...READERS];
  await Promise.all(all.map((lines, i) => askFrom(`127.0.1.${i + 1}`, port, lines)));
  const log = join(folder, 'acceso.log');
  // A challenge of who issues certificates leaves no line.
  while ((await readFile(log, 'utf8')).split('\n').length < all.length) await pause(50);
  const { stdout } = await run('fail2ban-regex', ['-o', 'ip', log, shipped('filter.d/cotejo-sondeo.conf')]);
  const found = new Set(stdout.trim().split('\n'));
  const told = (lines: readonly (readonly string[])[], from: number) =>
    lines.map(([line], i) => `${found.has(`127.0.1.${from + i + 1}`) ? 'probe' : 'reader'}: ${line}`);
  t.deepEqual(
    told(PROBES, 0),
    PROBES.map(([line]) => `probe: ${line}`),
  );
  t.deepEqual(
    told(READERS, PROBES.length),
    READERS.map(([line]) => `reader: ${line}`),
  );
  t.log(`${PROBES.length} probes, ${READERS.length} readers`);
});

trial('fail2ban takes the jails as they are installed', async (t) => {
  const folder = await makeFolder(t);
  // Debian's own configuration with ours in it.
  await run('cp', ['-r', '/etc/fail2ban/.', folder]);
  for (const name of ['filter.d/cotejo-sondeo.conf', 'jail.d/cotejo.conf']) await run('cp', [shipped(name), join(folder, name)]);
  await mkdir(join(folder, 'log'));
  await writeFile(join(folder, 'log/acceso.log'), '');
  const jail = join(folder, 'jail.d/cotejo.conf');
  await writeFile(jail, (await readFile(jail, 'utf8')).replace('/var/log/cotejo', join(folder, 'log')));
  const { stdout } = await run('fail2ban-server', ['-c', folder, '--dp']);
  const commands = stdout.split('\n');
  t.true(
    commands.some((line) => /'cotejo-sondeo', 'maxretry', 30\b/.test(line)),
    stdout,
  );
  t.true(commands.some((line) => /'start', 'cotejo-sondeo'/.test(line)));
  t.true(commands.some((line) => /'start', 'sshd'/.test(line)));
  t.true(commands.some((line) => /'addaction', 'nftables/.test(line)));
});

function askFrom(localAddress: string, port: number, lines: readonly string[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.end([...lines, 'Host: prep.example', 'Connection: close', '', ''].join('\r\n'));
  return new Promise(
    (resolve, reject) =>
      void socket
        .resume()
        .on('close', () => resolve())
        .on('error', reject),
  );
}
