import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { makeCorte, publicationOf } from '../../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../../kit/election.ts';
import { fileIn, named, readGuide, walk } from '../../kit/guide.ts';
import { bootMachine, type Machine, requiresMachine } from '../../kit/machine.ts';
import { acuse, deliver, installSite, ssh, until } from '../../kit/site.ts';

/** The wall around a node, set up by the guide's own commands (steps 16 to 23) on a machine with the real services. */

const packages = 'nftables, fail2ban, python3-systemd, certbot, logrotate, haproxy, keepalived, prometheus, openssl';
const programs = ['/usr/sbin/nft', 'fail2ban-server', 'certbot', 'logrotate', 'haproxy', 'keepalived', 'promtool', 'openssl'];
const trial = requiresMachine(packages, programs).serial;

const plain = makeTrust({ now: Date.now() });
const trust = signTrust({
  ...plain,
  phases: plain.phases.filter(({ name }) => name === 'jornada'),
  signers: plain.signers.filter(({ phase }) => phase === 'jornada'),
});
const corte = makeCorte({ trust, files: publicationOf(1), takenAt: at(Date.now() - 60_000) });

let machine: Machine;
const status = async (url: string, options = '') =>
  (await machine.must(`curl -sk -m 5 -o /dev/null -w '%{http_code} %{redirect_url}' ${options} '${url}'`)).trim();

test.after.always(async () => machine?.stop());

trial('the firewall and the limits of the guide let the IEC and readers in', async (t) => {
  machine = await bootMachine();
  await installSite(machine, trust);
  // Readers and strangers: a namespace beside the machine's own.
  await machine.must(`ip netns add mundo
    ip link add eth0 type veth peer name mundo netns mundo
    ip addr add 192.0.2.11/24 dev eth0; ip addr add 192.0.2.12/24 dev eth0; ip link set eth0 up
    ip netns exec mundo sh -ec 'ip link set lo up; ip link set mundo up; ip addr add 192.0.2.77/24 dev mundo; ip addr add 192.0.2.66/24 dev mundo'`);
  for (const script of walk(await readGuide(), 16, 16)) await machine.must(script);
  t.regex(await machine.must('systemctl is-enabled nftables'), /enabled/);
  // As at the next start of the machine.
  await machine.must('nft delete table inet cotejo; systemctl restart nftables; nft list table inet cotejo');
  t.is((await deliver(machine, corte)).status, 0);
  await until(machine, `test -e ${acuse('jornada', 1)}`);
  const from = (ip: string, url: string) => machine.run(`ip netns exec mundo curl -s -m 2 -o /dev/null --interface ${ip} ${url}`);
  await until(machine, 'ip netns exec mundo curl -sf -m 2 -o /dev/null http://192.0.2.11/');
  t.is((await from('192.0.2.77', 'http://192.0.2.11:22/')).status, 28, 'SSH does not even answer');
  t.is((await machine.must('systemctl show --value -p LimitNOFILE nginx')).trim(), '65536');
});

trial('fail2ban bans who probes and nobody else, and reads what sshd says', async (t) => {
  for (const script of walk(await readGuide(), 17, 17)) await machine.must(script);
  await until(machine, 'fail2ban-client status cotejo-sondeo >/dev/null 2>&1');
  const ask = (ip: string, path: string, more = '') =>
    `curl -s -m 1 -o /dev/null ${more} --interface ${ip} 'http://192.0.2.11/${path}[1-40]' || true`;
  await machine.must(
    `ip netns exec mundo sh -c "${ask('192.0.2.77', 'nada')}; ${ask('192.0.2.77', 'x.php?', "-H 'Sec-Fetch-Site: cross-site'")}"`,
  );
  await machine.must(`ip netns exec mundo sh -c "${ask('192.0.2.66', 'wp-login.php?')}"`);
  await until(machine, `fail2ban-client get cotejo-sondeo banip | grep -q 192.0.2.66`);
  t.is((await machine.must('fail2ban-client get cotejo-sondeo banip')).trim(), '192.0.2.66');
  const sees = async (ip: string) =>
    (await machine.run(`ip netns exec mundo curl -s -m 2 -o /dev/null --interface ${ip} http://192.0.2.11/`)).status;
  t.not(await sees('192.0.2.66'), 0);
  t.is(await sees('192.0.2.77'), 0);
  // The IEC, whose login is good, and two that are none.
  await ssh(machine, '', 'true');
  // A busy machine may close one before it is heard who it is.
  for (const user of ['intruso', 'admin'])
    await until(
      machine,
      `ssh -o BatchMode=yes -o StrictHostKeyChecking=no ${user}@localhost </dev/null; journalctl -q -t sshd | grep -q ' user ${user} '`,
    );
  const jail = await machine.must("sed -n 's/^journalmatch = //p' /etc/fail2ban/jail.d/cotejo.conf");
  const found = await machine.must(`fail2ban-regex -o user -m '${jail.trim()}' systemd-journal sshd`);
  t.true(found.includes('intruso') && found.includes('admin') && !found.includes('cotejo-iec'), found);
});

