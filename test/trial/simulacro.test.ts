import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { type Corte, makeCorte, publicationOf, writeTrustDelivery } from '../kit/cortes.ts';
import { at, makeSigner, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { named, readGuide } from '../kit/guide.ts';
import { bootMachine, type Machine, requiresMachine } from '../kit/machine.ts';
import { acuse, installSite, until } from '../kit/site.ts';

/**
 * A whole drill on a machine that the guide's own commands set up: every fault, by the real systemd, sshd, nginx and
 * nftables, while an Institute delivers a corte every twenty seconds from an address of its own.
 */

const trial = requiresMachine('nftables, iproute2, libfaketime', ['nft', 'ip', 'fallocate']).serial;

const PERIOD = 20;
/** From where the IEC comes: a network of its own, at the other end of a cable. */
const IEC = '10.77.0.2';
const NODE = '10.77.0.1';
const CABLE = `ip netns add iec && ip link add nodo type veth peer name iec netns iec
  ip addr add ${NODE}/24 dev nodo && ip link set nodo up
  nsenter --net=/run/netns/iec ip addr add ${IEC}/24 dev iec && nsenter --net=/run/netns/iec ip link set iec up`;
const SFTP = `timeout 15 nsenter --net=/run/netns/iec sftp -q -b - -i /root/iec -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes -o ConnectTimeout=5 cotejo-iec@${NODE}`;
/** As the guide has it, from this IEC's address. */
const DRILL = named(await readGuide('simulacros'), 'simulacro')
  .replace(/^set -e\n/, '')
  .replace(/ --report \S+\n$/, '')
  .replace(/ --from \S+/, ` --from ${IEC}`);

const now = Date.now();
const plain = makeTrust({ now });
const HOUR = 3_600_000;
const hours = {
  oficial: { opens_at: at(now + 72 * HOUR), closes_at: at(now + 96 * HOUR) },
  simulacro: { period_seconds: PERIOD, missed_limit: 2, grace_seconds: 5 },
};
const trust = signTrust({ ...plain, phases: plain.phases.map((phase) => ({ ...phase, ...hours[phase.kind] })) });

let machine: Machine;
const stop = new AbortController();
let institute: Promise<void> = Promise.resolve();

test.after.always(async () => {
  stop.abort();
  await institute;
  await machine?.stop();
});

/** Takes a corte every period, and brings what was not brought yet, the oldest first, as the IEC's program does. */
async function deliverUntil(signal: AbortSignal): Promise<void> {
  const waiting: Corte[] = [];
  let last: Corte | null = null;
  for (let next = Date.now(); !signal.aborted; ) {
    if (Date.now() >= next) {
      const plan = { trust, phase: 'simulacro-1', previous: last, takenAt: at(Date.now()) };
      last = makeCorte({ ...plan, files: publicationOf((last?.statement.number ?? 0) + 1) });
      waiting.push(last);
      next += PERIOD * 1000;
    }
    const one = waiting[0];
    if (one && (await bring(one))) waiting.shift();
    await pause(500);
  }
}

async function bring({ delivery, files }: Corte): Promise<boolean> {
  const from = join(machine.exchange, delivery);
  await mkdir(from, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(from, name), bytes);
  const lines = [
    `-mkdir inbox/.${delivery}`,
    `put -f /exchange/${delivery}/* inbox/.${delivery}/`,
    `rename inbox/.${delivery} inbox/${delivery}`,
  ];
  const { status } = await machine.run(`${SFTP} <<'BATCH'\n${lines.join('\n')}\nBATCH`);
  return status === 0;
}

interface Reported {
  readonly trials: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly reason: string | null;
    readonly sights: unknown;
  }[];
  readonly left: readonly string[];
}

