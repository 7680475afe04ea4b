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

interface Unmet {
  readonly id: string;
  readonly measured: string;
}

/** What is not met, and what was measured of it. */
async function unmet(): Promise<Unmet[]> {
  const { stdout, stderr } = await machine.run('cotejo difusor doctor --config /etc/cotejo/difusor.toml --json');
  if (stdout === '') throw new Error(stderr);
  const { checks } = JSON.parse(stdout) as { checks: (Unmet & { verdict: string })[] };
  return checks.filter(({ verdict }) => verdict === 'no-cumple').map(({ id, measured }) => ({ id, measured }));
}

const idsOf = (checks: readonly Unmet[]) => checks.map(({ id }) => id);

/** A service that was just started or stopped may be on its way when the doctor looks; which is then what it says. */
const LOOKS = 4;

/** Looks until it is what is expected, a few times. @returns all that was seen, the last look's ids first */
async function seen(expected: readonly string[], but: ReadonlySet<string>) {
  const looks: string[] = [];
  for (let look = 1; ; look++) {
    const found = (await unmet()).filter(({ id }) => !but.has(id));
    looks.push(found.map(({ id, measured }) => `${id}: ${measured}`).join('; '));
    if (look === LOOKS || idsOf(found).join() === expected.join()) return { ids: idsOf(found), told: looks.join('\n') };
  }
}

trial('a node that was set up by the guide meets all that the guide sets up', async (t) => {
  machine = await bootMachine();
  const trust = signTrust(makeTrust({ now: Date.now() }));
  await installSite(machine, trust);
  await deliver(machine, makeCorte({ trust, files: publicationOf(1), takenAt: at(Date.now() - 60_000) }));
  await until(machine, `test -e ${acuse('jornada', 1)}`);
  const { ids, told } = await seen([], NOT_INSTALLED);
  t.deepEqual(ids, [], told);
  lacking = new Set(idsOf(await unmet()));
});

const FAULTS: ReadonlyArray<readonly [what: string, ids: readonly string[], breaks: string, mends: string]> = [
  ['a key that others read', ['permisos'], 'chmod 644 /etc/cotejo/acuse_key', 'chmod 600 /etc/cotejo/acuse_key'],
  ['no guard', ['guardia'], 'systemctl stop cotejo-difusor-guard', 'systemctl start cotejo-difusor-guard; sleep 2'],
  ['nobody who asks other Difusores', ['traer'], 'systemctl stop cotejo-traer', 'systemctl start cotejo-traer; sleep 2'],
  [
    'an inbox that cotejo-traer can not fill',
    ['permisos'],
    'chown root /var/lib/cotejo/traer/inbox',
    'chown cotejo-traer /var/lib/cotejo/traer/inbox',
  ],
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

/** Ends when the daemon has said that it is at work, or after a minute. */
const AT_WORK = `timeout 60 sh -c 'until grep -q "\\"at_work\\":true" /var/lib/cotejo/state/status.json; do sleep 0.2; done'`;

for (const [what, ids, breaks, mends] of FAULTS) {
  trial(`${what}: ${ids.join(', ')} and nothing else`, async (t) => {
    try {
      await machine.must(breaks);
      const found = await seen(ids, lacking);
      t.deepEqual(found.ids, ids, found.told);
    } finally {
      // One fault that is not found must not make the next ones look like it.
      await machine.must(`${mends}; ${AT_WORK}`);
    }
  });
}

trial('mended, it is as it was, and its constancia is verified as the guide tells', async (t) => {
  const { ids, told: looks } = await seen([...lacking], new Set());
  t.deepEqual(ids, [...lacking], looks);
  const guide = await readGuide();
  // This machine lacks what a machine has, and the doctor says so by its exit status.
  const looked = await machine.run(named(guide, 'revision'));
  t.is(looked.status, 1, looked.stderr);
  const told = await machine.run(named(guide, 'constancia').replace('set -e', 'set +e'));
  t.regex(told.stdout, /authentic, of vanguardia web1/);
  t.is(told.status, 0, told.stderr);
  t.regex(await machine.must(named(guide, 'cotejarla')), /^Good/);
});
