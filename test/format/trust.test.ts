import test from 'ava';
import { LIMITS } from '../../src/format/limits.ts';
import { checkTrust, parseTrust, type Trust } from '../../src/format/trust.ts';
import { encode, makeCustodian, makeSigner, makeTrust } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { refuses } from '../kit/refuses.ts';

const good = makeTrust();
const H = 'a'.repeat(64);
const [jornada, firma, presidencia] = [good.phases[1]!, good.signers[1]!, good.custodians[0]!];

test('a trust document is read as it was written', (t) => {
  t.deepEqual(parseTrust(encode(good)), good);
  const second = { ...good, version: 2, previous: H };
  t.deepEqual(parseTrust(encode(second)), second);
});

test('a document may have no signers and no phases yet', (t) => {
  t.notThrows(() => parseTrust(encode({ ...good, signers: [], phases: [] })));
});

const T1: [string, object][] = [
  ['another type', { type: 'cotejo/corte' }],
  ['a later format', { format: 2 }],
  ['version 0', { version: 0 }],
  ['a previous in version 1', { previous: H }],
  ['no previous in version 2', { version: 2 }],
  ['an election that is no name', { election: 'Coahuila' }],
  ['a title with a line end', { title: 'a\nb' }],
  ['no title', { title: null }],
  ['threshold 0', { threshold: 0 }],
  ['a threshold over the custodians', { threshold: 4 }],
  ['a threshold that is no number', { threshold: '2' }],
  ['a threshold of one and a half', { threshold: 1.5 }],
  ['no custodians', { custodians: [] }],
  ['issued when it expires', { issued_at: good.expires_at }],
  ['issued after it expires', { issued_at: '2030-01-01T00:00:00-06:00' }],
  ['a phase that opens as it closes', { phases: [good.phases[0], { ...jornada, opens_at: jornada.closes_at }] }],
  ['a phase that closes before it opens', { phases: [good.phases[0], { ...jornada, closes_at: '2017-01-01T00:00:00-06:00' }] }],
  [
    'hours that are only written in the right order',
    { issued_at: '2018-07-01T20:00:00-06:00', expires_at: '2018-07-01T21:00:00-05:00' },
  ],
  ['a kind of its own', { phases: [good.phases[0], { ...jornada, kind: 'ensayo' }] }],
  ['a period of 0', { phases: [good.phases[0], { ...jornada, period_seconds: 0 }] }],
  ['a missed limit of 0', { phases: [good.phases[0], { ...jornada, missed_limit: 0 }] }],
  ['a grace below 0', { phases: [good.phases[0], { ...jornada, grace_seconds: -1 }] }],
  ['a first of 0', { signers: [{ ...firma, first: 0, last: null }] }],
  ['a last two before the first', { signers: [{ ...firma, first: 5, last: 3 }] }],
  ['a last below 0', { signers: [{ ...firma, first: 1, last: -1 }] }],
  ['no last', { signers: [{ ...firma, last: undefined }] }],
  ['a signer that is no name', { signers: [{ ...firma, name: 'Firma 1' }] }],
  ['a custodian that is a path', { custodians: [{ ...presidencia, name: '../x' }, ...good.custodians.slice(1)] }],
  ['a key with a comment', { custodians: [{ ...presidencia, key: `${presidencia.key} x` }, ...good.custodians.slice(1)] }],
  [
    'a key of low order',
    {
      custodians: [
        { ...presidencia, key: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEA${'A'.repeat(40)}` },
        ...good.custodians.slice(1),
      ],
    },
  ],
  ['an RSA key', { signers: [{ ...firma, key: 'ssh-rsa AAAAB3NzaC1yc2E=' }] }],
  ['custodians that are no list', { custodians: { 0: presidencia, length: 1 } }],
  ['a member more', { comment: 'x' }],
  ['a member more in a signer', { signers: [{ ...firma, comment: 'x' }] }],
];

const T2: [string, Partial<Trust>][] = [
  ['two custodians of one name', { custodians: [...good.custodians, { ...makeCustodian('other'), name: 'auditor' }] }],
  ['two signers of one name', { signers: [...good.signers, { ...makeSigner('other', 'jornada'), name: 'firma-1' }] }],
  ['two phases of one name', { phases: [...good.phases, jornada] }],
  ['a signer of a phase that is not listed', { signers: [...good.signers, makeSigner('firma-9', 'simulacro-9')] }],
  ['one key for two custodians', { custodians: [...good.custodians, { ...presidencia, name: 'other' }] }],
  ['one key for two signers of one phase', { signers: [...good.signers, { ...firma, name: 'firma-2', first: 9 }] }],
  [
    'one key for a simulacro and the real night',
    { signers: [...good.signers, { ...firma, name: 'ensayo-2', phase: 'simulacro-1' }] },
  ],
  ['a custodian who signs cortes', { signers: [...good.signers, { ...firma, name: 'firma-2', key: presidencia.key }] }],
  ['a phase named trust', { phases: [...good.phases, { ...jornada, name: 'trust' }] }],
];

for (const [what, change] of [...T1, ...T2]) {
  test(`malformed: ${what}`, (t) => {
    refuses(t, 'trust-malformed', () => parseTrust(encode({ ...good, ...change })));
  });
}

for (const [what, change] of T2) {
  test(`a draft is held to it before it is written: ${what}`, (t) => {
    refuses(t, 'trust-malformed', () => checkTrust({ ...good, ...change }));
  });
}

test('a signer may have been revoked before its first corte', (t) => {
  t.notThrows(() => parseTrust(encode({ ...good, signers: [{ ...firma, first: 1, last: 0 }] })));
  t.notThrows(() => parseTrust(encode({ ...good, signers: [{ ...firma, first: 5, last: 4 }] })));
});

test('names are unique within each list, not between them', (t) => {
  const signers = [makeSigner('a-key', 'jornada')].map((signer) => ({ ...signer, name: 'presidencia' }));
  t.notThrows(() => parseTrust(encode({ ...good, signers })));
});

test('every threshold from one to all is well formed', (t) => {
  for (const threshold of [1, 2, 3]) t.notThrows(() => parseTrust(encode({ ...good, threshold })));
});

const numbered = (n: number) => Array.from({ length: n }, (_, i) => `n${i}`);
const AT: [string, (n: number) => Trust, number][] = [
  ['versions', (version) => ({ ...good, version, previous: H }), LIMITS.trustDocuments],
  ['custodians', (n) => ({ ...good, custodians: numbered(n).map(makeCustodian) }), LIMITS.custodians],
  ['signers', (n) => ({ ...good, signers: numbered(n).map((name) => makeSigner(name, 'jornada')) }), LIMITS.signers],
  ['phases', (n) => ({ ...good, signers: [], phases: numbered(n).map((name) => ({ ...jornada, name })) }), LIMITS.phases],
];

for (const [what, make, limit] of AT) {
  test(`there may be ${limit} ${what}, one more is too large`, (t) => {
    t.notThrows(() => parseTrust(encode(make(limit))));
    refuses(t, 'too-large', () => parseTrust(encode(make(limit + 1))));
  });
}

test('a document of over 64 KiB is too large', (t) => {
  refuses(t, 'too-large', () => parseTrust(encode({ ...good, title: 'x'.repeat(65_536) })));
});

test('all keys of the kit differ', (t) => {
  t.is(new Set([...numbered(64), 'presidencia'].map((name) => makeKey(name).publicKey)).size, 65);
});
