import type { Declarations } from '../../src/config/declarations.ts';
import type { MachineFacts } from '../../src/doctor/judge/machine.ts';
import type { NodeFacts } from '../../src/doctor/judge/node.ts';
import type { UnitFacts, UnitState } from '../../src/doctor/judge/services.ts';
import { known } from '../../src/doctor/known.ts';
import { makeTrust, NOW } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';

/** What is measured on a machine where all is well, as a starting point for machines with one fault. */

const IEC_KEY = makeKey('iec').publicKey;

export const MACHINE: MachineFacts = {
  node: '20.19.2',
  system: { isLinux: true, name: 'Debian GNU/Linux 12 (bookworm)' },
  clock: known({ isSynchronised: true, offsetSeconds: 0.0004, by: 'chrony' }),
  disks: known(480e9),
  memory: known(8.3e9),
  cores: 2,
  room: known({ freeBytes: 120e9, freeInodes: 7_000_000 }),
};

const RUNNING: UnitState = {
  load: 'loaded',
  active: 'active',
  atBoot: 'enabled',
  restarts: 0,
  needsReload: false,
  fragment: 'same',
  dropIns: [],
};

export const unit = (name: string, changes: Partial<UnitState> = {}): UnitFacts => ({
  name,
  state: known({ ...RUNNING, ...changes }),
});

export const SETTINGS: Readonly<Record<string, string>> = {
  chrootdirectory: '/var/lib/cotejo/iec',
  forcecommand: 'internal-sftp -f AUTHPRIV -l INFO -u 0407 -p open,close,read,write,mkdir,rmdir,remove,rename',
  authenticationmethods: 'publickey',
  pubkeyauthentication: 'yes',
  passwordauthentication: 'no',
  kbdinteractiveauthentication: 'no',
  hostbasedauthentication: 'no',
  permitemptypasswords: 'no',
  authorizedkeyscommand: 'none',
  authorizedprincipalsfile: 'none',
  trustedusercakeys: 'none',
  disableforwarding: 'yes',
  permittunnel: 'no',
  permittty: 'no',
  permituserrc: 'no',
};

const page = (headers: Record<string, string>, body: string, status = 200) => known({ status, headers, body });
const NO_STORE = { 'cache-control': 'no-store' };
const trust = makeTrust();
const close = Math.max(...trust.phases.map(({ closes_at }) => Date.parse(closes_at)));

export const FIT: NodeFacts = {
  machine: MACHINE,
  redundancy: {
    arrays: known([{ name: 'md0 (raid1)', isRedundant: true, isHealthy: true }]),
    bonds: known([
      {
        name: 'bond0',
        members: [
          { name: 'eno1', isUp: true },
          { name: 'eno2', isUp: true },
        ],
      },
    ]),
    ups: known([{ name: 'apc', status: 'OL CHRG' }]),
  },
  defence: {
    sshPorts: [22],
    firewall: known({ by: 'nft', dropsByDefault: false, rules: ['tcp dport 22 ip saddr != 192.0.2.10 drop'] }),
    detectors: known([{ name: 'fail2ban', isActive: true, watches: ['sshd'] }]),
  },
  isOneFileSystem: known(true),
  leftByDrill: known([]),
  paths: [
    {
      path: '/etc/cotejo/acuse_key',
      seen: { owner: 'cotejo', group: 'cotejo', mode: 0o600 },
      why: null,
      rule: { owner: ['cotejo', 'root'], group: null, never: 0o077, always: 0 },
    },
    {
      path: '/var/lib/cotejo/iec/inbox',
      seen: { owner: 'cotejo-iec', group: 'cotejo', mode: 0o2770 },
      why: null,
      rule: { owner: ['cotejo-iec'], group: 'cotejo', never: 0o007, always: 0o2770 },
    },
  ],
  trust: known({ document: trust }),
  entry: {
    kind: 'sshd',
    settings: known(new Map(Object.entries(SETTINGS))),
    authorized: known({
      file: '/etc/cotejo/iec_authorized_keys',
      keys: [{ key: IEC_KEY, line: `restrict ${IEC_KEY}` }],
      isRootsAlone: true,
    }),
    iecKeys: [IEC_KEY],
    jail: '/var/lib/cotejo/iec',
    banner: known({ port: 22, says: 'SSH-2.0-OpenSSH_9.2p1' }),
  },
  site: {
    nginx: {
      syntax: known({ isValid: true, says: '' }),
      dump: known({ snippet: 'same', phases: ['jornada'] }),
    },
    phases: trust.phases.map(({ name, kind, closes_at }) => ({ name, isOfficial: kind === 'oficial', closes_at })),
    shown: 'corte',
    isGuarded: true,
    difusor: 'vanguardia',
    node: 'web1',
    portals: ['https://www.vanguardia.example'],
    front: page(
      {
        'cache-control': 'public, max-age=15, must-revalidate',
        'x-content-type-options': 'nosniff',
        'cotejo-corte': '37',
        'content-security-policy': "frame-ancestors 'self' https://www.vanguardia.example",
      },
      '<html>',
    ),
    health: page(NO_STORE, 'ok'),
    status: page(NO_STORE, '{"difusor":"vanguardia","node":"web1"}'),
    page: page({}, '<!doctype html><html>'),
    certificates: known([{ from: '/etc/ssl/prep.pem', validFrom: NOW - 1e9, validTo: close + 1e9, lacks: [], distrust: null }]),
  },
  daemon: unit('cotejo-difusor'),
  work: { isAtWork: true, lastSign: '2018-07-02T06:00:00.000Z' },
  guard: unit('cotejo-difusor-guard'),
  traer: {
    isOn: true,
    unit: unit('cotejo-traer'),
    told: {
      at: new Date(NOW - 9000).toISOString(),
      mirrors: [
        { name: 'zocalo', well: true, fault: null },
        { name: 'siglo', well: false, fault: { kind: 'unreachable' } },
      ],
      trouble_code: null,
    },
  },
  units: [unit('cotejo-difusor'), unit('cotejo-difusor-guard')],
};

/** What no program can see. */
export const DECLARED: Declarations = {
  'energia-redundante': 'dos fuentes en dos circuitos',
  'alta-disponibilidad': 'web2, con HAProxy',
  'proteccion-dos': 'la del proveedor',
  enlace: '20 Mbit/s simétricos, contrato 123',
};
