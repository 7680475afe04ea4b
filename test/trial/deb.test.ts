import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import test from 'ava';
import { makeDebs } from '../../src/build/deb/deb.ts';
import { debsIn, makeRepository } from '../../src/build/deb/repository.ts';
import { inGroups } from '../../src/format/hash.ts';
import { type Corte, makeCorte, publicationOf } from '../kit/cortes.ts';
import { at, makeTrust, signTrust, writeTrust } from '../kit/election.ts';
import { writeFiles } from '../kit/folders.ts';
import { named, readGuide, walk } from '../kit/guide.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { bootMachine, type Machine, NOT_INSTALLED } from '../kit/machine.ts';
import { repository } from '../kit/programs.ts';
import { requires, requiresRoot } from '../kit/requires.ts';
import { deliver, until } from '../kit/site.ts';
import { mirrorOn, storeOn, triedIn } from './beside.ts';

/**
 * The packages on a stock Debian: 12, or what COTEJO_DEBIAN says (trixie). From the signed repository to a corte that is
 * live, by the commands of the guide; then the next version, removal and purge.
 */

const RELEASE = env['COTEJO_DEBIAN'] ?? 'bookworm';
const packages = 'dpkg, apt-utils, gnupg, debootstrap';
const own = requires(packages, ['dpkg-deb', 'apt-ftparchive', 'gpg', 'debootstrap', 'systemd-nspawn', 'nsenter']);
const trial = requiresRoot(own).serial;

const trust = signTrust(makeTrust({ now: Date.now() }));
const minute = (n: number) => at(Date.now() + n * 60_000);
const first = makeCorte({ trust, files: publicationOf(1), takenAt: minute(-3) });
const second = makeCorte({ trust, files: publicationOf(2), takenAt: minute(-1), previous: first });
const third = makeCorte({ trust, files: publicationOf(3), takenAt: minute(0), previous: second });

let machine: Machine;
const status = (path = '/') => machine.must(`curl -s -o /dev/null -w '%{http_code}' http://localhost${path}`);
const show = async (corte: Corte) => {
  const sent = await deliver(machine, corte);
  if (sent.status !== 0) throw new Error(sent.stderr);
  await until(machine, `curl -sI http://localhost/ | grep -qi '^cotejo-corte: ${corte.delivery.replace(/^.*-0*/, '')}.$'`);
};

/** Makes a version of the packages, and the repository of all versions anew. */
async function publish(revision: number, architectures: ('amd64' | 'arm64')[]): Promise<void> {
  const debs = join(machine.exchange, 'debs');
  const stamp = { version: `0.1.0-${revision}`, epoch: Math.floor(Date.now() / 1000), quick: true };
  const cache = join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cotejo');
  await makeDebs(repository(), stamp, { out: debs, architectures, cache });
  const place = join(machine.exchange, 'repository');
  makeRepository(place, debsIn(debs), ['amd64'], stamp.epoch, { key: 'iec@example', url: 'file:///exchange/repository' });
}

const keys = await mkdtemp(join(tmpdir(), 'cotejo-gpg-'));
env['GNUPGHOME'] = keys;

test.after.always(async () => {
  await machine?.stop();
  execFileSync('gpgconf', ['--kill', 'all']);
  await rm(keys, { recursive: true, force: true });
});

