import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { makeTrust, nextTrust, signTrust, writeTrust } from '../kit/election.ts';
import { writeFiles } from '../kit/folders.ts';
import { fileIn, named, readGuide, walk } from '../kit/guide.ts';
import { installInstitute } from '../kit/institute-site.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { bootMachine, type Machine, requiresMachine } from '../kit/machine.ts';
import { TEMPLATE } from '../kit/presentation.ts';
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
  await installInstitute(machine, { trust, phase: 'jornada', signer: 'firma-1' });
  const guide = await readGuide('iec');
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

trial('a presentation is authorised, a link measured and a call noted while the night goes on', async (t) => {
  const guide = await readGuide('iec');
  await writeFiles(join(machine.exchange, 'tablero'), TEMPLATE);
  await machine.must(`cp -r /exchange/tablero /root/\n${named(guide, 'autorizar').trim()} --yes`);
  await oneMore();
  const number = await oneMore(); // the first one may have been on its way
  const sums = `/var/lib/cotejo-iec/chain/jornada/${String(number).padStart(6, '0')}/SHA256SUMS`;
  t.regex(await machine.must(`cat ${sums}`), /  oficial\/autorizaciones\/\S+\.json$/m);

  const measured = await machine.run(named(guide, 'enlaces').replace('set -e', 'set +e'));
  t.regex(measured.stdout, /vanguardia/, measured.stderr);
  await machine.must('test -s /root/enlaces.html');

  await machine.must('systemctl stop ssh; pkill -u cotejo-iec || true');
  await until(machine, `cotejo iec status --config /etc/cotejo/IEC.toml --json | grep -q unreachable`);
  await machine.must(named(guide, 'llamada'));
  await until(machine, `grep -q 'Se quedaron sin luz' ${PANEL}/index.html`);
  await machine.must('systemctl start ssh');
  await oneMore();
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

trial('the last corte, the audit after it, and a key that was lost', async (t) => {
  const [last, audit, heal, compare, ...more] = walk(await readGuide('iec'), 5, 6) as [string, string, string, string];
  t.deepEqual(more, []);
  // Without the agent again.
  await machine.must(`rm /etc/systemd/system/cotejo-iec.service.d/override.conf; cp /root/IEC.toml /etc/cotejo/IEC.toml
    install -m 600 /root/ceremonia/firma-1 /etc/cotejo/firma; systemctl daemon-reload; systemctl start cotejo-iec`);
  await oneMore();
  await machine.must(last);
  const final = Number(await machine.must('ls -d /var/lib/cotejo-iec/chain/jornada/[0-9]* | wc -l'));
  await until(machine, `test -e ${acuse('jornada', final)}`);
  t.regex(await machine.must(audit), new RegExp(`${final} cortes`));

  // The last two were the thief's: the custodians end the key before them.
  const signers = trust.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: final - 2 } : signer));
  await writeTrust(signTrust(nextTrust(trust, { signers })), join(machine.exchange, 'trust/2.json'));
  await writePrivateKey(makeKey('relevo-1'), join(machine.exchange, 'ceremonia/relevo-1'));
  await machine.must(`cp /exchange/ceremonia/relevo-1 /root/ceremonia/
    install -o cotejo -g cotejo -m 644 /exchange/trust/2.json* /var/lib/cotejo-iec/chain/trust/`);
  await machine.must(heal);
  t.regex(await machine.must('ls /var/lib/cotejo-iec/revoked'), new RegExp(`jornada-${String(final - 1).padStart(6, '0')}-`));
  await until(
    machine,
    `grep -q '"version":2' ${acuse('jornada', final - 1)} || curl -sSI http://localhost/ | grep -q 'Cotejo-Corte: ${final - 1}'`,
  );
  const compared = await machine.run(compare.replace('000037', String(final - 1).padStart(6, '0')));
  t.is(compared.status, 1, compared.stdout + compared.stderr);
  await machine.must('test -d /root/prueba');
});
