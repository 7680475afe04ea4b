import test from 'ava';
import { type Check, countsOf, outcomeOf, withDeclared } from '../../src/doctor/check.ts';
import { judgeIec } from '../../src/doctor/judge/iec.ts';
import { judgeNode, type NodeFacts } from '../../src/doctor/judge/node.ts';
import { known, unknown } from '../../src/doctor/known.ts';
import { makeTrust, NOW } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { DECLARED, FIT, MACHINE, SETTINGS, unit } from './fit-machine.ts';

/** A fit machine, and machines with one fault each, which must be found: that one and no other. */

const wrongIn = (checks: readonly Check[]) => checks.filter(({ verdict }) => verdict === 'no-cumple').map(({ id }) => id);

test('a fit machine is fit, and only what no program can see is not known', (t) => {
  const checks = judgeNode(FIT, NOW);
  t.deepEqual(wrongIn(checks), []);
  t.deepEqual(
    checks
      .filter(({ verdict }) => verdict === 'no-se-sabe')
      .map(({ id }) => id)
      .sort(),
    Object.keys(DECLARED).sort(),
  );
  t.is(outcomeOf(checks), 'done');
  t.is(new Set(checks.map(({ id }) => id)).size, checks.length);
  const declared = withDeclared(checks, DECLARED);
  t.is(countsOf(declared)['no-se-sabe'], 0);
  t.is(countsOf(declared).declarado, Object.keys(DECLARED).length);
});

const machine = (changes: Partial<NodeFacts['machine']>): Partial<NodeFacts> => ({ machine: { ...MACHINE, ...changes } });
const redundancy = (changes: Partial<NodeFacts['redundancy']>): Partial<NodeFacts> => ({
  redundancy: { ...FIT.redundancy, ...changes },
});
const defence = (changes: Partial<NodeFacts['defence']>): Partial<NodeFacts> => ({ defence: { ...FIT.defence, ...changes } });
const entry = (changes: Partial<NodeFacts['entry']>): Partial<NodeFacts> => ({ entry: { ...FIT.entry, ...changes } });
const site = (changes: Partial<NodeFacts['site']>): Partial<NodeFacts> => ({ site: { ...FIT.site, ...changes } });
const sshd = (changes: Record<string, string>) => entry({ settings: known(new Map(Object.entries({ ...SETTINGS, ...changes }))) });
const answer = (status: number, headers: Record<string, string>, body = '') => known({ status, headers, body });
const room = (freeBytes: number, freeInodes: number | null) => machine({ room: known({ freeBytes, freeInodes }) });
const [inbox] = FIT.paths.slice(1);
const authorized = (key: string | null, isRootsAlone = true) =>
  entry({ authorized: known({ file: '/etc/cotejo/iec_authorized_keys', keys: [{ key, line: '' }], isRootsAlone }) });
const certificate = (changes: object) =>
  site({ certificates: known([{ from: 'a.pem', validFrom: 0, validTo: NOW + 1e12, lacks: [], distrust: null, ...changes }]) });

const traer = (changes: Partial<NodeFacts['traer']>): Partial<NodeFacts> => ({ traer: { ...FIT.traer, ...changes } });
const mirrors = (kinds: readonly (string | null)[], isWell: (kind: string | null) => boolean = (kind) => kind === null) =>
  traer({
    told: {
      ...FIT.traer.told!,
      mirrors: kinds.map((kind, i) => ({ name: `m${i}`, well: isWell(kind), fault: kind === null ? null : { kind } })),
    },
  });

