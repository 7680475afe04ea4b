import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { Statement } from '../../src/format/statement.ts';
import { cortesIn } from '../kit/cortes.ts';
import { makeTrust, signTrust, at as timeAt, writeTrust } from '../kit/election.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { bootMachine, type Machine, requiresMachine } from '../kit/machine.ts';
import { repository, shared } from '../kit/programs.ts';
import { requiresShared } from '../kit/requires.ts';
import { acuse, installSite, sftp, until } from '../kit/site.ts';

/**
 * The night of an election, replayed: its publication grows, every corte is packed, delivered through the real sshd to
 * the daemon under the real systemd, and the daemon is killed again and again: when an admission begins, during one,
 * and at any moment. `npm run soak` replays five hours with fifty kills; the test alone, the first hour.
 */

const run = promisify(execFile);
const noche = shared('tools/noche');
const isSoak = process.env['COTEJO_SOAK'] === '1';
const [cortes, kills] = isSoak ? [31, 50] : [5, 8];
const BEGINS = Date.parse('2017-06-04T22:00:00-05:00');
const PERIOD = 600_000;
/** A kill at any moment comes at most this long after the delivery, ms. */
const KILL_WITHIN = 1000;

/** When to kill; at each corte in this order, since the last ones may come after the commit. */
const AIMS = ['as the admission begins', 'in its course', 'at any moment'] as const;
type Aim = (typeof AIMS)[number];

// The phase closed long ago and allows so many missed periods that no corte was stale at its close, so the last one
// stays public. The document itself is still valid.
const trust = signTrust({
  ...makeTrust({ now: Date.now(), issued_at: '2017-05-01T00:00:00-05:00' }),
  signers: [{ name: 'firma-1', key: makeKey('firma-1').publicKey, phase: 'jornada', first: 1, last: null }],
  phases: [
    {
      name: 'jornada',
      kind: 'oficial',
      opens_at: '2017-06-04T18:00:00-05:00',
      closes_at: '2017-06-10T23:59:59-05:00',
      period_seconds: 600,
      missed_limit: 1000,
      grace_seconds: 120,
    },
  ],
});

const trial = requiresShared('tools/noche', requiresMachine());

trial('a night of killing the daemon ends with what the IEC published', async (t) => {
  t.timeout(isSoak ? 3_600_000 : 300_000);
  const machine = await bootMachine();
  try {
    await replay(t, machine);
  } finally {
    await machine.stop();
  }
});

async function replay(t: ExecutionContext, machine: Machine): Promise<void> {
  await installSite(machine, trust);
  const [chain, source, key] = ['cadena', 'publicacion', 'firma-1'].map((name) => join(machine.exchange, name)) as [
    string,
    string,
    string,
  ];
  await writeTrust(trust, join(chain, 'trust/1.json'));
  await writePrivateKey(makeKey('firma-1'), key);
  await mkdir(source);

  // During the first corte nothing is killed: it shows how long an admission takes here.
  const killsOf = Array.from({ length: cortes }, (): Aim[] => []);
  for (let i = 0; i < kills; i++) killsOf[1 + Math.floor(Math.random() * (cortes - 1))]?.push(AIMS[i % AIMS.length] as Aim);
  let admission = 0;
  const begun = performance.now();
  const seconds: number[] = [];
  const stages: string[] = [];
  for (const [i, killsHere] of killsOf.entries()) {
    const hour = timeAt(BEGINS + i * PERIOD);
    await run(process.execPath, [noche, '--at', hour.slice(0, 16), '--images', 'small', '--out', source]);
    const pack = ['iec', 'pack', source, '--chain', chain, '--phase', 'jornada', '--key', key, '--taken-at', hour];
    await run(process.execPath, [join(repository(), 'dist/bin/cotejo.js'), ...pack]);
    const delivered = performance.now();
    const number = String(i + 1).padStart(6, '0');
    const aims = AIMS.flatMap((aim) => killsHere.filter((one) => one === aim));
    const killing = killDaemon(machine, i + 1, aims, admission);
    const sent = await sftp(
      machine,
      `mkdir inbox/.${number}`,
      `put -f /exchange/cadena/jornada/${number}/* inbox/.${number}/`,
      `rename inbox/.${number} inbox/jornada-${number}`,
    );
    t.is(sent.status, 0, sent.stderr);
    stages.push(...(await killing));
    await until(machine, `test -e ${acuse('jornada', i + 1)}`);
    if (killsHere.length === 0) seconds.push((performance.now() - delivered) / 1000);
    if (i === 0) admission = await secondsOfAdmission(machine);
  }
  await until(machine, 'systemctl is-active --quiet cotejo-difusor');

  // Each is compared by its own means: the public folder, the site, the chain, and every signature of it.
  await machine.must('diff -r /exchange/publicacion /var/lib/cotejo/state/public/jornada/');
  await machine.must('curl -fsS localhost/base/COAH_AYUN.csv | cmp - /exchange/publicacion/base/COAH_AYUN.csv');
  await machine.must('diff -r -x .lock -x index.json /exchange/cadena /var/lib/cotejo/state/chain');
  const audited = await machine.must(
    'cotejo audit chain /var/lib/cotejo/state/chain --anchor /etc/cotejo/keys/1.json --packages --json',
  );
  t.is((JSON.parse(audited) as { phases: { cortes: number }[] }).phases[0]?.cortes, cortes);
  await machine.must(
    'cotejo trust export /exchange/cadena/trust --allowed-signers --anchor /etc/cotejo/keys/1.json > /root/signers',
  );
  await writeFile(join(machine.exchange, 'stated'), await statedHashes(chain));
  const verified = await machine.must(`cd /var/lib/cotejo/state/chain/jornada
  sha256sum --check --quiet /exchange/stated || exit 1
  for corte in [0-9]*; do
    ssh-keygen -Y verify -f /root/signers -I firma-1 -n corte@cotejo -s $corte/corte.json.sig < $corte/corte.json || exit 1
  done
  last=$PWD/$corte; cd /var/lib/cotejo/state/public/jornada && sha256sum --check --quiet $last/SHA256SUMS`);
  t.is(verified.match(/^Good "corte@cotejo" signature/gm)?.length, cortes);

  // Nothing was refused, and no temporary files are left.
  const rooms = '/var/lib/cotejo/iec/inbox /var/lib/cotejo/state/{staging,refused,evidence,revoked}';
  t.is(await machine.must(`find ${rooms} -mindepth 1`), '');
  const events = await machine.must('cat /var/lib/cotejo/state/events.jsonl');
  t.regex(events, /"event":"admitted"/);
  const wrong = events.split('\n').filter((line) => /"event":"(?:refused|error)"/.test(line));
  t.deepEqual(wrong, []);
  // A process killed before its first event writes no `started`; systemd counts all starts.
  t.true(Number((await machine.must('systemctl show --value -p NRestarts cotejo-difusor')).trim()) >= kills);
  seconds.sort((a, b) => a - b);
  const at = (stage: string) => stages.filter((one) => one === stage).length;
  t.is(stages.length, kills);
  t.true(at('within') >= kills / 3, `only ${at('within')} of ${kills} kills hit within an admission`);
  t.log(
    `${cortes} cortes in ${Math.round((performance.now() - begun) / 1000)} s; from packed to acknowledged without a kill: ` +
      `median ${seconds[Math.floor(seconds.length / 2)]?.toFixed(2) ?? '-'} s; ${kills} kills, ${at('before')} before an admission ` +
      `or between its tries, ${at('within')} within, ${at('after')} after its commit; ${events.split(`"event":"healed"`).length - 1} times healed`,
  );
}