trial('HTTPS with a certificate, the challenge in the clear, and a renewal that is taken up', async (t) => {
  const live = '/etc/letsencrypt/live/prep.example';
  const issue = (serial: number) =>
    machine.must(`mkdir -p ${live}; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -set_serial ${serial} \\
      -subj /CN=prep.example -keyout ${live}/privkey.pem -out ${live}/fullchain.pem 2>/dev/null`);
  await issue(1);
  await machine.must(named(await readGuide(), 'tls'));
  await until(machine, 'curl -sk -m 2 -o /dev/null https://localhost/');
  t.is(await status('https://localhost/'), '200');
  t.is(await status('http://localhost/municipios/?x=1', "-H 'Host: prep.example'"), '301 https://prep.example/municipios/?x=1');
  t.is(await status('http://localhost/cotejo/health'), '200');
  await machine.must(
    'mkdir -p /var/lib/cotejo-acme/.well-known/acme-challenge; echo reto > /var/lib/cotejo-acme/.well-known/acme-challenge/x',
  );
  t.is(await machine.must('curl -s http://localhost/.well-known/acme-challenge/x'), 'reto\n');
  const shown = () => machine.must('openssl s_client -connect localhost:443 </dev/null 2>/dev/null | openssl x509 -noout -serial');
  t.is(await shown(), 'serial=01\n');
  await issue(2);
  await machine.must(`RENEWED_LINEAGE=${live} /etc/letsencrypt/renewal-hooks/deploy/cotejo`);
  await until(machine, 'openssl s_client -connect localhost:443 </dev/null 2>/dev/null | openssl x509 -noout -serial | grep -q 02');
  t.is(await shown(), 'serial=02\n');
});

trial('the access logs are put away by their day, compressed, kept and removed', async (t) => {
  for (const script of walk(await readGuide(), 19, 19)) await machine.must(script);
  const log = '/var/log/cotejo/acceso.log';
  const day = (ago: number) => `$(date -d '${ago} days ago' +%Y%m%d)`;
  await machine.must('curl -sk -o /dev/null https://localhost/antes; sleep 1.5; logrotate -f /etc/logrotate.d/cotejo');
  t.is((await machine.must(`grep -c 'GET /antes ' ${log}-${day(1)}`)).trim(), '1');
  await machine.must('curl -sk -o /dev/null https://localhost/despues; sleep 1.5');
  t.is((await machine.must(`grep -c 'GET /despues ' ${log}; stat -c '%a %U %G' ${log}`)).trim(), '1\n640 www-data adm');
  // A day later, with what was put away one and seventy days before.
  await machine.must(`mv ${log}-${day(1)} ${log}-${day(2)}; cp ${log}-${day(2)} ${log}-${day(70)}; gzip ${log}-${day(70)}
    touch -d '70 days ago' ${log}-${day(70)}.gz; logrotate -f /etc/logrotate.d/cotejo`);
  t.is(
    (await machine.must(`cd /var/log/cotejo; ls acceso.log-*`)).trim(),
    (await machine.must(`echo acceso.log-${day(2)}.gz; echo acceso.log-${day(1)}`)).trim(),
  );
  t.is((await machine.must(`zgrep -c 'GET /antes ' ${log}-${day(2)}.gz`)).trim(), '1');
  const memoria = await machine.must(named(await readGuide(), 'memoria').replaceAll('201807', '2'));
  t.regex(memoria, /^\d\d\/\w{3}\/\d{4} \d+ consultas desde \d+ direcciones$/m);
});

trial('the memoria of one node and of two, with what is usual and what the IEC checks', async (t) => {
  const guide = await readGuide();
  await machine.must(named(guide, 'hacer-memoria'));
  await machine.must(named(guide, 'comprobar-memoria'));
  t.regex(await machine.must('ls /root/memoria/bitacoras'), /^001-\w+-acceso\.log.*\.gz$/m);
  // The other node's log and record, as they were copied here, and the portal's log of the weeks before.
  await machine.must(`mkdir -p /root/web2; cp /var/log/cotejo/acceso.log* /root/web2/; cp -r /var/lib/cotejo/state /root/web2/
    for ago in 11 10 9; do zcat -f /var/log/cotejo/acceso.log* | sed "s,\\[[^:]*:,[$(date -d "$ago days ago" +%d/%b/%Y):,"; done > /var/log/nginx/portal.log`);
  const [pair, usual, ...more] = walk(guide, 22, 22);
  t.deepEqual(more, []);
  for (const script of [pair, usual]) {
    await machine.must(`rm -r /root/memoria /tmp/firmantes; ${script}`);
    await machine.must(named(guide, 'comprobar-memoria'));
  }
});

trial('the portals of the guide may have the site in a frame', async (t) => {
  await writeFile(join(machine.exchange, 'portals'), await fileIn('difusor', 'nginx'));
  await machine.must(`site=/etc/nginx/sites-available/cotejo
    perl -0pi -e 'BEGIN { local $/; open F, "/exchange/portals"; $new = <F> } s/map \\$host \\$cotejo_portals \\{.*?\\}\\n/$new/s' $site
    nginx -t && systemctl reload nginx`);
  const policy = "frame-ancestors 'self' https://www.vanguardia.example https://vanguardia.example";
  await until(machine, `curl -skI https://localhost/cotejo/marco.html | grep -qi '^content-security-policy:.*vanguardia'`);
  t.true((await machine.must('curl -skI https://localhost/cotejo/marco.html')).includes(policy));
});

trial('the balancer and the address of a pair start as installed', async (t) => {
  const guide = await readGuide();
  await machine.must(named(guide, 'prometheus'));
  for (const block of ['pareja', 'pareja2']) await machine.must(named(guide, block));
  await until(machine, 'curl -sf -m 2 -o /dev/null http://192.0.2.10/');
  const page = await machine.must('curl -si http://192.0.2.10/');
  t.regex(page, /^set-cookie: cotejo_corte=1; Max-Age=300; Path=\/; HttpOnly; SameSite=Lax\r$/im);
  t.is(await status('http://192.0.2.10/', '-X POST'), '405');
  // Without any nginx there is a page all the same, and it is no publication.
  await machine.must('systemctl stop nginx');
  const nobody = await machine.must('curl -si http://127.0.0.1/');
  t.regex(nobody, /^HTTP\/1\.[01] 503 /);
  t.regex(nobody, /los demás difusores oficiales/);
});
