import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { showNoticeIfDue } from '../../src/difusor/phase/settle.ts';
import { statusOf, writeStatus } from '../../src/difusor/telling/status.ts';
import { judgeDefence } from '../../src/doctor/judge/defence.ts';
import { judgeEntry } from '../../src/doctor/judge/entry.ts';
import { judgeSite } from '../../src/doctor/judge/site.ts';
import { known } from '../../src/doctor/known.ts';
import { probeDefence } from '../../src/doctor/probe/defence.ts';
import { probeEntry } from '../../src/doctor/probe/entry.ts';
import { lookerOf } from '../../src/doctor/probe/looker.ts';
import { probeSite } from '../../src/doctor/probe/site.ts';
import { answerOf, certificateShownBy, certificatesIn } from '../../src/doctor/probe/web.ts';
import { openSite } from '../../src/serve/web/site.ts';
import { startWeb } from '../../src/serve/web/web-server.ts';
import { makeCorte, publicationOf, writeDelivery } from '../kit/cortes.ts';
import { at, NOW } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { startNginx } from '../kit/nginx.ts';
import { type KitNode, makeNode } from '../kit/node.ts';
import { find, repository } from '../kit/programs.ts';
import { requires, requiresRoot } from '../kit/requires.ts';

/** The doctor before the real sshd, nginx and built-in web server, with the configuration that is shipped. */

/** What is found of a site that is reached at a port of this machine. */
async function siteFound(node: KitNode, port: number) {
  const look = lookerOf({ env: { PATH: '/nonexistent' }, totalMs: 20_000 });
  const now = node.clock.now;
  const { phases } = await statusOf(node.node);
  const shown = phases.find(({ kind }) => kind === 'oficial')?.public ?? null;
  const trust = known({ document: node.trust.document });
  const site = new URL(`http://127.0.0.1:${port}`);
  const facts = await probeSite(look, { config: node.config, trust, shown, isGuarded: true, builtInPort: null, site });
  const checks = judgeSite(facts, now).filter(({ id }) => id === 'sitio' || id === 'sitio-cotejo');
  return checks.map(({ id, verdict, measured }) => `${id} ${verdict}${verdict === 'cumple' ? '' : `: ${measured.es}`}`);
}

/** By its path: a package that the build needs has a program of this name, too. */
const NFT = '/usr/sbin/nft';

const GOOD = ['sitio cumple', 'sitio-cotejo cumple'];

async function nodeWithCorte(t: ExecutionContext): Promise<KitNode> {
  const node = await makeNode(t, { keepsTheRule: true });
  await writeDelivery(node.config.inbox, makeCorte({ trust: node.trust, takenAt: at(NOW), files: publicationOf(1) }));
  await node.pass();
  await writeStatus(node.node, await statusOf(node.node), true);
  return node;
}

requires('nginx', ['nginx'])('nginx with the shipped site is found good, with a corte and with the notice', async (t) => {
  const node = await nodeWithCorte(t);
  const signs = await makeFolder(t);
  await mkdir(join(signs, 'vigente'));
  for (const sign of ['vigente/jornada', 'sano']) await writeFile(join(signs, sign), 'ok\n');
  const port = await startNginx(t, node.config, signs);
  t.deepEqual(await siteFound(node, port), GOOD);
  // Without the guard nobody says that the corte may be shown, which readers see as the notice.
  execFileSync('rm', ['-r', join(signs, 'vigente')]);
  t.regex((await siteFound(node, port))[0] ?? '', /^sitio no-cumple: .*503/);
  node.clock.now += 3600_000;
  for (const phase of node.node.phases.values()) showNoticeIfDue(phase);
  t.deepEqual(await siteFound(node, port), GOOD);
});

