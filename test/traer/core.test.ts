import test from 'ava';
import { Refusal } from '../../src/format/refusal.ts';
import { said } from '../../src/format/said.ts';
import { blameFor, Lied } from '../../src/traer/blame.ts';
import { answered, type Conduct, type FaultKind, faulted, isWell, mayServe, provedGood, UNKNOWN } from '../../src/traer/conduct.ts';
import { outlookOf, type Situation } from '../../src/traer/lacking.ts';
import { mirrorsOf } from '../../src/traer/mirrors.ts';
import { newPass } from '../../src/traer/once.ts';
import { pieceSize, piecesOf } from '../../src/traer/pieces.ts';
import { isPublicAddress, requirePublicHost } from '../../src/traer/public-address.ts';
import { metricsText } from '../../src/traer/telling.ts';

const MiB = 1024 * 1024;

/** Middle of its spread. */
const moment = (elapsed: number) => ({ elapsed, now: elapsed, chance: 0.5 });
const fault = (kind: FaultKind) => ({ kind, code: null, detail: said('why') });

test('a mirror that answers is asked again after its rest; nodes that began together drift apart', (t) => {
  t.is(answered(UNKNOWN, 15_000, moment(1000)).askAt, 16_000);
  t.is(answered(UNKNOWN, 15_000, { ...moment(0), chance: 0 }).askAt, 12_000);
  t.is(answered(UNKNOWN, 15_000, { ...moment(0), chance: 1 }).askAt, 18_000);
});

test('each further fault of a kind doubles the pause, up to a most', (t) => {
  let conduct: Conduct = UNKNOWN;
  const pauses: number[] = [];
  for (let at = 0, i = 0; i < 7; i++) {
    conduct = faulted(conduct, fault('unreachable'), moment(at));
    pauses.push((conduct.askAt - at) / 1000);
    at = conduct.askAt;
  }
  t.deepEqual(pauses, [15, 30, 60, 120, 240, 300, 300]);
  t.is(conduct.fault?.count, 7);
  t.is(answered(conduct, 15_000, moment(conduct.askAt)).fault, null);
});

test('a proof stands: an answer does not make it good, and a broken connection does not hide it', (t) => {
  const lied = faulted(UNKNOWN, fault('lied'), moment(0));
  t.is(lied.askAt, 900_000);
  t.false(mayServe(lied, 899_999));
  t.true(mayServe(lied, 900_000));
  t.is(answered(lied, 1, moment(900_000)).fault?.kind, 'lied');
  const gone = faulted(lied, fault('unreachable'), moment(900_000));
  t.is(gone.fault?.kind, 'lied');
  t.is(provedGood(lied).fault?.kind, 'lied');
  t.is(provedGood(faulted(UNKNOWN, fault('withholds'), moment(0))).fault, null);
});

test('a mirror that answers again after its pause is well, though nothing was fetched from it; a liar never is', (t) => {
  const answering = (kind: FaultKind) => {
    const left = faulted(answered(UNKNOWN, 15_000, moment(0)), fault(kind), moment(0));
    t.false(isWell(left, left.leftUntil), `${kind}: nothing was answered since`);
    return answered(left, 15_000, moment(left.leftUntil));
  };
  for (const kind of ['unusable', 'withholds'] as const) {
    const again = answering(kind);
    t.true(isWell(again, again.leftUntil), kind);
    t.false(isWell(again, again.leftUntil - 1), kind);
    t.is(again.fault?.kind, kind, 'what it was is told all the same');
    t.false(isWell(faulted(again, fault('unreachable'), moment(again.askAt)), 1e12), kind);
  }
  t.false(isWell(answering('lied'), 1e12));
  t.true(isWell(UNKNOWN, 0));
});

test('a refusal is a lie only where it was found to be no accident, and our own clock is nobody’s fault', (t) => {
  const kindOf = (code: ConstructorParameters<typeof Refusal>[0]) => blameFor(new Refusal(code, said('x')))?.kind ?? null;
  t.like(blameFor(new Lied(new Refusal('signature-invalid', said('x')))), { kind: 'lied', code: 'signature-invalid' });
  t.is(kindOf('signature-invalid'), 'unusable');
  t.is(kindOf('package-mismatch'), 'unusable');
  t.is(kindOf('signer-unknown'), 'unusable');
  t.is(kindOf('wrong-election'), 'unusable');
  t.is(kindOf('time-future'), null);
  t.is(kindOf('trust-expired'), null);
  t.is(blameFor(new Error('a failing disk')), null);
});