trial(`on ${RELEASE}, from the signed repository: packages, init on a terminal, and a corte is live`, async (t) => {
  const base = execFileSync(join(repository(), 'test/kit/debian'), [RELEASE], { encoding: 'utf8' }).trim();
  machine = await bootMachine(base);
  execFileSync('gpg', [
    '--batch',
    '--quiet',
    '--passphrase',
    '',
    '--quick-generate-key',
    'iec@example',
    'ed25519',
    'sign',
    'never',
  ]);
  await publish(1, ['amd64']);
  await writeTrust(trust, join(machine.exchange, 'ancla/1.json'));
  await writePrivateKey(makeKey('iec'), join(machine.exchange, 'iec'), 'IEC');
  await machine.must('cp -r /exchange/ancla /exchange/iec /exchange/iec.pub /root/; chmod 600 /root/iec');
  // Only our repository: what Debian brings is there already. What an installer writes of the network, nobody wrote here.
  await machine.must("rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*; echo '127.0.0.1 localhost' >/etc/hosts");

  const guide = await readGuide();
  await machine.must(`export REPOSITORIO=file:///exchange/repository DEBIAN_FRONTEND=noninteractive\n${named(guide, 'paquetes')}`);
  t.is((await machine.run('systemctl list-unit-files --state=enabled --no-legend "cotejo*"')).stdout.trim(), '');
  t.is((await machine.must('stat -c %U:%a /var/lib/cotejo/iec /var/lib/cotejo/iec/inbox')).trim(), 'root:755\ncotejo-iec:2770');
  for (const command of ['status', 'run']) t.is((await machine.run(`cotejo difusor ${command}`)).status, 3, command);

  const groups = inGroups(trust.sha256);
  // The second group is mistyped once; an empty line takes what is proposed.
  const answers = [
    'vanguardia',
    'web1',
    'prep.vanguardia.mx',
    '',
    groups[0],
    '0123abcd',
    ...groups.slice(1),
    '/root/iec.pub',
    'sí',
    '',
  ];
  const script = named(guide, 'iniciar').trim().split('\n').at(-1) ?? '';
  const typed = await machine.run(
    `{ ${answers.map((answer) => `sleep 1; echo '${answer}'`).join('; ')}; while pgrep -x script >/dev/null; do sleep 0.2; done; } | script -qec '${script}' /dev/null`,
  );
  t.is(typed.status, 0, typed.stdout + typed.stderr);
  await machine.must('systemctl is-active cotejo-difusor cotejo-difusor-guard nginx ssh');
  await machine.must('systemctl is-enabled cotejo-difusor cotejo-difusor-guard');
  await machine.must(named(guide, 'comprobado'));
  const introduced: { host_key: string } = JSON.parse(await machine.must('cat /etc/cotejo/vanguardia-web1.json'));
  t.regex(introduced.host_key, /^SHA256:/);
  t.is(await status(), '503');
  await show(first);
  t.is(await status(), '200');
  t.is(await status('/cotejo/'), '200');
  // What the packages and init set up is as it should be; the rest is the machine's, which is none.
  const looked = await machine.run(`${named(guide, 'apto').trim()} --json`);
  const { checks } = JSON.parse(looked.stdout) as { checks: { id: string; verdict: string }[] };
  const unmet = checks.filter(({ verdict }) => verdict === 'no-cumple').map(({ id }) => id);
  t.deepEqual(
    unmet.filter((id) => !NOT_INSTALLED.has(id)),
    [],
  );
  for (const id of ['unidades', 'demonio', 'guardia', 'permisos', 'ssh-acceso', 'ssh-llave', 'nginx-configuracion', 'sitio']) {
    t.is(checks.find((check) => check.id === id)?.verdict, 'cumple', id);
  }
  const commands = ['paquetes', 'iniciar', 'comprobado', 'apto'].flatMap((name) => named(guide, name).trim().split('\n').slice(1));
  t.true(commands.length <= 7, commands.join('\n'));
  // A second init takes nothing away.
  t.is((await machine.run('cotejo difusor init </dev/null')).status, 2);
});

/** The program's folder on a file system of its own, with no room in it for another version. */
const FULL = `set -e
cp -a /usr/lib/cotejo /root/whole
size=$(du -sk /root/whole | cut -f1)
mount -t tmpfs -o size=$((size + 1024))k tmpfs /usr/lib/cotejo
cp -a /root/whole/. /usr/lib/cotejo/
dd if=/dev/zero of=/usr/lib/cotejo/filler bs=64k 2>/dev/null || true`;

trial('an upgrade for which the disk has no room changes nothing, and the node goes on', async (t) => {
  await publish(2, []);
  const sums = 'cd /usr/lib/cotejo; find . -type f ! -name filler -exec sha256sum {} + | sort -k 2';
  const before = await machine.must(sums);
  await machine.must(FULL);
  const tried = await machine.run('apt-get update -q; DEBIAN_FRONTEND=noninteractive apt-get install -y -q cotejo-difusor');
  t.not(tried.status, 0, tried.stdout);
  t.regex(tried.stdout + tried.stderr, /No space left on device/);
  t.is(await machine.must(sums), before);
  t.is(await status(), '200');
  await machine.must('systemctl restart cotejo-difusor && systemctl is-active cotejo-difusor cotejo-difusor-guard');
  await machine.must('cotejo difusor status && test -s /etc/cotejo/difusor.toml');
  await machine.must('umount --lazy /usr/lib/cotejo'); // the daemon runs from there
});

trial('the next version comes while the public folder is served', async (t) => {
  await machine.must("sed -i 's/^# Minutos que un corte/# Míos: minutos que un corte/' /etc/cotejo/difusor.toml");
  await machine.must(
    'nohup bash -c "while :; do curl -s -o /dev/null -w \\"%{http_code}\\\\n\\" http://localhost/; sleep 0.05; done" >/root/seen 2>&1 &',
  );
  const pid = await machine.must('systemctl show --value -p MainPID cotejo-difusor');
  await machine.must('apt-get update -q; DEBIAN_FRONTEND=noninteractive apt-get install -y -q cotejo-difusor');
  t.regex(await machine.must('dpkg-query -W cotejo cotejo-difusor'), /cotejo\t0\.1\.0-2\ncotejo-difusor\t0\.1\.0-2/);
  await until(machine, 'systemctl is-active --quiet cotejo-difusor');
  t.not(await machine.must('systemctl show --value -p MainPID cotejo-difusor'), pid);
  await show(second);
  const seen = (await machine.must('kill $(cat /root/watcher); sort /root/seen | uniq -c')).trim();
  t.regex(seen, /^\d+ 200$/, seen);
  t.true(Number(seen.split(' ')[0]) > 20, seen);
  await machine.must("grep -q '^# Míos' /etc/cotejo/difusor.toml");
});

