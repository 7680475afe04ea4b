import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { judgeDrill } from '../../src/doctor/judge/drill.ts';
import { iptablesIn, jailsIn, nftIn } from '../../src/doctor/probe/defence.ts';
import { probeDrill } from '../../src/doctor/probe/drill.ts';
import { keysIn, settingsIn } from '../../src/doctor/probe/entry.ts';
import { lookerOf } from '../../src/doctor/probe/looker.ts';
import { adjtimexIn, chronyIn, disksIn, probeMachine, spanIn, synchronisedIn } from '../../src/doctor/probe/machine.ts';
import { serversIn, snippetIn, syntaxIn } from '../../src/doctor/probe/nginx.ts';
import { arraysIn, bondMembersIn, btrfsIn, probeRedundancy, zpoolIn } from '../../src/doctor/probe/redundancy.ts';
import { activeUnits, credentialsOf, directivesOf, probeUnit } from '../../src/doctor/probe/units.ts';
import { inLanguage, said } from '../../src/format/said.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { repository } from '../kit/programs.ts';

/** What programs say is read as they say it, and one that is missing, hangs or says too much ends as unknown. */

/** A machine of our own: programs that say what is given, and files below another root. */
async function fakeMachine(
  t: ExecutionContext,
  programs: Record<string, string>,
  files: Record<string, string> = {},
  totalMs = 20_000,
) {
  const folder = await makeFolder(t);
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return { look: lookerOf({ env: { PATH: `${bin}:/bin` }, totalMs, root: folder }), folder };
}

const says = (text: string) => `cat <<'END'\n${text}\nEND`;

test('a program that is missing, hangs, fails or says too much ends as it should', async (t) => {
  const { look } = await fakeMachine(t, { chatters: 'yes', fails: 'echo no >&2; exit 4' });
  const why = async (program: string, from = look) => {
    const said = await from.ask(program, []);
    return 'unknown' in said ? inLanguage(said.unknown, 'es') : said.known;
  };
  t.is(await why('cotejo-no-such-program'), 'no está el programa cotejo-no-such-program');
  t.deepEqual(await why('fails'), { status: 4, stdout: '', stderr: 'no\n' });
  t.is(await why('chatters'), 'chatters dice más de lo que cabe');
  // Where the total is spent on one that hangs, nobody else is asked.
  const { look: brief } = await fakeMachine(t, { hangs: 'sleep 60', fails: 'exit 4' }, {}, 1500);
  t.is(await why('hangs', brief), 'hangs no contestó a tiempo');
  t.is(await why('fails', brief), 'no dio tiempo de preguntar a fails');
  t.true('unknown' in (await look.read('/none')));
});

test('what lies on a machine of which half of the programs are missing is known for the other half', async (t) => {
  const { look, folder } = await fakeMachine(
    t,
    {
      lsblk: says('sda disk 107374182400\nzram0 disk 4294967296\nsda1 part 107373182400'),
      chronyc: says('A29FC87B,162.159.200.123,3,1700000000.1,-0.000352,0.0001,0.0002,1,0,0,0.01,0.001,64.2,Normal'),
      upsc: 'case $1 in -l) echo apc;; *) echo "OL CHRG";; esac',
    },
    {
      'etc/os-release': 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
      'proc/meminfo': 'MemTotal:        8131000 kB\n',
      'sys/class/net/bonding_masters': 'bond0\n',
      'proc/net/bonding/bond0':
        'MII Status: up\n\nSlave Interface: eno1\nMII Status: up\n\nSlave Interface: eno2\nMII Status: down\n',
    },
  );
  const machine = await probeMachine(look, folder);
  t.deepEqual(machine.clock, { known: { isSynchronised: true, offsetSeconds: -0.000352, by: 'chrony' } });
  t.deepEqual(machine.disks, { known: 107_374_182_400 });
  t.deepEqual(machine.memory, { known: 8_131_000 * 1024 });
  t.regex(String(machine.system.name), /^Debian GNU\/Linux 12/);
  t.true('known' in machine.room);
  const { bonds, ups, arrays } = await probeRedundancy(look, folder);
  t.deepEqual(ups, { known: [{ name: 'apc', status: 'OL CHRG' }] });
  t.deepEqual(bonds, {
    known: [
      {
        name: 'bond0',
        members: [
          { name: 'eno1', isUp: true },
          { name: 'eno2', isUp: false },
        ],
      },
    ],
  });
  t.true('unknown' in arrays || arrays.known.length === 0);
});