const FAULTS: ReadonlyArray<readonly [what: string, id: string, changes: Partial<NodeFacts>]> = [
  ['another system', 'sistema', machine({ system: { isLinux: false, name: 'FreeBSD' } })],
  ['a disk of 80 GB', 'disco', machine({ disks: known(80e9) })],
  ['4 GB of memory', 'memoria', machine({ memory: known(4e9) })],
  ['one core', 'nucleos', machine({ cores: 1 })],
  ['an old Node', 'node', machine({ node: '18.20.4' })],
  [
    'a clock that nobody sets',
    'reloj',
    machine({ clock: known({ isSynchronised: false, offsetSeconds: null, by: 'timedatectl' }) }),
  ],
  ['a clock that is 3 s off', 'reloj', machine({ clock: known({ isSynchronised: true, offsetSeconds: -3, by: 'chrony' }) })],
  ['a disk that is nearly full', 'espacio', room(59e9, 7_000_000)],
  ['no inodes left', 'inodos', room(120e9, 12)],
  ['a degraded array', 'discos-redundantes', redundancy({ arrays: known([{ name: 'md0', isRedundant: true, isHealthy: false }]) })],
  ['a striped array', 'discos-redundantes', redundancy({ arrays: known([{ name: 'md0', isRedundant: false, isHealthy: true }]) })],
  [
    'a cable that is out',
    'red-redundante',
    redundancy({
      bonds: known([
        {
          name: 'bond0',
          members: [
            { name: 'eno1', isUp: true },
            { name: 'eno2', isUp: false },
          ],
        },
      ]),
    }),
  ],
  ['a UPS on battery', 'ups', redundancy({ ups: known([{ name: 'apc', status: 'OB DISCHRG' }]) })],
  ['a UPS with an old battery', 'ups', redundancy({ ups: known([{ name: 'apc', status: 'OL RB' }]) })],
  ['no firewall', 'cortafuegos', defence({ firewall: known({ by: 'nft', dropsByDefault: false, rules: [] }) })],
  [
    'a firewall that closes another port only',
    'cortafuegos',
    defence({
      firewall: known({ by: 'nft', dropsByDefault: false, rules: ['tcp dport { 80, 443 } drop', 'tcp dport 22 accept'] }),
    }),
  ],
  ['a detector that is off', 'intrusos', defence({ detectors: known([{ name: 'fail2ban', isActive: false, watches: null }]) })],
  ['a detector without eyes', 'intrusos', defence({ detectors: known([{ name: 'fail2ban', isActive: true, watches: [] }]) })],
  ['a drill that was killed', 'simulacro', { leftByDrill: known(['firewall']) }],
  ['two file systems', 'un-solo-sistema', { isOneFileSystem: known(false) }],
  [
    'a key that others read',
    'permisos',
    { paths: [{ ...FIT.paths[0]!, seen: { owner: 'cotejo', group: 'cotejo', mode: 0o644 } }] },
  ],
  ['an inbox of root', 'permisos', { paths: [{ ...inbox!, seen: { owner: 'root', group: 'cotejo', mode: 0o2770 } }] }],
  ['an inbox that does not hand on its group', 'permisos', { paths: [{ ...inbox!, seen: { ...inbox!.seen!, mode: 0o770 } }] }],
  [
    'an expired trust document',
    'confianza',
    { trust: known({ document: { ...makeTrust(), expires_at: '2018-07-01T00:00:00-05:00' } }) },
  ],
  [
    'a trust document that ends too early',
    'confianza',
    { trust: known({ document: { ...makeTrust(), expires_at: '2018-07-03T00:00:00-05:00' } }) },
  ],
  ['an anchor that nobody signed', 'confianza', { trust: known({ refused: 'trust-threshold' }) }],
  ['an account without a jail', 'ssh-encierro', sshd({ chrootdirectory: 'none' })],
  ['an account with a shell', 'ssh-encierro', sshd({ forcecommand: 'none' })],
  ['an account that may set modes', 'ssh-encierro', sshd({ forcecommand: 'internal-sftp -u 0407 -p open,setstat' })],
  ['an account that may read its inbox', 'ssh-encierro', sshd({ forcecommand: 'internal-sftp -p open,read,write' })],
  ['passwords', 'ssh-acceso', sshd({ passwordauthentication: 'yes', authenticationmethods: 'any' })],
  ['forwarding', 'ssh-reenvios', sshd({ disableforwarding: 'no', allowtcpforwarding: 'yes' })],
  ['a tunnel', 'ssh-reenvios', sshd({ permittunnel: 'point-to-point' })],
  ["somebody else's key", 'ssh-llave', authorized(makeKey('otra').publicKey)],
  ['keys that the account may write', 'ssh-llave', authorized(FIT.entry.iecKeys[0]!, false)],
  ['no sshd', 'ssh-contesta', entry({ banner: known({ port: 22, says: '' }) })],
  [
    'a wrong nginx.conf',
    'nginx-sintaxis',
    site({ nginx: { ...FIT.site.nginx!, syntax: known({ isValid: false, says: 'unknown directive' }) } }),
  ],
  [
    'an old snippet',
    'nginx-configuracion',
    site({ nginx: { ...FIT.site.nginx!, dump: known({ snippet: 'changed', phases: ['jornada'] }) } }),
  ],
  [
    'a phase that no server shows',
    'nginx-configuracion',
    site({ nginx: { ...FIT.site.nginx!, dump: known({ snippet: 'same', phases: ['otra'] }) } }),
  ],
  ['a cache that keeps it for an hour', 'sitio', site({ front: answer(200, { 'cache-control': 'max-age=3600' }) })],
  [
    'a notice that caches keep',
    'sitio',
    site({ shown: 'aviso', front: answer(503, { 'cache-control': 'max-age=15', 'retry-after': '60' }, '<html>') }),
  ],
  ['a corte where the notice is due', 'sitio', site({ shown: 'aviso' })],
  [
    'a notice where a corte is shown',
    'sitio',
    site({ front: answer(503, { 'cache-control': 'no-store', 'retry-after': '60' }, '<html>') }),
  ],
  ['a portal that nginx does not know', 'sitio', site({ portals: ['https://www.vanguardia.example', 'https://otro.example'] })],
  ["another site's default page", 'sitio', site({ front: answer(404, {}) })],
  ['no reserved name', 'sitio-cotejo', site({ health: answer(404, {}) })],
  [
    "another node's status",
    'sitio-cotejo',
    site({ status: answer(200, { 'cache-control': 'no-store' }, '{"difusor":"otro","node":"web1"}') }),
  ],
  ['a certificate that ends before the close', 'certificado', certificate({ validTo: NOW + 3600_000 })],
  ['a certificate that has ended', 'certificado', certificate({ validTo: NOW - 1 })],
  ['a certificate of another name', 'certificado', certificate({ lacks: ['prep.example'] })],
  ['a certificate that no browser takes', 'certificado', certificate({ distrust: 'self-signed' })],
  ['a dead daemon', 'demonio', { work: { isAtWork: false, lastSign: '2018-07-01T00:00:00.000Z' } }],
  ['a daemon that does not start at boot', 'demonio', { daemon: unit('cotejo-difusor', { atBoot: 'disabled' }) }],
  ['no guard', 'guardia', { guard: unit('cotejo-difusor-guard', { active: 'inactive' }) }],
  ['traer that is not installed', 'traer', traer({ unit: unit('cotejo-traer', { load: 'not-found' }) })],
  ['traer that stands still', 'traer', traer({ told: { ...FIT.traer.told!, at: '2018-07-01T00:00:00.000Z' } })],
  ['no mirror that answers', 'traer-espejos', mirrors(['unreachable', 'lied'])],
  ['a clock by which the others are ahead', 'traer-espejos', traer({ told: { ...FIT.traer.told!, trouble_code: 'time-future' } })],
  ['a unit that was changed', 'unidades', { units: [unit('cotejo-difusor', { fragment: 'changed' })] }],
  ['a unit that systemd has not read', 'unidades', { units: [unit('cotejo-difusor', { needsReload: true })] }],
];