/** What nobody but the daemon, root and the IEC's account may see, in what the packages and init set up. */
const SECRET = ['/etc/cotejo/acuse_key', '/etc/cotejo/espejo-claves.toml', '/etc/ssh/ssh_host_ed25519_key', '/var/lib/cotejo/iec'];
const CLOSED = ['/etc/cotejo', '/var/lib/cotejo', '/var/lib/cotejo/state', '/var/lib/cotejo/state/public', '/usr/lib/cotejo'];

trial('espejo is set up by its guide, copies to a store, and sees neither the keys nor the inbox', async (t) => {
  const endpoint = await storeOn(machine);
  const guide = await readGuide('espejo');
  const asPackaged = (script: string) => script.replaceAll('/opt/cotejo/', '/usr/lib/cotejo/');
  await machine.must(asPackaged(named(guide, 'instalar')));
  const keys = 'access_key_id = "S3RVER"\nsecret_access_key = "S3RVER"\n';
  await machine.must(`printf '${keys}' >/etc/cotejo/espejo-claves.toml
sed -i 's|^endpoint = .*|endpoint = "${endpoint}"|; s|^public = .*|public = "${endpoint}prep/"|' /etc/cotejo/espejo.toml`);
  await machine.must(named(guide, 'activar'));
  await machine.must('systemctl is-enabled cotejo-espejo && systemctl is-active cotejo-espejo');
  const pointer = async () => JSON.parse(await machine.must(`curl -sf ${endpoint}prep/cotejo/ultimo.json`)) as { number: number };
  t.is((await pointer()).number, 2);
  // The service by itself, and not the pass by hand: what it copies next.
  await machine.must('rm -rf /srv/almacen/prep/cotejo/ultimo.json*; systemctl restart cotejo-espejo');
  await until(machine, `curl -sf -o /dev/null ${endpoint}prep/cotejo/ultimo.json`);
  t.is((await pointer()).number, 2);
  const auditing = named(guide, 'auditar').replace('set -e\n', `set -e\nSITIO=${endpoint}prep/ ANCLA=/etc/cotejo/keys/1.json\n`);
  const audited = await machine.run(auditing.replace('"$SITIO"', '"${SITIO}cotejo/c/2/"'));
  t.is(audited.status, 0, audited.stdout + audited.stderr);
  const chain = '/var/lib/cotejo/state/chain/index.json';
  const tried = await triedIn(machine, 'cotejo-espejo', [chain, ...SECRET, '/var/lib/cotejo/traer/work'], [...CLOSED, '/tmp']);
  t.deepEqual(tried, { account: 'cotejo-espejo', read: [chain], written: ['/tmp'] });
  const exposure = await machine.must('systemd-analyze security --no-pager cotejo-espejo.service | tail -1');
  t.true(Number(/: ([0-9.]+) /.exec(exposure)?.[1]) <= 2, exposure);
  // Nor does the daemon, or anybody else's account, see the store's keys.
  for (const account of ['cotejo', 'cotejo-traer', 'cotejo-iec', 'cotejo-espejo', 'www-data']) {
    t.not((await machine.run(`runuser -u ${account} -- cat /etc/cotejo/espejo-claves.toml`)).status, 0, account);
  }
});

trial('traer brings what another Difusor has, as its own account, and sees neither the keys nor the inbox', async (t) => {
  await machine.must('systemctl is-enabled cotejo-traer && systemctl is-active cotejo-traer');
  const mirror = await mirrorOn(machine, trust, [first, second, third]);
  await machine.must(`sed -i 's|^#\\[traer\\]|[traer]\\nmirrors = ["${mirror}"]\\nwait_seconds = 1|' /etc/cotejo/difusor.toml
systemctl restart cotejo-traer cotejo-difusor`);
  await until(machine, "curl -sI http://localhost/ | grep -qi '^cotejo-corte: 3.$'");
  t.regex(await machine.must('journalctl -q -o cat -u cotejo-traer'), /brought delivery=jornada-000003 /);
  t.is((await machine.must('ls -A /var/lib/cotejo/traer/inbox')).trim(), '');
  // What it brought is copied to the store by the other one.
  await until(machine, 'curl -sf http://127.0.0.1:9000/prep/cotejo/ultimo.json | grep -q \'"number":3\'');
  const chain = '/var/lib/cotejo/state/chain/index.json';
  const own = ['/var/lib/cotejo/traer/inbox', '/var/lib/cotejo/traer/work', '/var/lib/cotejo/traer/estado'];
  const tried = await triedIn(machine, 'cotejo-traer', [chain, ...SECRET], [...CLOSED, '/var/lib/cotejo/traer', ...own, '/tmp']);
  t.deepEqual(tried, { account: 'cotejo-traer', read: [chain], written: [...own, '/tmp'] });
  const exposure = await machine.must('systemd-analyze security --no-pager cotejo-traer.service | tail -1');
  t.true(Number(/: ([0-9.]+) /.exec(exposure)?.[1]) <= 2, exposure);
  // One pass by hand, as the guide says it.
  const once = await machine.run(`systemctl stop cotejo-traer; runuser -u cotejo-traer -- cotejo traer --once; s=$?
systemctl start cotejo-traer; exit $s`);
  t.is(once.status, 0, once.stdout + once.stderr);
});