test('a unit is compared with the one that came with the program, wherever the program lies', async (t) => {
  const ours = await readFile(join(repository(), 'systemd/cotejo-difusor-sftp.service'), 'utf8');
  const show = `Id=cotejo-difusor-sftp.service
LoadState=loaded
ActiveState=active
UnitFileState=enabled
NRestarts=2
NeedDaemonReload=no
FragmentPath=/unit
DropInPaths=/etc/a.conf /etc/b.conf
ExecStart={ path=/usr/bin/node ; argv[]=node cotejo.js difusor serve-sftp --listen 0.0.0.0:2244 ; ignore_errors=no }`;
  const { look, folder } = await fakeMachine(t, { systemctl: says(show) }, { unit: `# ours\n${ours}` });
  const same = await probeUnit(look, 'cotejo-difusor-sftp');
  t.is(same.port, 2244);
  t.false(same.getsPassphrase);
  t.like('known' in same.facts.state ? same.facts.state.known : null, {
    fragment: 'same',
    restarts: 2,
    dropIns: ['/etc/a.conf', '/etc/b.conf'],
  });
  await writeFile(join(folder, 'unit'), ours.replace('NoNewPrivileges=yes', 'NoNewPrivileges=no'));
  const changed = await probeUnit(look, 'cotejo-difusor-sftp');
  t.is('known' in changed.facts.state ? changed.facts.state.known.fragment : null, 'changed');
  t.is(directivesOf('A=/opt/cotejo/x'), directivesOf(`# c\n\nA=${repository()}/x`));
});

test('whether a service gets a passphrase is read from how systemd starts it', async (t) => {
  const gets = async (load: string, more = '') => {
    const show = `LoadState=${load}\nExecStart={ path=/usr/bin/node ; argv[]=node cotejo.js iec run${more} ; ignore_errors=no }`;
    return (await probeUnit((await fakeMachine(t, { systemctl: says(show) })).look, 'cotejo-iec')).getsPassphrase;
  };
  t.true(await gets('loaded', ' --passphrase-file /run/credentials/cotejo-iec.service/frase'));
  t.false(await gets('loaded'));
  t.is(await gets('not-found'), null);
});

test('the keys that a service gets are those of its unit as changed, where it reads the same configuration', async (t) => {
  const unit = `# /etc/systemd/system/cotejo-iec.service
[Service]
ExecStart=node /opt/cotejo/dist/bin/cotejo.js iec run --config /etc/cotejo/IEC.toml
LoadCredential=signing_key:/etc/cotejo/firma
LoadCredential=ssh_key:/etc/cotejo/ssh_iec`;
  const given = async (script: string, config = '/etc/cotejo/IEC.toml') => {
    const { look } = await fakeMachine(t, { systemctl: script });
    return [...(await credentialsOf(look, 'cotejo-iec', config))].flat().join(' ');
  };
  t.is(await given(says(unit)), 'signing_key /etc/cotejo/firma ssh_key /etc/cotejo/ssh_iec');
  const changed = `${unit}\n\n# /etc/systemd/system/cotejo-iec.service.d/override.conf\n[Service]\nLoadCredential=\nLoadCredential=ssh_key:/root/otra`;
  t.is(await given(says(changed)), 'ssh_key /root/otra');
  t.is(await given(says(unit), '/root/ensayo.toml'), '');
  t.is(await given('echo "No files found" >&2; exit 1'), '');
});

test('what a drill left is looked for in every place, and a place that nobody could look at is not called empty', async (t) => {
  const folder = await makeFolder(t);
  const at = (name: string) => join(folder, name);
  const list = (undo: string) => JSON.stringify({ entries: [{ id: 1, action: { undo } }] });
  for (const [name, text] of Object.entries({ roots: list('unit'), beside: list('filler'), damaged: '{"entries"', empty: null })) {
    await mkdir(at(name));
    if (text !== null) await writeFile(join(at(name), 'por-deshacer.json'), text);
  }
  await writeFile(at('closed'), ''); // below it nothing can be looked at
  const found = async (...names: string[]) => {
    const left = await probeDrill(names.map(at));
    const { verdict, measured, remedy } = judgeDrill(left, said('deshágalo'));
    return [verdict, measured.es.replaceAll(folder, ''), remedy?.es ?? null];
  };
  t.deepEqual(await found('empty', 'none'), ['cumple', 'nada sin deshacer', null]);
  t.deepEqual(await found('roots', 'none'), ['no-cumple', 'sin deshacer: unit', 'deshágalo']);
  t.deepEqual(await found('none', 'beside'), ['no-cumple', 'sin deshacer: filler', 'deshágalo']);
  t.deepEqual(await found('roots', 'beside'), ['no-cumple', 'sin deshacer: unit, filler', 'deshágalo']);
  t.deepEqual(await found('damaged', 'beside'), ['no-cumple', 'sin deshacer: filler', 'deshágalo'], 'what was seen is told');
  const [verdict, why, remedy] = await found('empty', 'damaged');
  t.is(verdict, 'no-se-sabe');
  t.regex(why ?? '', /^\/damaged\/por-deshacer\.json no es una lista/);
  t.is(remedy, 'ejecútelo como root');
  t.deepEqual((await found('closed/list', 'empty'))[0], 'no-se-sabe');
});