for (const [what, id, changes] of FAULTS) {
  test(`${what}: ${id} and nothing else`, (t) => {
    const checks = judgeNode({ ...FIT, ...changes }, NOW);
    t.deepEqual(wrongIn(checks), [id]);
    t.truthy(checks.find((check) => check.id === id)?.remedy);
    t.is(outcomeOf(checks), 'refused');
  });
}

test('a machine of which nothing can be seen is neither fit nor unfit', (t) => {
  const none = unknown('no está el programa');
  const checks = judgeNode(FIT, NOW).map((check) => ({ ...check, verdict: 'no-se-sabe' as const }));
  t.is(outcomeOf(checks), 'unknown');
  const seen = judgeNode(
    { ...FIT, trust: none, isOneFileSystem: none, ...machine({ clock: none, disks: none, memory: none }) },
    NOW,
  );
  t.deepEqual(wrongIn(seen), []);
  t.is(seen.find((check) => check.id === 'reloj')?.verdict, 'no-se-sabe');
});

test('what is declared is never told as met, and does not hide what was seen', (t) => {
  const off = judgeNode({ ...FIT, ...defence({ firewall: known({ by: 'nft', dropsByDefault: false, rules: [] }) }) }, NOW);
  const [wall] = withDeclared(off, { cortafuegos: 'FortiGate, delante' }).filter(({ id }) => id === 'cortafuegos');
  t.is(wall?.verdict, 'declarado');
  t.regex(wall?.measured.es ?? '', /FortiGate.*ninguna regla/);
  const [met] = withDeclared(judgeNode(FIT, NOW), { ups: 'otro' }).filter(({ id }) => id === 'ups');
  t.is(met?.verdict, 'cumple');
});

test('what changes a unit by the way that systemd has for it is named', (t) => {
  const units = [unit('cotejo-difusor', { dropIns: ['/etc/systemd/system/cotejo-difusor.service.d/override.conf'] })];
  const [check] = judgeNode({ ...FIT, units }, NOW).filter(({ id }) => id === 'unidades');
  t.is(check?.verdict, 'cumple');
  t.regex(check?.measured.es ?? '', /override\.conf/);
});