trial('every fault is made, found by what should find it, and undone; the report is signed', async (t) => {
  t.timeout(1_800_000);
  machine = await bootMachine();
  await machine.must('mkdir -p /var/lib/cotejo && mount -t tmpfs -o size=96m,mode=755 tmpfs /var/lib/cotejo');
  await installSite(machine, trust);
  await machine.must(CABLE);
  // Each login over SFTP would start a user manager and end it again, for which a busy machine takes longer than these periods.
  await machine.must('systemctl mask --runtime "user@$(id -u cotejo-iec).service"');
  institute = deliverUntil(stop.signal);
  await until(machine, `test -e ${acuse('simulacro-1', 1)}`);
  const revocation = signTrust(
    nextTrust(trust, {
      signers: [
        ...trust.document.signers.map((one) => (one.phase === 'simulacro-1' ? { ...one, last: 900 } : one)),
        makeSigner('ensayo-2', 'simulacro-1', 901),
      ],
    }),
  );
  await writeTrustDelivery(machine.exchange, revocation);

  const before = await machine.must('nft list ruleset; systemctl is-active cotejo-difusor cotejo-difusor-guard; date +%Z');
  const ran = await machine.run(`${DRILL} --revocation /exchange/trust-2 --report /exchange/informe.html --yes --json`);
  t.log(ran.stderr);
  const keep = process.env['COTEJO_KEEP_REPORT'];
  if (keep !== undefined) await writeFile(keep, await machine.must('cat /exchange/informe.html'));
  const { trials, left } = JSON.parse(ran.stdout) as Reported;
  for (const { id, verdict, reason, sights } of trials) t.log(`${id}: ${verdict} ${reason ?? ''} ${JSON.stringify(sights)}`);
  t.deepEqual(
    trials.filter(({ verdict }) => verdict !== 'como-se-esperaba').map(({ id, reason, sights }) => ({ id, reason, sights })),
    [],
  );
  t.is(trials.length, 13);
  t.deepEqual(left, []);
  t.is(ran.status, 0);

  t.is(await machine.must('nft list ruleset; systemctl is-active cotejo-difusor cotejo-difusor-guard; date +%Z'), before);
  t.is(
    await machine.must(
      'ls -A /var/lib/cotejo/iec/inbox; ls /run/systemd/system/cotejo-difusor.service.d 2>/dev/null; find /var/lib/cotejo -name ".simulacro*"',
    ),
    '',
  );
  const verified = await machine.run('cotejo simulacro --verify /exchange/informe.html --key /etc/cotejo/acuse_key.pub --json');
  t.is(verified.status, 0, verified.stderr);
  await machine.must(`echo "nodo $(cat /etc/cotejo/acuse_key.pub)" > /root/firmantes
    ssh-keygen -Y verify -n simulacro@cotejo -f /root/firmantes -I nodo -s /exchange/informe.html.sig < /exchange/informe.html`);
});

trial('a drill that is killed while the link is cut: undo opens it again', async (t) => {
  t.timeout(600_000);
  await machine.must(`${DRILL} --only enlace-cortado --yes >/dev/null 2>&1 & echo $! > /root/drill
    timeout 120 bash -c 'until nft list table inet cotejo_simulacro; do sleep 0.2; done' >/dev/null 2>&1
    kill -9 $(cat /root/drill)`);
  t.regex(await machine.must('nft list table inet cotejo_simulacro'), /10\.77\.0\.2 timeout/);
  t.regex(await machine.must('cotejo simulacro undo --json'), /"undone":1,"left":\[\]/);
  t.is((await machine.run('nft list table inet cotejo_simulacro')).status, 1);
  t.regex(await machine.must('cotejo simulacro undo'), /nothing to undo/);
});

trial('no drill in an official phase, of no phase, or that nobody confirmed', async (t) => {
  const run = (phase: string, more: string) =>
    machine.run(`cotejo simulacro --config /etc/cotejo/difusor.toml --phase ${phase} ${more} --only firma-alterada </dev/null`);
  const official = await run('jornada', '--yes');
  t.deepEqual([official.status, /official-phase/.test(official.stderr)], [2, true], official.stderr);
  t.is((await run('simulacro-9', '--yes')).status, 2);
  t.is((await run('simulacro-1', '')).status, 2);
  const dry = await run('simulacro-1', '--dry-run --json');
  t.is(dry.status, 0, dry.stderr);
  t.is((JSON.parse(dry.stdout) as { script: { lacks: string | null }[] }).script[0]?.lacks, null);
});

trial('the guide: the script, the check of the report and the undoing, as they stand there', async (t) => {
  const guide = await readGuide('simulacros');
  t.regex(await machine.must(named(guide, 'guion')), /enlace-cortado/);
  await machine.must('cp /exchange/informe.html /exchange/informe.html.sig /root/');
  t.regex(await machine.must(named(guide, 'comprobar')), /authentic/);
  t.regex(await machine.must(named(guide, 'deshacer')), /nothing to undo/);
});