/** What every statement of the chain says of its two other files, as input for `sha256sum --check`. */
async function statedHashes(chain: string): Promise<string> {
  const lines: string[] = [];
  for (const number of await cortesIn(join(chain, 'jornada'))) {
    const { manifest, package: pack } = JSON.parse(
      await readFile(join(chain, 'jornada', number, 'corte.json'), 'utf8'),
    ) as Statement;
    lines.push(`${manifest.sha256}  ${number}/SHA256SUMS\n`, `${pack.sha256}  ${number}/corte.tar.gz\n`);
  }
  return lines.join('');
}

/** How long the daemon took for the admission that it reported last, s. */
async function secondsOfAdmission(machine: Machine): Promise<number> {
  // It is reported once everything that follows from the admission is done, a moment after the acuse.
  await until(machine, `grep -q '"event":"admitted"' /var/lib/cotejo/state/events.jsonl`);
  const line = await machine.must(`grep '"event":"admitted"' /var/lib/cotejo/state/events.jsonl | tail -1`);
  return (JSON.parse(line) as { seconds: number }).seconds;
}

/**
 * Kills the daemon once for each aim; waits while it is being restarted, so that every kill hits. An admission begins
 * when its folder appears in staging. That is watched on the machine itself, because from here every look takes longer
 * than an admission.
 * @param number of the corte that is being delivered
 * @param admission how long one takes, s
 * @returns for each kill, how far the admission of that corte was
 */
async function killDaemon(machine: Machine, number: number, aims: readonly Aim[], admission: number): Promise<string[]> {
  const stages: string[] = [];
  for (const aim of aims) {
    if (aim === 'at any moment') await wait(Math.random() * KILL_WITHIN);
    const awaited = aim === 'at any moment' ? 'true' : 'begun || committed';
    const delay = aim === 'in its course' ? Math.random() * admission : 0.0001;
    const stage = await machine.must(`cd /var/lib/cotejo/state
      shopt -s nullglob
      exec 3<> <(:)
      pause() { read -r -t "$1" -u 3 || true; }
      look() { (( SECONDS < 180 )) || exit 1; pid=$(systemctl show --value -p MainPID cotejo-difusor); }
      touch /root/killed
      killed=" $(tr '\n' ' ' </root/killed) "
      # What an admission left that was killed is no sign of another one.
      begun() { for folder in staging/jornada-${number}-*; do [[ $killed == *" $folder "* ]] || return 0; done; return 1; }
      committed() { [[ -e chain/jornada/${String(number).padStart(6, '0')} ]]; }
      look
      until ${awaited}; do [[ -d /proc/$pid ]] || look; pause 0.001; done
      pause ${delay.toFixed(4)}
      until [[ $pid != 0 ]] && kill -9 "$pid" 2>/dev/null; do look; done
      if committed; then echo after; elif begun; then echo within; else echo before; fi
      printf '%s\n' staging/* >>/root/killed`);
    stages.push(stage.trim());
  }
  return stages;
}
