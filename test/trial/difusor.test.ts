import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Corte, makeCorte, publicationOf, writeInChain } from '../kit/cortes.ts';
import { at, makeTrust, signTrust, writeTrust } from '../kit/election.ts';
import { writeFiles } from '../kit/folders.ts';
import { named, readGuide } from '../kit/guide.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { bootMachine, type Machine, requiresMachine } from '../kit/machine.ts';
import { authorized, sumsOf, TEMPLATE } from '../kit/presentation.ts';
import { acuse, deliver, installSite, sftp, ssh, until } from '../kit/site.ts';

/** A node under the shipped unit, sshd drop-in and nginx site, set up by the guide's own commands. */

const trial = requiresMachine().serial;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const minute = (n: number) => at(Date.now() + n * 60_000);
const trust = signTrust(makeTrust({ now: Date.now() }));
const cortes = [makeCorte({ trust, files: publicationOf(1), takenAt: minute(-20) })];
for (const n of [2, 3, 4]) {
  cortes.push(makeCorte({ trust, files: publicationOf(n), takenAt: minute(5 * n - 22), previous: cortes.at(-1) ?? null }));
}
const [first, second, third, fourth] = cortes as [Corte, Corte, Corte, Corte];
const fifth = makeCorte({ trust, files: { ...publicationOf(5), ...authorized() }, takenAt: minute(-1), previous: fourth });

let machine: Machine;
const property = async (name: string) => (await machine.must(`systemctl show --value -p ${name} cotejo-difusor`)).trim();
const mainPid = async () => {
  const pid = await property('MainPID');
  if (pid === '0') throw new Error('the daemon does not run');
  return pid;
};
const get = (path: string, options = '') => machine.run(`curl -sS -i ${options} 'http://localhost${path}'`);

test.after.always(async () => machine?.stop());

trial('the guide, followed to the letter, ends with a service that is ready', async (t) => {
  machine = await bootMachine();
  await installSite(machine, trust);
  t.is(await property('ActiveState'), 'active');
  t.regex(await property('StatusText'), /simulacro-1|en espera/);
});

trial('the unit is exposed by 1.0 at most', async (t) => {
  const told = await machine.must('systemd-analyze security --no-pager cotejo-difusor.service | tail -1');
  t.true(Number(/: ([0-9.]+) /.exec(told)?.[1]) <= 1, told);
});

trial('the guard works without sight of a key or a delivery', async (t) => {
  const root = `/proc/${(await machine.must('systemctl show --value -p MainPID cotejo-difusor-guard')).trim()}/root`;
  const seen = (base: string) =>
    machine.must(
      `for f in keys/1.json acuse_key host_key; do test ! -s ${base}/etc/cotejo/$f || echo $f; done; ls ${base}/var/lib/cotejo/iec`,
    );
  t.deepEqual((await seen('')).split('\n'), ['keys/1.json', 'acuse_key', 'host_key', 'inbox', 'outbox', '']);
  t.is(await seen(root), 'keys/1.json\n');
});

trial('a corte delivered over SFTP is verified, shown and acknowledged', async (t) => {
  const sent = await deliver(machine, first);
  t.is(sent.status, 0, sent.stderr);
  await until(machine, `test -e ${acuse('jornada', 1)}`);
  t.true((await get('/')).stdout.includes('corte 1'));
  await until(machine, `systemctl show -p StatusText cotejo-difusor | grep -q 'jornada: corte 1 de '`);
  await until(machine, 'test -z "$(ls -A /var/lib/cotejo/iec/inbox)"'); // a moment after its acuse is out
});

trial("the IEC's account delivers and reads the outbox, and can do nothing else", async (t) => {
  const got = await sftp(machine, 'get outbox/acuses/jornada/000001.json /root/acuse.json');
  t.is(got.status, 0, got.stderr);
  await machine.must('echo something > /root/something');
  const put = await sftp(machine, 'mkdir inbox/.aside', 'put /root/something inbox/.aside/something', 'ls -l inbox');
  t.is(put.status, 0, put.stderr);
  for (const line of [
    'get inbox/.aside/something /root/back',
    'ls inbox/.aside',
    'chmod 777 inbox/.aside/something',
    'chmod 777 inbox',
    'ln -s /etc inbox/link',
    'ln inbox/.aside/something inbox/hard',
    'put /root/something outbox/something',
    'rm outbox/acuses/jornada/000001.json',
    'mkdir outbox/folder',
    'mkdir folder',
    'ls ../state',
    'ls /var',
    'rename inbox elsewhere',
  ]) {
    const tried = await sftp(machine, line);
    t.is(tried.status, 1, `${line}: ${tried.stdout}`);
  }
  t.is((await sftp(machine, 'rm inbox/.aside/something', 'rmdir inbox/.aside')).status, 0);
  for (const [options, command] of [
    ['', 'id'],
    ['-tt', ''],
    ['-W localhost:80', ''],
    ['-N -o ExitOnForwardFailure=yes -R 127.0.0.1:2222:localhost:80', ''],
  ] as const) {
    // The login itself succeeds each time; what is refused is the request.
    const tried = await ssh(machine, `-v ${options}`, command);
    t.regex(tried.stderr, /^Authenticated to localhost /m, options);
    t.not(tried.status, 0, options);
    t.false(tried.stdout.includes('uid='));
  }
  const byPassword = await ssh(machine, '-o PubkeyAuthentication=no', 'true');
  t.is(byPassword.status, 255);
  t.regex(byPassword.stderr, /Permission denied/);
  await machine.must('ssh-keygen -q -t ed25519 -N "" -f /root/stranger');
  const stranger = await machine.run(
    'ssh -i /root/stranger -o IdentitiesOnly=yes -o BatchMode=yes cotejo-iec@localhost </dev/null',
  );
  t.is(stranger.status, 255);
});