const situation = (changes: Partial<Situation<string>>): Situation<string> => ({
  phases: [{ name: 'jornada', number: 36 }],
  arriving: new Set(),
  claims: [],
  since: new Map(),
  heldUntil: () => -Infinity,
  elapsed: 100_000,
  ...changes,
});
const has = (mirror: string, number: number, phase = 'jornada') => ({ mirror, has: new Map([[phase, number]]) });
const courtesy = { waitMs: 20_000, uploadMs: 90_000 };

test('the newest corte is the IEC’s to bring for a while; an older one is fetched at once', (t) => {
  const newest = situation({ claims: [has('a', 37)] });
  t.deepEqual(outlookOf(newest, courtesy), { job: null, lacking: new Map([['jornada-000037', 120_000]]), isHeldBack: false });
  const later = situation({ ...newest, since: new Map([['jornada-000037', 80_000]]) });
  t.deepEqual(outlookOf(later, courtesy).job, { phase: 'jornada', number: 37, mirrors: ['a'] });
  const older = situation({ claims: [has('a', 37), has('b', 40), has('c', 36)] });
  t.deepEqual(outlookOf(older, courtesy).job, { phase: 'jornada', number: 37, mirrors: ['a', 'b'] });
});

test('what the IEC is bringing is waited for, and not for ever', (t) => {
  const since = new Map([['jornada-000037', 0]]);
  const arriving = situation({ claims: [has('a', 37)], arriving: new Set(['jornada-000037']), since });
  t.is(outlookOf({ ...arriving, elapsed: 109_999 }, courtesy).job, null);
  t.is(outlookOf({ ...arriving, elapsed: 110_000 }, courtesy).job?.number, 37);
});

test('what is put off holds up no other phase', (t) => {
  const phases = [
    { name: 'simulacro-1', number: 4 },
    { name: 'jornada', number: 36 },
  ];
  const both = [has('a', 6, 'simulacro-1'), has('b', 38)];
  const heldUntil = (delivery: string) => (delivery === 'simulacro-1-000005' ? 400_000 : -Infinity);
  const { job, lacking, isHeldBack } = outlookOf(situation({ phases, claims: both, heldUntil }), courtesy);
  t.deepEqual(job, { phase: 'jornada', number: 37, mirrors: ['b'] });
  t.deepEqual(
    lacking,
    new Map([
      ['simulacro-1-000005', 400_000],
      ['jornada-000037', 100_000],
    ]),
  );
  t.false(isHeldBack);
  t.like(outlookOf(situation({ phases, claims: both.slice(0, 1), heldUntil }), courtesy), { job: null, isHeldBack: true });
  const awaited = outlookOf(situation({ phases, claims: [has('a', 6, 'simulacro-1'), has('b', 37)], heldUntil }), courtesy);
  t.like(awaited, { job: null, isHeldBack: false }, 'the IEC may still bring the other');
});

test('nothing is fetched of a phase that the node has not, nor what it has', (t) => {
  const nothing = { job: null, lacking: new Map(), isHeldBack: false };
  t.deepEqual(outlookOf(situation({ claims: [has('a', 9, 'otra'), has('b', 36), has('c', 2)] }), courtesy), nothing);
});

test('pieces: each is taken once, then the oldest a second time after a while, and the slowest holds up nobody', (t) => {
  const pieces = piecesOf(10 * MiB, 4 * MiB);
  t.deepEqual(pieces.take('a', 0), { index: 0, from: 0, bytes: 4 * MiB });
  t.deepEqual(pieces.take('b', 1), { index: 1, from: 4 * MiB, bytes: 4 * MiB });
  t.deepEqual(pieces.take('c', 2), { index: 2, from: 8 * MiB, bytes: 2 * MiB });
  t.true(pieces.done(2));
  t.is(pieces.take('c', 3), null, 'the others have hardly begun');
  t.is(pieces.take('c', 1999), null);
  t.is(pieces.take('c', 2000)?.index, 0);
  t.is(pieces.take('a', 2001)?.index, 1, 'its own is not taken again');
  t.is(pieces.take('b', 4001), null, 'two are enough');
  t.true(pieces.done(0));
  t.false(pieces.done(0), 'whoever comes second is told');
  pieces.failed(1, 'a');
  t.is(pieces.take('c', 4002)?.index, 1);
  t.true(pieces.done(1) && pieces.isWhole());
});

test('pieces that are there already are not taken, and a size suits the package', (t) => {
  const pieces = piecesOf(3 * MiB, MiB, new Set([0, 2, 9]));
  t.is(pieces.take('a', 0)?.index, 1);
  t.true(pieces.done(1) && pieces.isWhole());
  t.deepEqual([pieceSize(56 * MiB, 3) / MiB, pieceSize(1, 3) / MiB, pieceSize(8192 * MiB, 6) / MiB], [1.75, 0.25, 4]);
});