test('a rule of the firewall reaches a port by its name, in a set, in a range', (t) => {
  for (const [rule, isMet] of [
    ['tcp dport ssh ip saddr != 192.0.2.10 drop', true],
    ['tcp dport { 22, 80 } limit rate over 10/second reject', true],
    ['tcp dport 20-30 drop', true],
    ['-A INPUT -p tcp -m tcp --dport 22 -j DROP', true],
    ['-A INPUT -p tcp -m multiport --dports 21:23 -j REJECT', true],
    ['counter packets 12 bytes 720 drop', true],
    ['reject with icmpx admin-prohibited', true],
    ['-A INPUT -j REJECT --reject-with icmp-host-prohibited', true],
    ['ct state invalid drop', false],
    ['tcp dport 2222 drop', false],
    ['tcp dport 22 accept', false],
  ] as const) {
    const [check] = judgeNode(
      { ...FIT, ...defence({ firewall: known({ by: 'nft', dropsByDefault: false, rules: [rule] }) }) },
      NOW,
    ).filter(({ id }) => id === 'cortafuegos');
    t.is(check?.verdict, isMet ? 'cumple' : 'no-cumple', rule);
  }
});

test('at the IEC each node has its checks, and a slow direction is that alone', (t) => {
  const rate = (mbits: number, piece = 31 * 1024) => known({ bits: mbits * 1e6, piece });
  const node = { id: 'vanguardia/web1', trouble: null, warnings: [], up: rate(9.4), down: rate(9.4) };
  const facts = {
    machine: MACHINE,
    trust: known({ document: makeTrust() }),
    signingKey: { isUsable: true, says: 'SHA256:a' },
    signer: { next: 11, isInRange: true, last: 36 },
    sshKey: { isUsable: true, says: 'SHA256:b' },
    source: known({ files: 612, fault: null }),
    difusores: 1,
    nodes: [node],
    service: unit('cotejo-iec'),
    leftByDrill: known([]),
    sellos: null,
  };
  const wrong = (changes: object) => wrongIn(judgeIec({ ...facts, ...changes }, NOW));
  t.deepEqual(wrong({}), []);
  t.deepEqual(wrong({ nodes: [node, { ...node, id: 'zocalo/web1', up: rate(4) }] }), ['enlace-subida/zocalo/web1']);
  t.deepEqual(wrong({ nodes: [{ ...node, down: rate(8.9) }] }), ['enlace-bajada/vanguardia/web1']);
  t.deepEqual(
    wrong({ nodes: [{ ...node, trouble: 'no hay conexión', up: unknown('no se llega'), down: unknown('no se llega') }] }),
    ['nodo/vanguardia/web1'],
  );
  t.deepEqual(wrong({ nodes: [{ ...node, down: rate(4, 700) }] }), []);
  t.deepEqual(wrong({ signer: { next: 11, isInRange: false, last: null } }), ['llave-firma']);
  t.deepEqual(wrong({ signer: null }), []);
  t.deepEqual(wrong({ signingKey: { isUsable: false, says: 'otros pueden leerla' } }), ['llave-firma']);
  t.deepEqual(wrong({ source: known({ files: 3, fault: 'la cuenta del servicio no puede leer a.html' }) }), ['fuente']);
  t.deepEqual(wrong({ nodes: [] }), ['difusores']);
  t.deepEqual(wrong({ leftByDrill: known(['unit']) }), ['simulacro']);
  const sellos = { authorities: 2, sealed: 7, silent: [], clocks: [], idle_since: null };
  t.false(judgeIec(facts, NOW).some(({ id }) => id === 'sellos'));
  t.deepEqual(wrong({ sellos: known(sellos) }), []);
  t.deepEqual(wrong({ sellos: known({ ...sellos, idle_since: '2018-07-01T20:00:00-05:00' }) }), ['sellos']);
  const silent = [{ name: 'uno', since: '2018-07-01T20:00:00-05:00', why: 'responde 503' }];
  t.deepEqual(wrong({ sellos: known({ ...sellos, silent }) }), ['sellos']);
  t.deepEqual(wrong({ sellos: known({ ...sellos, clocks: silent }) }), ['sellos']);
});

test('another Difusor that lies is named, and no fault of this machine; traer may be off, or have nobody to ask yet', (t) => {
  const found = (changes: Partial<NodeFacts>, id: string) =>
    judgeNode({ ...FIT, ...changes }, NOW).find((check) => check.id === id);
  const lied = found(mirrors([null, 'lied']), 'traer-espejos');
  t.is(lied?.verdict, 'cumple');
  t.regex(lied?.measured.es ?? '', /1 de 2 .*m1/);
  const before = found(
    mirrors(['unusable', 'withholds'], () => true),
    'traer-espejos',
  );
  t.is(before?.verdict, 'cumple', 'they answer again, and the IEC brings all before anything is fetched');
  t.is(found(traer({ isOn: false, unit: unit('cotejo-traer', { active: 'inactive' }), told: null }), 'traer')?.verdict, 'cumple');
  t.is(found(traer({ isOn: false }), 'traer-espejos'), undefined);
  t.is(found(mirrors([]), 'traer-espejos')?.verdict, 'no-se-sabe');
  t.is(found(traer({ told: null }), 'traer-espejos')?.verdict, 'no-se-sabe');
});