trial('the drop-in changes nothing for other accounts', async (t) => {
  const told = await machine.must('sshd -T -C user=root,host=localhost,addr=127.0.0.1');
  t.regex(told, /^chrootdirectory none$/m);
  t.regex(told, /^forcecommand none$/m);
});

trial('the site serves the corte with headers that let nothing stale live', async (t) => {
  const page = (await get('/')).stdout;
  t.regex(page, /^HTTP\/1.1 200/);
  t.regex(page, /^Cache-Control: public, max-age=15, must-revalidate\r$/m);
  t.regex(page, /^X-Content-Type-Options: nosniff\r$/m);
  t.regex(page, /^Cotejo-Corte: 1\r$/m);
  t.regex(page, /^Server: nginx\r$/m);
  const etag = /^ETag: (.*)\r$/m.exec(page)?.[1];
  t.regex((await get('/', `-H 'If-None-Match: ${etag}'`)).stdout, /^HTTP\/1.1 304/);
  const since = /^Last-Modified: (.*)\r$/m.exec(page)?.[1];
  t.is(Date.parse(since ?? ''), Date.parse(first.statement.taken_at));
  t.regex((await get('/', `-H 'If-Modified-Since: ${since}'`)).stdout, /^HTTP\/1.1 304/);
  t.regex((await get('/actas/0000%20b%C3%A1sica.jpg')).stdout, /^HTTP\/1.1 200/);
  for (const path of [
    '/.lock',
    '/../.daemon.lock',
    '/cotejo/chain/../.daemon.lock',
    '/cotejo/chain../status.json',
    '/.git/config',
    '/actas/',
    '/nothing',
  ])
    t.regex((await get(path, '--path-as-is')).stdout, /^HTTP\/1.1 40[034]/, path);
  t.false((await get('/nothing')).stdout.includes('refresh'));
  t.regex((await get('/', '-X DELETE')).stdout, /^HTTP\/1.1 405/);
});

trial('the chain, the acuses and the health are there for others to check', async (t) => {
  const index = (await get('/cotejo/chain/index.json')).stdout;
  t.regex(index, /^Content-Type: application\/json\r$/m);
  t.regex(index, /^Cache-Control: no-cache\r$/m);
  t.regex(index, /^Access-Control-Allow-Origin: \*\r$/m);
  t.regex((await get('/cotejo/chain/jornada/000001/SHA256SUMS')).stdout, /^Content-Type: text\/plain; charset=utf-8\r$/m);
  t.regex(
    (await get('/cotejo/chain/jornada/000001/corte.tar.gz', '-o /dev/null -D -')).stdout,
    /^Content-Type: application\/gzip\r$/m,
  );
  t.regex((await get('/cotejo/chain/trust/1.json.presidencia.sig')).stdout, /BEGIN SSH SIGNATURE/);
  t.true((await get('/cotejo/acuses/jornada/000001.json')).stdout.includes(first.sha256));
  t.regex((await get('/cotejo/chain/nothing.json')).stdout, /^HTTP\/1.1 404/);
  // The drill opened long ago and never had a corte; while the official phase is open, that alone decides.
  t.regex((await get('/cotejo/health')).stdout, /^HTTP\/1.1 200/);
});

trial('the notice is reached by any path of the site that shows it', async (t) => {
  const host = "-H 'Host: simulacro.prep.example'";
  for (const path of ['/', '/municipios/Saltillo/index.html', '/datos/entidad.json']) {
    const page = (await get(path, host)).stdout;
    t.regex(page, /^HTTP\/1.1 503/, path);
    t.regex(page, /^Cache-Control: no-store\r$/m);
    t.regex(page, /^Retry-After: /m);
    t.regex(page, /^Content-Type: text\/html\r$/m);
    t.true(page.includes('La información no se está actualizando') && page.toUpperCase().includes('SIMULACRO'));
  }
  t.regex((await get('/.lock', host)).stdout, /^HTTP\/1.1 404/);
});