test('without systemd no unit is known', async (t) => {
  const { look } = await fakeMachine(t, { systemctl: 'echo "System has not been booted with systemd" >&2; exit 1' });
  t.true('unknown' in (await probeUnit(look, 'cotejo-difusor')).facts.state);
  t.true('unknown' in (await activeUnits(look, ['fail2ban'])));
});

test('clocks: chrony, systemd, the kernel', (t) => {
  t.deepEqual(chronyIn('7F7F0101,,0,0.0,0.0,0,0,0,0,0,1,1,0,Not synchronised'), {
    isSynchronised: false,
    offsetSeconds: null,
    by: 'chrony',
  });
  t.is(chronyIn('506 Cannot talk to daemon'), null);
  t.is(synchronisedIn('Timezone=UTC\nNTPSynchronized=no\n'), false);
  t.is(synchronisedIn(''), null);
  t.deepEqual(adjtimexIn('         mode: 0\n       offset: -1500\n       status: 8193\n'), {
    isSynchronised: true,
    offsetSeconds: -1.5e-6,
    by: 'adjtimex',
  });
  t.like(adjtimexIn('status: 64\noffset: 0'), { isSynchronised: false });
  t.deepEqual(['-1.5ms', '+2min 1.5s', '12us', 'n/a', ''].map(spanIn), [-0.0015, 121.5, 12e-6, null, null]);
  t.is(disksIn('nvme0n1 disk 480103981056\nsr0 rom 1073741312\n'), 480_103_981_056);
});

test('arrays: md, LVM, ZFS, btrfs', (t) => {
  const md = (state: string) =>
    `Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0]\n      1046528 blocks super 1.2 ${state}\n`;
  const below = 'vg-root lvm\nmd0 raid1\nsda1 part\nsda disk';
  t.deepEqual(arraysIn(below, md('[2/2] [UU]'), ''), [{ name: 'md0 (raid1)', isRedundant: true, isHealthy: true }]);
  t.false(arraysIn(below, md('[2/1] [U_]'), '')[0]?.isHealthy);
  t.false(arraysIn(below, md('[2/2] [UU]').replace('active', 'inactive'), '')[0]?.isHealthy);
  t.false(arraysIn('md0 raid0\nsda disk', md(''), '')[0]?.isRedundant);
  t.deepEqual(arraysIn('vg-root lvm\nsda disk', '', '  /dev/mapper/vg-root;raid,raid1;\n'), [
    { name: 'vg-root (raid,raid1)', isRedundant: true, isHealthy: true },
  ]);
  t.false(arraysIn('vg-root lvm', '', '/dev/mapper/vg-root;raid,raid1;partial')[0]?.isHealthy);
  t.deepEqual(arraysIn('sda1 part\nsda disk', '', ''), []);
  t.like(zpoolIn('tank', ' state: ONLINE\nconfig:\n  tank\n    mirror-0  ONLINE\n')[0], { isRedundant: true, isHealthy: true });
  t.like(zpoolIn('tank', ' state: DEGRADED\n    raidz2-0 DEGRADED\n')[0], { isRedundant: true, isHealthy: false });
  t.like(zpoolIn('tank', ' state: ONLINE\n    sda ONLINE\n')[0], { isRedundant: false });
  t.like(btrfsIn('Data, RAID1: total=1.00GiB, used=0.50GiB\n', true)[0], { isRedundant: true });
  t.like(btrfsIn('Data, single: total=1.00GiB, used=0.50GiB\n', true)[0], { isRedundant: false });
  t.deepEqual(bondMembersIn(''), []);
});

test('packet filters: the rules that packets for this machine meet, and those alone', (t) => {
  const ruleset = `table inet filter {
	set iec {
		type ipv4_addr
		elements = { 192.0.2.10 }
	}
	chain input {
		type filter hook input priority filter; policy accept;
		ct state established,related accept
		tcp dport 22 jump ssh
	}
	chain ssh {
		ip saddr @iec accept
		tcp dport 22 drop
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		tcp dport 22 drop
	}
}
table ip nat {
	chain ssh {
		tcp dport 80 drop
	}
}
`;
  t.deepEqual(nftIn(ruleset), {
    by: 'nft',
    dropsByDefault: false,
    rules: ['ct state established,related accept', 'tcp dport 22 jump ssh', 'ip saddr @iec accept', 'tcp dport 22 drop'],
  });
  t.true(nftIn(ruleset.replace('priority filter; policy accept', 'priority filter; policy drop')).dropsByDefault);
  const bans =
    'table inet f2b-table {\n\tchain f2b-chain {\n\t\ttype filter hook input priority -1; policy accept;\n\t\ttcp dport 22 ip saddr @bans reject\n\t}\n}\n';
  t.deepEqual(nftIn(bans).rules, []);
  t.deepEqual(nftIn(`${bans}${ruleset}`), nftIn(ruleset));
  t.deepEqual(nftIn(''), { by: 'nft', dropsByDefault: false, rules: [] });
  const saved =
    '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A FORWARD -j DROP\n-A INPUT -p tcp -j f2b-sshd\nCOMMIT\n';
  t.deepEqual(iptablesIn(saved), { by: 'iptables', dropsByDefault: true, rules: ['-A INPUT -p tcp --dport 22 -j ACCEPT'] });
  t.deepEqual(jailsIn('Status\n|- Number of jail:\t2\n`- Jail list:\tnginx-http-auth, sshd\n'), ['nginx-http-auth', 'sshd']);
});

