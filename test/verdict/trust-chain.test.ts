import test, { type ExecutionContext } from 'ava';
import type { Code } from '../../src/format/refusal.ts';
import type { Trust } from '../../src/format/trust.ts';
import { nodeEquation } from '../../src/keys/node-equation.ts';
import {
  isExpired,
  phaseOf,
  type SignedTrust,
  signedBy,
  signerOf,
  startFrom,
  succeed,
  type TrustChain,
} from '../../src/verdict/trust-chain.ts';
import { at, encode, type KitTrust, makeCustodian, makeSigner, makeTrust, NOW, nextTrust, signTrust } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { refuses } from '../kit/refuses.ts';

const one = signTrust(makeTrust());
const two = signTrust(nextTrust(one));
const chain = startFrom(one);

/** A document that follows `one`, with these changes, signed by those custodians. */
const next = (changes: Partial<Trust> = {}, signers?: readonly string[]) => signTrust(nextTrust(one, changes), signers);

function rejects(t: ExecutionContext, code: Code, signed: SignedTrust, from: TrustChain = chain) {
  const before = [...from.held.keys()];
  refuses(t, code, () => succeed(from, signed));
  refuses(t, code, () => succeed(from, signed, nodeEquation));
  t.deepEqual([...from.held.keys()], before);
}

function accepts(t: ExecutionContext, signed: KitTrust, from: TrustChain = chain): TrustChain {
  const longer = succeed(from, signed);
  t.is(longer.newest.sha256, signed.sha256);
  t.is(longer.held.size, from.held.size + 1);
  t.is(longer.anchor, from.anchor);
  return longer;
}

// The anchor

test('an anchor signed by its own threshold is believed, whatever its version', (t) => {
  t.is(chain.newest.sha256, one.sha256);
  const seventh = signTrust({ ...makeTrust(), version: 7, previous: 'a'.repeat(64) });
  const from = startFrom(seventh);
  t.is(from.anchor.document.version, 7);
  accepts(t, signTrust(nextTrust(seventh)), from);
});

test('a draft that too few signed can not be an anchor', (t) => {
  for (const signers of [[], ['presidencia'], ['presidencia', 'firma-1'], ['presidencia', 'a stranger']]) {
    refuses(t, 'trust-threshold', () => startFrom(signTrust(makeTrust(), signers)), signers.join());
  }
});

test('one custodian who signs twice, or under two names, is one custodian', (t) => {
  const alone = signTrust(makeTrust(), ['presidencia']);
  const [signature] = alone.signatures as [Uint8Array];
  refuses(t, 'trust-threshold', () => startFrom({ ...alone, signatures: [signature, signature, signature] }));
  const twoNames = signTrust(makeTrust(), { presidencia: makeKey('presidencia'), cotaprep: makeKey('presidencia') });
  refuses(t, 'trust-threshold', () => startFrom(twoNames));
});

test('the key shows who signed, not the name of a file', (t) => {
  const swapped = signTrust(makeTrust(), { a: makeKey('auditor'), b: makeKey('cotaprep') });
  t.deepEqual(signedBy(swapped.document, swapped), ['cotaprep', 'auditor']);
  t.notThrows(() => startFrom(swapped));
});

test('signatures in another namespace, over other bytes or of other forms do not count, and do no harm', (t) => {
  const asCorte = signTrust(makeTrust(), ['presidencia', 'cotaprep'], 'corte@cotejo');
  refuses(t, 'trust-threshold', () => startFrom(asCorte));
  const overOther = signTrust(makeTrust({ title: 'other' }));
  refuses(t, 'trust-threshold', () => startFrom({ ...one, signatures: overOther.signatures }));
  const junk = [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(5000, 'A'), Buffer.from([0xff])];
  t.notThrows(() =>
    startFrom({ ...one, signatures: [...junk, ...asCorte.signatures, ...overOther.signatures, ...one.signatures] }),
  );
});