const key = 'ssh-ed25519 AAAA';
const difusor = (name: string, url: string) => ({ name, title: name, url, logo: null, nodes: [{ name: 'web1', acuse_key: key }] });

test('asked are the configured sites and the other Difusores, each once', (t) => {
  const difusores = [
    difusor('vanguardia', 'https://v.example/'),
    difusor('zocalo', 'https://z.example/prep?x'),
    difusor('siglo', 'https://s.example'),
  ];
  const padron = { type: 'cotejo/padron', format: 1, election: 'x', institute: null, difusores } as const;
  const found = mirrorsOf(['http://192.0.2.12:8080', 'https://s.example/'], { ...padron, difusores }, 'vanguardia');
  t.deepEqual(
    found.map(({ name, base, isConfigured }) => `${name} ${base.href} ${isConfigured}`),
    [
      's.example https://s.example/cotejo/ true',
      '192.0.2.12:8080 http://192.0.2.12:8080/cotejo/ true',
      'zocalo https://z.example/prep/cotejo/ false',
    ],
  );
});

test('a padrón leads to no machine of a private network', (t) => {
  for (const closed of [
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.9',
    '172.31.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])
    t.false(isPublicAddress(closed), closed);
  for (const open of ['8.8.8.8', '2606:4700::1111', '172.32.0.1']) t.true(isPublicAddress(open), open);
  t.throws(() => requirePublicHost(new URL('https://[::1]/')), { message: /private/ });
  for (const name of ['localhost', 'intranet', 'router.local', 'db.INTERNAL.', 'x.home.arpa'])
    t.throws(() => requirePublicHost(new URL(`https://${name}/`)), { message: /private/ }, name);
  t.notThrows(() => requirePublicHost(new URL('https://prep.example/')));
  t.notThrows(() => requirePublicHost(new URL('https://8.8.8.8/')));
});

test('a pass waits for the first answers and for the daemon, and not for ever', (t) => {
  const done = { mark: 'a', isAwaited: false, hasWell: true, isLacking: false, isHeldBack: false, isWaiting: false };
  const at = (elapsed: number, changes: Partial<typeof done> = {}) => ({ ...done, ...changes, elapsed });
  const pass = () => newPass(0, 25_000);
  t.is(pass()(at(1)), 'up-to-date');
  t.is(pass()(at(1, { isAwaited: true, hasWell: false })), null);
  t.is(pass()(at(1, { isWaiting: true })), null);
  t.is(pass()(at(1, { isLacking: true })), null, 'the IEC has its time');
  t.is(pass()(at(1, { isLacking: true, isHeldBack: true })), 'lacking');
  t.is(pass()(at(1, { hasWell: false })), 'lacking');
  const waiting = pass();
  t.is(waiting(at(100_000, { isWaiting: true })), null);
  t.is(waiting(at(305_000, { isWaiting: true })), null, 'from the last that came or was taken');
  t.is(waiting(at(400_000, { isWaiting: true })), 'lacking');
  const busy = pass();
  for (let elapsed = 0; elapsed <= 3_600_000; elapsed += 100_000)
    t.is(busy(at(elapsed, { isLacking: true, mark: `${elapsed}` })), null);
  t.is(busy(at(3_700_000, { isLacking: true, mark: 'more' })), 'lacking');
});

test('the metrics name each mirror', (t) => {
  const mirrors = [
    {
      name: 'z"o',
      address: 'https://z.example/cotejo/',
      shows: null,
      well: false,
      fault: { kind: 'lied', code: null, detail: 'x', at: 'x', count: 1 } as const,
    },
  ];
  const brought = { cortes: 2, trust: 0, bytes: 9, last: null };
  const status = { at: '2018-07-02T06:00:00.000Z', mirrors, fetching: null, brought, trouble: null, trouble_code: null };
  const text = metricsText(status, { unreachable: 0, slow: 0, withholds: 0, unusable: 0, lied: 1 });
  t.regex(text, /^cotejo_traer_mirror_well\{mirror="z\\"o",address="https:\/\/z\.example\/cotejo\/"\} 0$/m);
  t.regex(text, /^cotejo_traer_mirror_lied\{mirror="z\\"o",address="https:\/\/z\.example\/cotejo\/"\} 1$/m);
  t.regex(text, /^cotejo_traer_faults_total\{kind="lied"\} 1$/m);
  t.regex(text, /^cotejo_traer_brought_cortes_total 2$/m);
});