test('the built-in web server is found good, too', async (t) => {
  const node = await nodeWithCorte(t);
  const service = await startWeb(openSite(node.config, { now: () => node.clock.now, tell: node.onEvent }), {
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(() => service.close());
  t.deepEqual(await siteFound(node, service.address.port), GOOD);
});

requires('openssh-server', ['sshd', 'ssh-keygen'])(
  'sshd with the shipped drop-in is found good, and one without it is not',
  async (t) => {
    const folder = await makeFolder(t);
    const [bin, host, keys] = ['bin', 'host', 'keys'].map((name) => join(folder, name)) as [string, string, string];
    await mkdir(bin);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', host]);
    const key = makeKey('iec').publicKey;
    await writeFile(keys, `restrict ${key}\n`, { mode: 0o644 });
    const shipped = await readFile(join(repository(), 'systemd/sshd_config.d/cotejo.conf'), 'utf8');
    const dropIn = shipped.replaceAll('/var/lib/cotejo/iec', folder).replace('/etc/cotejo/iec_authorized_keys', keys);
    const conf = join(folder, 'conf');
    await writeFile(join(bin, 'sshd'), `#!/bin/sh\nexec ${find('sshd')} -f ${conf} "$@"\n`);
    await chmod(join(bin, 'sshd'), 0o755);
    const look = lookerOf({ env: { PATH: `${bin}:/usr/bin:/bin` }, totalMs: 60_000 });
    const config = {
      inbox: join(folder, 'inbox'),
      sftp: { iec_keys: [key], host_key: '', inbox_bytes: 0 },
    } as unknown as KitNode['config'];
    const found = async () => {
      const checks = judgeEntry(await probeEntry(look, { config, builtIn: null, from: '192.0.2.1' }));
      return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
    };
    await writeFile(conf, `Port 1\nHostKey ${host}\n${dropIn}`);
    t.is(dirname(config.inbox), folder);
    const isRoots = process.geteuid?.() === 0; // of a key file that another account owns, nobody says that only root writes it
    t.deepEqual(await found(), {
      'ssh-encierro': 'cumple',
      'ssh-acceso': 'cumple',
      'ssh-reenvios': 'cumple',
      'ssh-llave': isRoots ? 'cumple' : 'no-cumple',
      'ssh-contesta': 'no-cumple',
    });
    // Rules for one address may take back what stands above them.
    await writeFile(conf, `Port 1\nHostKey ${host}\nMatch Address 192.0.2.0/24\n  PasswordAuthentication yes\n${dropIn}`);
    t.like(await found(), { 'ssh-encierro': 'cumple', 'ssh-acceso': 'no-cumple' });
    await writeFile(conf, `Port 1\nHostKey ${host}\n`);
    t.like(await found(), {
      'ssh-encierro': 'no-cumple',
      'ssh-acceso': 'no-cumple',
      'ssh-reenvios': 'no-cumple',
      'ssh-llave': 'no-cumple',
    });
  },
);

requiresRoot(requires('nftables', [NFT, 'unshare']))(
  'nft with rules of its own is found to close the port, and without them not',
  async (t) => {
    const folder = await makeFolder(t);
    const rules = join(folder, 'rules');
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin/nft'), `#!/bin/sh\nexec unshare -n sh -c '${NFT} -f ${rules} && ${NFT} list ruleset'\n`);
    await chmod(join(folder, 'bin/nft'), 0o755);
    const look = lookerOf({ env: { PATH: `${folder}/bin:/usr/bin:/bin` }, totalMs: 60_000 });
    const found = async (text: string) => {
      await writeFile(rules, text);
      return judgeDefence(await probeDefence(look, [22])).find(({ id }) => id === 'cortafuegos')?.verdict;
    };
    const chain = (policy: string, ...lines: string[]) =>
      `table inet a {\nset iec { type ipv4_addr; elements = { 192.0.2.10 }; }\nchain ssh {\nip saddr @iec accept\ndrop\n}\nchain in {\ntype filter hook input priority 0; policy ${policy};\n${lines.join('\n')}\n}\n}\n`;
    t.is(await found(chain('drop', 'tcp dport 22 ip saddr @iec accept')), 'cumple');
    t.is(await found(chain('accept', 'tcp dport 22 jump ssh')), 'cumple');
    t.is(await found(chain('accept', 'tcp dport 22 ip saddr != @iec drop')), 'cumple');
    t.is(await found(chain('accept', 'tcp dport { 80, 443 } accept')), 'no-cumple');
    t.is(await found(''), 'no-cumple');
  },
);

requires('openssl', ['openssl'])('a certificate is read from its file and as a site shows it', async (t) => {
  const folder = await makeFolder(t);
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:prep.example', '-days', '30'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, ...subject],
    {
      stdio: 'ignore',
    },
  );
  const look = lookerOf({ env: {}, totalMs: 20_000 });
  const inFile = await certificatesIn(look, new Map([[cert, ['prep.example', '_', 'otro.example']]]));
  const [found] = 'known' in inFile ? inFile.known : [];
  t.like(found, { from: cert, lacks: ['otro.example'], distrust: null });
  t.true(found !== undefined && Math.abs(found.validTo - Date.now() - 30 * 86_400_000) < 600_000);
  t.true('unknown' in (await certificatesIn(look, new Map([[key, []]]))));
  const server = https.createServer({ cert: await readFile(cert), key: await readFile(key) }, (_request, response) =>
    response.end('<html>'),
  );
  server.listen(0, 'localhost');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  const address = server.address();
  const origin = new URL(`https://localhost:${typeof address === 'object' ? address?.port : 0}`);
  const shown = await certificateShownBy(origin, 10_000);
  t.like('known' in shown ? shown.known[0] : null, { lacks: [] });
  t.truthy('known' in shown && shown.known[0]?.distrust, 'nobody vouches for it');
  // Asked by a name, whatever it shows; asked as readers ask, it must be believed.
  t.like(await answerOf({ origin, name: 'prep.example' }, '/', 10_000), { known: { status: 200 } });
  t.true('unknown' in (await answerOf({ origin, name: null }, '/', 10_000)));
});
