import test from 'ava';
import { makeCorte, publicationOf } from '../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { named, readGuide } from '../kit/guide.ts';
import { bootMachine, type Machine, NOT_INSTALLED, requiresMachine } from '../kit/machine.ts';
import { acuse, deliver, installSite, until } from '../kit/site.ts';

/**
 * The doctor on a machine that the guide's own commands set up, under the real systemd, sshd and nginx. What such a
 * machine lacks because it is none (a clock of its own, 60 GB of room) is the same before and after each fault.
 */

const trial = requiresMachine().serial;
let machine: Machine;
let lacking: ReadonlySet<string>;

test.after.always(async () => machine?.stop());

/** What is not met, by id. */
async function unmet(): Promise<string[]> {
  const { stdout, stderr } = await machine.run('cotejo difusor doctor --config /etc/cotejo/difusor.toml --json');
  if (stdout === '') throw new Error(stderr);
  const { checks } = JSON.parse(stdout) as { checks: { id: string; verdict: string }[] };
  return checks.filter(({ verdict }) => verdict === 'no-cumple').map(({ id }) => id);
}

trial('a node that was set up by the guide meets all that the guide sets up', async (t) => {
  machine = await bootMachine();
  const trust = signTrust(makeTrust({ now: Date.now() }));
  await installSite(machine, trust);
  await deliver(machine, makeCorte({ trust, files: publicationOf(1), takenAt: at(Date.now() - 60_000) }));
  await until(machine, `test -e ${acuse('jornada', 1)}`);
  lacking = new Set(await unmet());
  t.deepEqual(
    [...lacking].filter((id) => !NOT_INSTALLED.has(id)),
    [],
  );
});

const FAULTS: ReadonlyArray<readonly [what: string, ids: readonly string[], breaks: string, mends: string]> = [
  ['a key that others read', ['permisos'], 'chmod 644 /etc/cotejo/acuse_key', 'chmod 600 /etc/cotejo/acuse_key'],
  ['no guard', ['guardia'], 'systemctl stop cotejo-difusor-guard', 'systemctl start cotejo-difusor-guard; sleep 2'],
  ['no daemon', ['demonio'], 'systemctl stop cotejo-difusor', 'systemctl start cotejo-difusor'],
  [
    'a unit that was changed',
    ['unidades'],
    'sed -i.bak s/^NoNewPrivileges=yes/NoNewPrivileges=no/ /etc/systemd/system/cotejo-difusor.service; systemctl daemon-reload',
    'mv /etc/systemd/system/cotejo-difusor.service.bak /etc/systemd/system/cotejo-difusor.service; systemctl daemon-reload',
  ],
  [
    'an account that takes passwords',
    ['ssh-acceso'],
    'sed -i.bak "s/PasswordAuthentication no/PasswordAuthentication yes/" /etc/ssh/sshd_config.d/cotejo.conf',
    'mv /etc/ssh/sshd_config.d/cotejo.conf.bak /etc/ssh/sshd_config.d/cotejo.conf',
  ],
  [
    "somebody else's key",
    ['ssh-llave'],
    'cp -p /etc/cotejo/iec_authorized_keys /root/keys; cat /etc/cotejo/host_key.pub >> /etc/cotejo/iec_authorized_keys',
    'cp -p /root/keys /etc/cotejo/iec_authorized_keys',
  ],
  [
    'caches that keep what was',
    ['nginx-configuracion', 'sitio'],
    'sed -i.bak s/Cache-Control.*cotejo_cache/Cache-Control\\ max-age=3600/ /etc/nginx/snippets/cotejo-public.conf; nginx -s reload; sleep 1',
    'mv /etc/nginx/snippets/cotejo-public.conf.bak /etc/nginx/snippets/cotejo-public.conf; nginx -s reload; sleep 1',
  ],
];

for (const [what, ids, breaks, mends] of FAULTS) {
  trial(`${what}: ${ids.join(', ')} and nothing else`, async (t) => {
    await machine.run(breaks);
    t.deepEqual(
      (await unmet()).filter((id) => !lacking.has(id)),
      ids,
    );
    await machine.run(mends);
  });
}

trial('mended, it is as it was, and its constancia is verified as the guide tells', async (t) => {
  t.deepEqual(await unmet(), [...lacking]);
  const guide = await readGuide();
  // This machine lacks what a machine has, and the doctor says so by its exit status.
  const told = await machine.run(named(guide, 'constancia').replace('set -e', 'set +e'));
  t.regex(told.stdout, /authentic, of vanguardia web1/);
  t.is(told.status, 0, told.stderr);
  t.regex(await machine.must(named(guide, 'cotejarla')), /^Good/);
});