test('a malformed anchor is not believed, even if it is well signed', (t) => {
  refuses(t, 'trust-malformed', () => startFrom(signTrust(makeTrust({ threshold: 4 }))));
  refuses(t, 'trust-malformed', () => startFrom(signTrust(Buffer.from(JSON.stringify(makeTrust())))));
  refuses(t, 'too-large', () => startFrom(signTrust(makeTrust({ title: 'x'.repeat(70_000) }))));
});

// T3

test('a document that follows is accepted, and the same bytes again change nothing', (t) => {
  const longer = accepts(t, two);
  t.is(succeed(longer, two), longer);
  t.is(succeed(longer, { bytes: two.bytes, signatures: [] }), longer, 'what is held needs no signatures again');
  t.is(succeed(longer, one), longer);
  t.is(chain.newest.sha256, one.sha256, 'the chain before it is as it was');
});

const T3: [string, Partial<Trust>][] = [
  ['a version that skips one', { version: 3 }],
  ['the hash of another document before it', { previous: 'a'.repeat(64) }],
  ['another election', { election: 'coahuila-diputaciones-2018' }],
  ['an issue before that of the document before it', { issued_at: at(Date.parse(one.document.issued_at) - 1000) }],
];

for (const [what, change] of T3) test(`T3: ${what} is refused`, (t) => rejects(t, 'trust-version', next(change)));

test('T3: the same hour of issue, even written in another zone, is not earlier', (t) => {
  accepts(t, next({ issued_at: one.document.issued_at }));
  accepts(t, next({ issued_at: new Date(one.document.issued_at).toISOString().replace('.000Z', '+00:00') }));
});

test('T3: a document from before the anchor is held if the anchor follows it, and is never the newest', (t) => {
  const from = startFrom(two);
  const longer = succeed(from, one);
  t.is(longer.newest.sha256, two.sha256);
  t.is(longer.held.get(1)?.sha256, one.sha256);
  rejects(t, 'trust-version', signTrust(makeTrust({ title: 'other' })), from);
});

// T4

test('T4: both the custodians before and after must reach their threshold', (t) => {
  const custodians = ['presidencia', 'nueva-1', 'nueva-2'].map(makeCustodian);
  const both = { custodians };
  rejects(t, 'trust-threshold', next(both, ['presidencia', 'cotaprep'])); // 2 before, 1 after
  rejects(t, 'trust-threshold', next(both, ['presidencia', 'nueva-1'])); // 1 before, 2 after
  rejects(t, 'trust-threshold', next(both, ['nueva-1', 'nueva-2'])); // 0 before, 2 after
  rejects(t, 'trust-threshold', next(both, ['cotaprep', 'auditor'])); // 2 before, 0 after
  accepts(t, next(both, ['presidencia', 'cotaprep', 'nueva-1'])); // one counts on both sides
  accepts(t, next(both, ['cotaprep', 'auditor', 'nueva-1', 'nueva-2']));
});

test('T4: a lowered threshold does not lower the one before it', (t) => {
  rejects(t, 'trust-threshold', next({ threshold: 1 }, ['presidencia']));
  accepts(t, next({ threshold: 1 }));
});

test('T4: a raised threshold must itself be reached', (t) => {
  rejects(t, 'trust-threshold', next({ threshold: 3 }));
  accepts(t, next({ threshold: 3 }, ['presidencia', 'cotaprep', 'auditor']));
});

test('T4: custodians that only the new document names can not take the election', (t) => {
  const custodians = ['ladrón', 'cómplice'].map((name, i) => ({ ...makeCustodian(name), name: `x${i}` }));
  rejects(t, 'trust-threshold', next({ custodians, threshold: 1 }, ['ladrón', 'cómplice']));
});

test('T4: a custodian whose key changed does not keep its vote by its name', (t) => {
  const custodians = one.document.custodians.map((c) =>
    c.name === 'cotaprep' ? { ...makeCustodian('nueva'), name: 'cotaprep' } : c,
  );
  rejects(t, 'trust-threshold', next({ custodians }, ['presidencia', 'nueva'])); // before: presidencia alone
  rejects(t, 'trust-threshold', next({ custodians }, ['presidencia', 'cotaprep'])); // after: presidencia alone
  accepts(t, next({ custodians }, ['presidencia', 'cotaprep', 'nueva']));
});