trial('the tools that every machine has agree with what is published', async (t) => {
  const told = await machine.must(named(await readGuide(), 'corte'));
  t.regex(told, /Good "corte@cotejo" signature for firma-1/);
  t.true(told.includes(`${first.statement.package.sha256}  chain/jornada/000001/corte.tar.gz`));
});

trial('cotejo iec push brings the node up to date through that account', async (t) => {
  const chain = join(machine.exchange, 'cadena');
  await writeTrust(trust, join(chain, 'trust/1.json'));
  for (const corte of [first, second]) await writeInChain(chain, corte);
  await writePrivateKey(makeKey('firma-1'), join(machine.exchange, 'firma-1'));
  const [hostKey, acuseKey] = await Promise.all([
    machine.must("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2"),
    machine.must('cat /etc/cotejo/acuse_key.pub'),
  ]);
  await writeFile(join(machine.exchange, 'iec.toml'), iecConfig(hostKey.trim(), acuseKey.trim()));
  // Exit 3 says "try again", which a busy machine may ask for.
  const told = await machine.run(
    'for i in 1 2 3; do cotejo iec push --config /exchange/iec.toml --json; s=$?; test $s = 3 || exit $s; done',
  );
  t.is(told.status, 0, told.stderr + told.stdout);
  const { nodes } = JSON.parse(told.stdout.trim().split('\n').at(-1) ?? '') as { nodes: { number: number }[] };
  t.is(nodes[0]?.number, 2);
  t.true((await get('/')).stdout.includes('corte 2'));
});

trial('a daemon that is killed comes back and goes on', async (t) => {
  const before = await mainPid();
  await machine.must(`kill -9 ${before}`);
  t.is((await deliver(machine, third)).status, 0);
  await until(machine, `test -e ${acuse('jornada', 3)}`);
  t.not(await mainPid(), before);
  t.true((await get('/')).stdout.includes('corte 3'));
});

trial('a daemon that hangs is killed by the watchdog and comes back', async (t) => {
  const before = await mainPid();
  await machine.must(`kill -STOP ${before}`);
  t.is((await deliver(machine, fourth)).status, 0);
  await until(machine, `test -e ${acuse('jornada', 4)}`);
  t.not(await mainPid(), before);
  t.regex(await machine.must('journalctl --no-pager -u cotejo-difusor'), /Watchdog timeout/);
});

trial('it stops on SIGTERM by itself', async (t) => {
  await machine.must('timeout 15 systemctl stop cotejo-difusor');
  t.is(await property('Result'), 'success');
  t.is(await property('ExecMainStatus'), '0');
});

trial('a backup restores the whole node', async (t) => {
  const guide = await readGuide();
  const of = (section: number) => guide.filter((b) => b.section === section && b.name === null).map((b) => b.script);
  for (const script of of(13)) await machine.must(script);
  await machine.must('rm -rf /etc/cotejo /var/lib/cotejo');
  for (const script of [...of(3), named(guide, 'restaurar'), ...of(6), ...of(8)]) await machine.must(script);
  // The guard looks every second; before its first look no sign allows a corte to be shown.
  await machine.must('for i in $(seq 100); do test -f /run/cotejo/vigente/jornada && break; sleep 0.1; done');
  t.true((await get('/')).stdout.includes('corte 4'));
  for (const script of of(12)) await machine.must(script);
});

trial('a guard that can not start again leaves no sign behind: nginx shows no corte', async (t) => {
  const at = '/run/systemd/system/cotejo-difusor-guard.service.d';
  const sign = 'test -f /run/cotejo/vigente/jornada';
  await machine.must(`mkdir -p ${at}; printf '[Service]\\nExecStart=\\nExecStart=/usr/bin/false\\n' > ${at}/broken.conf; ${sign}`);
  await machine.must('systemctl daemon-reload; systemctl restart --no-block cotejo-difusor-guard');
  await until(machine, `! ${sign}`);
  t.false((await get('/')).stdout.includes('corte 4'));
  await machine.must(`rm -r ${at}; systemctl daemon-reload; systemctl restart cotejo-difusor-guard`);
  await until(machine, sign);
  t.true((await get('/')).stdout.includes('corte 4'));
  // A restart that goes well takes no sign away.
  await machine.must(
    `systemctl restart --no-block cotejo-difusor-guard; for i in $(seq 30); do ${sign} || exit 1; sleep 0.05; done`,
  );
});

