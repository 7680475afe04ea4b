import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { publicationOf } from '../kit/cortes.ts';
import { makeTrust, signTrust, writeTrust } from '../kit/election.ts';
import { writeFiles } from '../kit/folders.ts';
import { fileIn, named, readGuide, walk } from '../kit/guide.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { bootMachine, type Machine, requiresMachine } from '../kit/machine.ts';
import { acuse, until } from '../kit/site.ts';

/** The IEC's night under the shipped unit, set up by the guide's own commands, and a Difusor that it delivers to. */

const trial = requiresMachine().serial;
const PANEL = '/var/lib/cotejo-iec/panel';
const phases = makeTrust({ now: Date.now() }).phases.map((phase) => ({ ...phase, period_seconds: 10, grace_seconds: 60 }));
const trust = signTrust(makeTrust({ now: Date.now(), phases }));

let machine: Machine;
const property = async (name: string) => (await machine.must(`systemctl show --value -p ${name} cotejo-iec`)).trim();
const mainPid = async () => {
  const pid = await property('MainPID');
  if (pid === '0') throw new Error('the night does not run'); // and `kill 0` would kill this process
  return pid;
};
/** Waits for one more acuse. @returns its corte's number */
const oneMore = async () => {
  const folder = `${PANEL}/acuses/vanguardia/web1/jornada`;
  const next = Number(await machine.must(`ls ${folder}/*.json 2>/dev/null | wc -l`)) + 1;
  await until(machine, `test -e ${folder}/${String(next).padStart(6, '0')}.json`);
  return next;
};

test.after.always(async () => machine?.stop());

trial('the guide, followed to the letter, ends with a night that has begun', async (t) => {
  machine = await bootMachine();
  await writeTrust(trust, join(machine.exchange, 'ceremonia/1.json'));
  await writePrivateKey(makeKey('firma-1'), join(machine.exchange, 'ceremonia/firma-1'));
  await writeFiles(join(machine.exchange, 'publicacion'), publicationOf(1));
  await writeFile(join(machine.exchange, 'vanguardia.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await machine.must(
    'cp -r /exchange/ceremonia /exchange/vanguardia.svg /root/; mkdir /srv/prep; cp -r /exchange/publicacion /srv/prep/',
  );
  const [guide, difusor] = [await readGuide('iec'), await readGuide('difusor')];
  for (const script of [...walk(difusor, 2, 2), ...walk(guide, 2, 3)]) await machine.must(script);
  await writeFile(join(machine.exchange, 'IEC.toml'), await fileIn('iec', 'toml'));
  await machine.must('cp /exchange/IEC.toml /etc/cotejo/IEC.toml');

  // This machine is also the Difusor's, at the address that the guide has.
  await machine.must('cp -r /root/ceremonia /root/ancla; cp /etc/cotejo/ssh_iec.pub /root/iec.pub; ssh-keygen -A');
  await machine.must('ip address add 192.0.2.10/32 dev lo; systemctl start ssh nginx');
  for (const script of walk(difusor, 3, 9)) await machine.must(script);

  await machine.must(named(guide, 'alta'));
  t.regex(await machine.must(named(guide, 'comprobar')), /vanguardia/);
  await machine.must(named(guide, 'servicio'));
  t.is(await property('ActiveState'), 'active');
  await oneMore();
  await until(machine, `systemctl show -p StatusText cotejo-iec | grep -q 'corte [0-9]*; 1 al día'`);
});

trial('the unit is exposed by 1.5 at most', async (t) => {
  const told = await machine.must('systemd-analyze security --no-pager cotejo-iec.service | tail -1');
  t.true(Number(/: ([0-9.]+) /.exec(told)?.[1]) <= 1.5, told);
});

trial('what is shown is where the guide says, and the logo that the service could read is with it', async (t) => {
  const links = JSON.parse(await machine.must(`cat ${PANEL}/enlaces.json`)) as { difusores: Record<string, unknown>[] };
  t.like(links.difusores[0], { name: 'vanguardia', enabled: true });
  t.regex(await machine.must(`ls ${PANEL}/logos`), /vanguardia\.svg/);
  await machine.must(`test -s ${PANEL}/index.html -a -s ${PANEL}/difusores.html`);
  await machine.must('test -s /etc/cotejo/firma');
  await machine.must('runuser -u cotejo -- test ! -r /etc/cotejo/firma'); // on the disk only root can read the key
});

trial('a night that is killed comes back and goes on', async (t) => {
  const before = await mainPid();
  await machine.must(`kill -9 ${before}`);
  await until(machine, `systemctl show -p StatusText cotejo-iec | grep -q 'corte'`);
  await oneMore();
  t.not(await mainPid(), before);
});

trial('a list that can not be read is reported, and changes nothing', async (t) => {
  const before = await mainPid();
  await machine.must('cp /etc/cotejo/IEC.toml /root/IEC.toml; echo nonsense >> /etc/cotejo/IEC.toml; systemctl reload cotejo-iec');
  await until(machine, `grep -q config-refused ${PANEL}/bitacora.jsonl`);
  await machine.must('cp /root/IEC.toml /etc/cotejo/IEC.toml; systemctl reload cotejo-iec');
  await until(machine, `grep -q config-read ${PANEL}/bitacora.jsonl`);
  await oneMore();
  t.is(await mainPid(), before);
});

trial('the signing key may live in an ssh-agent, and be on no disk', async (t) => {
  await machine.must('ssh-keygen -y -f /etc/cotejo/firma > /etc/cotejo/firma.pub');
  await machine.must(
    'systemd-run --unit=agent -p User=cotejo -p RuntimeDirectory=cotejo-agent ssh-agent -D -a /run/cotejo-agent/socket',
  );
  await until(machine, 'test -S /run/cotejo-agent/socket');
  await machine.must('SSH_AUTH_SOCK=/run/cotejo-agent/socket ssh-add /etc/cotejo/firma; rm /etc/cotejo/firma');
  await machine.must(`sed -i 's|^key = .*|key = "/etc/cotejo/firma.pub"\\nagent = true|' /etc/cotejo/IEC.toml`);
  await writeFile(join(machine.exchange, 'override.conf'), await fileIn('iec', 'ini'));
  await machine.must('install -D /exchange/override.conf /etc/systemd/system/cotejo-iec.service.d/override.conf');
  await machine.must('systemctl daemon-reload; systemctl restart cotejo-iec');
  const number = await oneMore();
  await machine.must(`test -e ${acuse('jornada', number)}`);
  t.is(await property('ActiveState'), 'active');
});

trial('it stops on SIGTERM by itself, and what it leaves is whole', async (t) => {
  await machine.must('timeout 60 systemctl stop cotejo-iec');
  t.is(await property('Result'), 'success');
  t.is(await property('ExecMainStatus'), '0');
  const folders = `/var/lib/cotejo-iec/chain --anchor /etc/cotejo/ancla/1.json --packages --acuses ${PANEL}/acuses`;
  const audit = await machine.run(`cotejo audit chain ${folders}`);
  t.is(audit.status, 0, audit.stdout + audit.stderr);
});