test('T4: signatures of one document do not count for another', (t) => {
  rejects(t, 'trust-threshold', { ...next({ title: 'other' }), signatures: two.signatures });
  rejects(t, 'trust-threshold', { bytes: two.bytes, signatures: one.signatures });
});

test('T4: bad and unknown signatures beside enough good ones do no harm', (t) => {
  const noise = [...signTrust(two.bytes, ['a stranger', 'firma-1']).signatures, ...one.signatures, Buffer.from('junk')];
  t.notThrows(() => succeed(chain, { ...two, signatures: [...noise, ...two.signatures, ...noise] }));
});

test('T4: a signing key of cortes counts for nothing', (t) => {
  rejects(t, 'trust-threshold', next({}, ['firma-1', 'relevo-1', 'ensayo-1', 'presidencia']));
});

// T5

const firma = makeSigner('firma-1', 'jornada');
const others = one.document.signers.filter(({ name }) => name !== 'firma-1');
const T5: [string, Partial<Trust>][] = [
  ['a signer that is gone', { signers: others }],
  ['a signer of another name', { signers: [...others, { ...firma, name: 'firma-2' }] }],
  ['a signer with another key', { signers: [...others, { ...makeSigner('other', 'jornada'), name: 'firma-1' }] }],
  ['a signer of another phase', { signers: [...others, { ...firma, phase: 'simulacro-1' }] }],
  ['a signer with a later first', { signers: [...others, { ...firma, first: 2 }] }],
  ['a phase that is gone', { signers: [], phases: [one.document.phases[0]!] }],
  ['a phase of another kind', { phases: one.document.phases.map((p) => ({ ...p, kind: 'oficial' as const })) }],
  [
    'phases of exchanged kinds',
    { phases: one.document.phases.map((p) => ({ ...p, kind: p.kind === 'oficial' ? 'simulacro' : 'oficial' })) },
  ],
];

for (const [what, change] of T5) test(`T5: ${what} is refused`, (t) => rejects(t, 'trust-rewrites', next(change)));

test('T5: the last corte of a signer may be set and lowered, never raised or removed', (t) => {
  const ended = (from: KitTrust, last: number | null) => signTrust(nextTrust(from, { signers: [...others, { ...firma, last }] }));
  const at36 = ended(one, 36);
  const held = accepts(t, at36);
  rejects(t, 'trust-rewrites', ended(at36, 37), held);
  rejects(t, 'trust-rewrites', ended(at36, null), held);
  accepts(t, ended(at36, 36), held);
  accepts(t, ended(at36, 12), held);
  const at0 = ended(at36, 0);
  const revoked = accepts(t, at0, held);
  rejects(t, 'trust-rewrites', ended(at0, 1), revoked);
});

test('T5: signers and phases may be added, in any order, and hours, periods and titles may change', (t) => {
  const [simulacro, jornada] = one.document.phases as [Trust['phases'][0], Trust['phases'][0]];
  accepts(
    t,
    next({
      title: 'Otro título',
      expires_at: at(NOW + 400 * 24 * 3_600_000),
      signers: [makeSigner('firma-2', 'simulacro-2'), ...[...one.document.signers].reverse()],
      phases: [
        { ...jornada, closes_at: at(NOW + 3_600_000), period_seconds: 300 },
        { ...simulacro, name: 'simulacro-2' },
        simulacro,
      ],
    }),
  );
});

test('T5: a key that was ever a signer can not become a custodian, for its signer stays', (t) => {
  const custodians = [...one.document.custodians, { ...makeCustodian('firma-1'), name: 'nueva' }];
  rejects(t, 'trust-malformed', next({ custodians }));
  rejects(t, 'trust-rewrites', next({ custodians, signers: others }));
});

// T6

test('T6: a document after a bad or missing one is not reached', (t) => {
  const badTwo = signTrust(nextTrust(one), ['presidencia']);
  const three = signTrust(nextTrust(badTwo));
  rejects(t, 'trust-threshold', badTwo);
  rejects(t, 'trust-version', three);
});