trial('removed it shows the notice, purged it keeps the chain, and all of it goes when that was said', async (t) => {
  const apt = (what: string) => machine.must(`DEBIAN_FRONTEND=noninteractive apt-get ${what} -y -q cotejo-difusor`);
  await apt('remove');
  t.is(await status(), '503');
  await machine.must('test -e /etc/cotejo/difusor.toml -a -e /etc/nginx/snippets/cotejo-public.conf');
  await apt('purge');
  await machine.must('nginx -t -q && systemctl restart nginx');
  t.is((await machine.run('ls -A /etc/cotejo')).stdout.replace(/vanguardia-web1\.json\n/, ''), '');
  await machine.must(
    'test -s /var/lib/cotejo/state/chain/jornada/000002/corte.tar.gz -a -s /var/lib/cotejo/iec/outbox/acuses/jornada/000002.json',
  );
  for (const made of ['state/public', 'state/compressed', 'traer/inbox', 'traer/estado']) {
    t.not((await machine.run(`test -e /var/lib/cotejo/${made}`)).status, 0, made);
  }
  await apt('install');
  await machine.must('echo cotejo-difusor cotejo-difusor/purge-chain boolean true | debconf-set-selections');
  await apt('purge');
  t.not((await machine.run('test -e /var/lib/cotejo')).status, 0);
});

trial('the institute’s package and its guide end with a night that has begun, and the chain outlives the package', async (t) => {
  await writeTrust(trust, join(machine.exchange, 'ceremonia/1.json'));
  await writePrivateKey(makeKey('firma-1'), join(machine.exchange, 'ceremonia/firma-1'));
  await writeFiles(join(machine.exchange, 'publicacion'), publicationOf(1));
  await machine.must('cp -r /exchange/ceremonia /root/; mkdir -p /srv/prep; cp -r /exchange/publicacion /srv/prep/');
  const guide = await readGuide('iec');
  await machine.must(`export REPOSITORIO=file:///exchange/repository DEBIAN_FRONTEND=noninteractive\n${named(guide, 'paquetes')}`);
  for (const script of walk(guide, 3, 3)) await machine.must(script);
  await machine.must('systemctl enable --now --quiet cotejo-iec');
  const chain = '/var/lib/cotejo-iec/chain';
  await until(machine, `test -e ${chain}/jornada/000001/corte.json.sig`);
  t.is((await machine.must(`stat -c %U ${chain} ${chain}/trust/1.json`)).trim(), 'cotejo\ncotejo');
  await machine.must(`cotejo audit chain ${chain} --anchor /etc/cotejo/ancla/1.json --packages`);
  await machine.must('DEBIAN_FRONTEND=noninteractive apt-get purge -y -q cotejo-iec');
  await machine.must(`test -e ${chain}/jornada/000001/corte.json.sig -a -e /etc/cotejo/firma -a ! -e /etc/cotejo/IEC.toml`);
});

trial('a repository that somebody else has signed is not taken', async (t) => {
  await mkdir(join(machine.exchange, 'debs'), { recursive: true });
  const place = join(machine.exchange, 'repository');
  const sources = await machine.must('cat /etc/apt/sources.list.d/cotejo.sources');
  execFileSync('gpg', ['--batch', '--quiet', '--passphrase', '', '--quick-generate-key', 'x@example', 'ed25519', 'sign', 'never']);
  makeRepository(place, debsIn(join(machine.exchange, 'debs')), ['amd64'], 1_530_493_200, { key: 'x@example', url: 'file:///x' });
  t.is(await machine.must('cat /etc/apt/sources.list.d/cotejo.sources'), sources);
  const told = await machine.run('rm -rf /var/lib/apt/lists/*; apt-get update -q');
  t.not(told.status, 0, told.stdout);
  await rm(place, { recursive: true });
});