trial('the built-in inbox and site run apart from the daemon, which keeps no network', async (t) => {
  const told = await machine.must(named(await readGuide(), 'integrado'));
  t.regex(told, /^HTTP\/1.1 200/);
  t.true(told.includes((await machine.must("cut -d' ' -f1,2 /etc/cotejo/host_key.pub")).trim()));
  t.is(await property('PrivateNetwork'), 'yes');
  const at2222 = (...lines: readonly string[]) =>
    machine.run(
      `sftp -q -b - -P 2222 -i /root/iec -o BatchMode=yes -o StrictHostKeyChecking=accept-new iec@localhost <<'END'\n${lines.join('\n')}\nEND`,
    );
  const listed = await at2222('ls outbox/acuses/jornada');
  t.regex(listed.stdout, /000004\.json/, listed.stderr);
  // The files are made by another account than the daemon's, and the daemon must read and remove them.
  const from = join(machine.exchange, fifth.delivery);
  await mkdir(from, { recursive: true });
  for (const [name, bytes] of Object.entries(fifth.files)) await writeFile(join(from, name), bytes);
  const sent = await at2222(
    'mkdir inbox/.x',
    `put -f /exchange/${fifth.delivery}/* inbox/.x/`,
    `rename inbox/.x inbox/${fifth.delivery}`,
  );
  t.is(sent.status, 0, sent.stderr);
  await until(machine, `test -e ${acuse('jornada', 5)}`);
  await until(machine, 'test -z "$(ls -A /var/lib/cotejo/iec/inbox)"'); // a moment after its acuse is out
  await until(machine, `curl -sS http://localhost:8080/ | grep -q 'corte 5'`);
  // The log, where the guide says.
  const log = '/var/log/cotejo-web/acceso.log';
  await machine.must(
    `sed -i '/^\\[sftp\\]/i [http]\\nlog = "${log}"' /etc/cotejo/difusor.toml; systemctl restart cotejo-difusor-http`,
  );
  await until(machine, `curl -sS http://localhost:8080/registrada; grep -q '"target":"/registrada"' ${log}`);
  t.is((await machine.must(`stat -c '%U %a' ${log}`)).trim(), 'cotejo-web 600');
  for (const [unit, account] of [
    ['cotejo-difusor-sftp', 'cotejo-iec'],
    ['cotejo-difusor-http', 'cotejo-web'],
  ] as const) {
    const pid = (await machine.must(`systemctl show --value -p MainPID ${unit}`)).trim();
    t.is((await machine.must(`ps -o user:20= -p ${pid}`)).trim(), account);
    const exposure = await machine.must(`systemd-analyze security --no-pager ${unit}.service | tail -1`);
    t.true(Number(/: ([0-9.]+) /.exec(exposure)?.[1]) <= 2, exposure);
    await machine.must(`kill -KILL ${pid}`);
    await until(machine, `systemctl show --value -p MainPID ${unit} | grep -qvx -e 0 -e ${pid}`);
  }
  await until(machine, 'curl -sS http://localhost:8080/ | grep -q "corte 5"');
});

trial('a presentation of the Difusor’s own is shown from the corte on that authorises it', async (t) => {
  await writeFiles(join(machine.exchange, 'tablero'), TEMPLATE);
  await machine.must('cp -r /exchange/tablero /srv/; chmod -R a+rX /srv/tablero');
  const told = await machine.must(named(await readGuide(), 'presentacion'));
  t.true(told.includes(sha256(sumsOf(TEMPLATE)).slice(0, 8)), told);
  // Up to a minute passes before the daemon looks at what was installed.
  await until(machine, `curl -sS -i http://localhost/cotejo/presentacion/tablero/ | head -1 | grep -q ' 200'`);
  const page = (await get('/cotejo/presentacion/tablero/')).stdout;
  t.regex(page, /^Content-Security-Policy: .*sandbox allow-scripts/m);
  t.true(page.endsWith(TEMPLATE['index.html']));
  t.true((await get('/cotejo/presentacion/tablero/corte/')).stdout.includes('corte 5'));
  t.true((await machine.must('curl -sS http://localhost:8080/cotejo/presentacion/tablero/')).endsWith(TEMPLATE['index.html']));
});

trial('after the election the last corte stays', async (t) => {
  await machine.must(named(await readGuide(), 'despues'));
  t.true((await get('/')).stdout.includes('corte 5'));
  t.is((await sftp(machine, 'ls inbox')).status, 255, 'nobody is let in any more');
});

function iecConfig(hostKey: string, acuseKey: string): string {
  return `chain = "cadena"
source = "."
phase = "jornada"
key = "firma-1"
ssh_key = "iec"
panel = "panel"
[[difusor]]
name = "vanguardia"
title = "Vanguardia"
url = "https://prep.example/"
[[difusor.node]]
name = "web1"
host = "localhost"
user = "cotejo-iec"
host_key = "${hostKey}"
acuse_key = "${acuseKey}"
inbox = "inbox"
outbox = "outbox"
`;
}