test('sshd: what it says first is what it goes by; keys with and without options', (t) => {
  t.is(settingsIn('port 22\nport 2222\npermittty no\nauthorizedkeysfile /a /b\n').get('port'), '22');
  const { publicKey } = makeKey('iec');
  const keys = keysIn(`# the IEC\nrestrict ${publicKey} iec\nfrom="192.0.2.10" ${publicKey}\nssh-rsa AAAA root\n\n`);
  t.deepEqual(
    keys.map(({ key }) => key),
    [publicKey, publicKey, null],
  );
});

test('nginx: the servers of our phases, and whether the snippet is ours', async (t) => {
  const site = await readFile(join(repository(), 'systemd/nginx/cotejo.conf'), 'utf8');
  const snippet = await readFile(join(repository(), 'systemd/nginx/cotejo-public.conf'), 'utf8');
  const secure = site
    .replace('listen 80 default_server;', 'listen 443 ssl;\n    ssl_certificate /etc/ssl/prep.pem;')
    .replace('listen [::]:80 default_server;', '');
  const file = '# configuration file /etc/nginx/snippets/cotejo-public.conf:';
  const dump = `# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp { }\n${file}\n${snippet}\n# configuration file /etc/nginx/sites-enabled/cotejo:\n${secure}`;
  t.deepEqual(serversIn(dump, '/var/lib/cotejo/state'), [
    { phase: 'jornada', names: ['prep.example'], certificates: ['/etc/ssl/prep.pem'], origins: ['https://127.0.0.1:443'] },
    {
      phase: 'simulacro-1',
      names: ['simulacro.prep.example'],
      certificates: [],
      origins: ['http://127.0.0.1:80', 'http://[::1]:80'],
    },
  ]);
  const listens = ['80', '[::]:8080 ssl', '192.0.2.1:81', 'unix:/run/a', '192.0.2.1'];
  const dumpOf = (text: string) => `# configuration file /etc/nginx/nginx.conf:\n${text}`;
  const origins = listens.map(
    (listen) => serversIn(dumpOf(`server { listen ${listen}; root /s/public/jornada; }`), '/s')[0]?.origins,
  );
  t.deepEqual(origins, [['http://127.0.0.1:80'], ['https://[::1]:8080'], ['http://192.0.2.1:81'], [], ['http://192.0.2.1:80']]);
  // What is included by name counts as if it stood there; TLS is often apart.
  const apart = `server { listen 80; root /s/public/jornada; include /etc/nginx/tls.conf; }
# configuration file /etc/nginx/tls.conf:
listen 443 ssl http2;
ssl_certificate /etc/a.pem;`;
  t.like(serversIn(dumpOf(apart), '/s')[0], {
    certificates: ['/etc/a.pem'],
    origins: ['http://127.0.0.1:80', 'https://127.0.0.1:443'],
  });
  t.deepEqual(serversIn(dump, '/srv/other'), []);
  t.is(snippetIn(dump, snippet), 'same');
  t.is(snippetIn(dump.replace('max_ranges 16', 'max_ranges 1'), snippet), 'changed');
  t.is(snippetIn(secure, snippet), null);
  t.deepEqual(syntaxIn(1, 'nginx: [emerg] unknown directive "lisen" in /etc/nginx/a:3\nnginx: configuration file test failed'), {
    known: { isValid: false, says: 'unknown directive "lisen" in /etc/nginx/a:3' },
  });
  t.true('unknown' in syntaxIn(1, 'nginx: [emerg] open() "/var/log/nginx/access.log" failed (13: Permission denied)'));
});

test('this very machine is looked at', async (t) => {
  const machine = await probeMachine(lookerOf({ env: process.env, totalMs: 20_000 }), '/');
  t.is(machine.node, process.versions.node);
  t.true('known' in machine.memory && machine.memory.known > 1e8);
  t.true('known' in machine.room && machine.room.known.freeBytes > 0);
  t.is(machine.cores, Number(execFileSync('getconf', ['_NPROCESSORS_ONLN'], { encoding: 'utf8' })));
});
