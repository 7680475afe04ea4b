import { writeFile } from 'node:fs/promises';
import test from 'ava';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { named, readGuide } from '../kit/guide.ts';
import { installInstitute } from '../kit/institute-site.ts';
import { bootMachine, type Machine, requiresMachine } from '../kit/machine.ts';
import { acuse, until } from '../kit/site.ts';

/**
 * A drill of the fleet: the shipped command, beside a real `cotejo iec run` under the shipped unit that brings a corte every
 * twenty seconds to a node under its own.
 */

const trial = requiresMachine().serial;

const now = Date.now();
const HOUR = 3_600_000;
const plain = makeTrust({ now });
const hours = {
  oficial: { opens_at: at(now + 72 * HOUR), closes_at: at(now + 96 * HOUR) },
  simulacro: { period_seconds: 20, missed_limit: 2, grace_seconds: 5 },
};
const trust = signTrust({ ...plain, phases: plain.phases.map((phase) => ({ ...phase, ...hours[phase.kind] })) });
const DRILL = 'cotejo iec simulacro --config /etc/cotejo/IEC.toml --yes --json';

let machine: Machine;

test.after.always(async () => machine?.stop());

interface Reported {
  readonly trials: readonly {
    readonly id: string;
    readonly node: string | null;
    readonly verdict: string;
    readonly reason: string | null;
    readonly undone: { readonly ok: boolean } | null;
    readonly sights: readonly { readonly what: string; readonly met: boolean; readonly after: number | null }[];
  }[];
  readonly left: readonly string[];
}

trial('every fault of the fleet is found by what should find it; the silence ends in the notice and then in a corte', async (t) => {
  t.timeout(1_800_000);
  machine = await bootMachine();
  await installInstitute(machine, { trust, phase: 'simulacro-1', signer: 'ensayo-1' });
  await machine.must('echo 127.0.0.1 simulacro.prep.example >> /etc/hosts');
  await machine.must(named(await readGuide('iec'), 'servicio'));
  await until(machine, `test -e ${acuse('simulacro-1', 2)}`);

  const flota = named(await readGuide('simulacros'), 'flota').trim();
  const ran = await machine.run(`${flota} --silence --site vanguardia=http://simulacro.prep.example/ --json`);
  t.log(ran.stderr);
  const keep = process.env['COTEJO_KEEP_REPORT'];
  if (keep !== undefined) await writeFile(keep, await machine.must('cat /root/informe-iec.html'));
  const { trials, left } = JSON.parse(ran.stdout) as Reported;
  for (const { id, verdict, reason, sights } of trials) t.log(`${id}: ${verdict} ${reason ?? ''} ${JSON.stringify(sights)}`);
  t.deepEqual(
    trials.map(({ id, node, verdict }) => [id, node, verdict]),
    [
      ['flota-firma-desconocida', 'vanguardia/web1', 'como-se-esperaba'],
      ['flota-firma-alterada', 'vanguardia/web1', 'como-se-esperaba'],
      ['flota-corte-repetido', 'vanguardia/web1', 'como-se-esperaba'],
      ['flota-silencio', null, 'como-se-esperaba'],
    ],
  );
  t.is(ran.status, 0, ran.stderr);
  t.deepEqual(left, []);
  const silence = trials[3];
  t.deepEqual([silence?.sights.length, silence?.undone?.ok], [2, true], 'the notice, and once the service runs again a corte');

  // The node's own record says the same.
  const events = await machine.must('cat /var/lib/cotejo/state/events.jsonl');
  t.regex(events, /"signer-unknown"[^]*"signature-invalid"[^]*"public":"aviso"[^]*"public":"corte"/);
  t.is((await machine.must('systemctl is-active cotejo-iec')).trim(), 'active');
  t.is(await machine.must('ls -A /var/lib/cotejo/iec/inbox'), '');
  const verified = await machine.run('cotejo iec simulacro --verify /root/informe-iec.html --key /etc/cotejo/ssh_iec.pub --json');
  t.is(verified.status, 0, verified.stderr);
});

trial('a drill that is killed while the Institute is silent: undo lets it speak again', async (t) => {
  t.timeout(600_000);
  await machine.must(`${DRILL} --only flota-silencio >/dev/null 2>&1 & echo $! > /root/drill
    timeout 120 bash -c 'while systemctl is-active --quiet cotejo-iec; do sleep 0.2; done'
    kill -9 $(cat /root/drill)`);
  t.is((await machine.run('systemctl is-active --quiet cotejo-iec')).status, 3);
  t.regex(await machine.must('cotejo iec simulacro --config /etc/cotejo/IEC.toml --undo --json'), /"undone":1,"left":\[\]/);
  t.is((await machine.must('systemctl is-active cotejo-iec')).trim(), 'active');
});