test('T6: only the newest document held can be expired, and at the very second of its expiry it is not yet', (t) => {
  const short = signTrust(makeTrust({ expires_at: at(NOW) }));
  const from = startFrom(short);
  t.false(isExpired(from, NOW));
  t.true(isExpired(from, NOW + 1));
  const longer = accepts(t, signTrust(nextTrust(short, { expires_at: at(NOW + 1000) })), from);
  t.false(isExpired(longer, NOW + 1));
});

// T7

test('T7: two acceptable documents of one version are an alarm, and the first is kept', (t) => {
  const longer = accepts(t, two);
  rejects(t, 'trust-fork', next({ title: 'Otro título' }), longer);
  rejects(t, 'trust-fork', next({ title: 'Otro título' }, ['cotaprep', 'auditor']), longer);
  t.is(longer.held.get(2)?.sha256, two.sha256);
});

test('T7: also after newer documents', (t) => {
  const longer = accepts(t, signTrust(nextTrust(two)), accepts(t, two));
  rejects(t, 'trust-fork', next({ title: 'Otro título' }), longer);
});

test('T7: a document that could never have been accepted is no alarm', (t) => {
  const longer = accepts(t, two);
  rejects(t, 'trust-threshold', next({ title: 'Otro título' }, ['presidencia']), longer);
  rejects(t, 'trust-version', next({ previous: 'a'.repeat(64) }), longer);
  rejects(t, 'trust-rewrites', next({ signers: others }), longer);
  rejects(t, 'trust-malformed', next({ threshold: 9 }), longer);
});

test('T7: two anchors that the same custodians signed are an alarm', (t) => {
  rejects(t, 'trust-fork', signTrust(makeTrust({ title: 'Otro título' })));
  rejects(t, 'trust-fork', signTrust(makeTrust({ title: 'Otro título' }), ['cotaprep', 'auditor']));
});

test('T7: a stranger can not raise the alarm over an anchor, nor can another election of the same custodians', (t) => {
  const strangers = makeTrust({ custodians: ['x1', 'x2', 'x3'].map(makeCustodian) });
  rejects(t, 'trust-threshold', signTrust(strangers, ['x1', 'x2', 'x3']));
  rejects(t, 'trust-threshold', signTrust({ ...strangers, threshold: 1 }, ['x1', 'presidencia']));
  rejects(t, 'trust-version', signTrust(makeTrust({ election: 'coahuila-diputaciones-2018' })));
});

test('any byte changed in a document that is signed, or in a signature, leaves the election as it was', (t) => {
  for (let i = 0; i < two.bytes.length; i += 7) {
    const bytes = Buffer.from(two.bytes);
    bytes[i] = (bytes[i] as number) ^ (1 + (i % 255));
    t.throws(() => succeed(chain, { bytes, signatures: two.signatures }, nodeEquation), { name: 'Refusal' });
  }
  const [first, second] = two.signatures as [Buffer, Buffer];
  for (let i = 0; i < second.length; i += 3) {
    const changed = Buffer.from(second);
    changed[i] = (changed[i] as number) ^ (1 + (i % 255));
    refuses(t, 'trust-threshold', () => succeed(chain, { bytes: two.bytes, signatures: [first, changed] }, nodeEquation));
  }
});

test('signers and phases are those of the newest document', (t) => {
  const longer = accepts(t, next({ signers: [...others, { ...firma, last: 3 }] }));
  t.is(signerOf(longer, firma.key)?.last, 3);
  t.is(signerOf(longer, makeKey('presidencia').publicKey), undefined);
  t.is(phaseOf(longer, 'jornada')?.kind, 'oficial');
  t.is(phaseOf(longer, 'trust'), undefined);
});

test('the bytes that are hashed are those that came, not those that would be written', (t) => {
  t.deepEqual(Buffer.from(chain.newest.bytes), encode(one.document));
  t.is(chain.newest.sha256, one.sha256);
});
