import test from 'ava';
import type { Equation } from '../../src/format/ed25519.ts';
import { hashOf } from '../../src/format/hash.ts';
import { encodeSignature, parseSignature } from '../../src/format/sshsig.ts';
import { nodeEquation } from '../../src/keys/node-equation.ts';
import {
  checkManifest,
  checkMaySign,
  checkPackage,
  checkPlace,
  checkSigned,
  checkTime,
  checkTrustNamed,
  type Head,
} from '../../src/verdict/corte.ts';
import { startFrom, succeed } from '../../src/verdict/trust-chain.ts';
import { type Corte, type CortePlan, makeChain, makeCorte, publicationOf } from '../kit/cortes.ts';
import { at, encode, makeSigner, makeTrust, NOW, nextTrust, signTrust } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { refuses } from '../kit/refuses.ts';

const trust = signTrust(makeTrust());
const held = startFrom(trust);
const cortes = makeChain(3, { trust }) as [Corte, Corte, Corte];
const [first, second, third] = cortes;

const plan = (changes: Partial<CortePlan> = {}): CortePlan => ({ trust, files: publicationOf(2), previous: first, ...changes });
const corte2 = (changes: Partial<CortePlan> = {}) => makeCorte(plan(changes));
const headOf = (corte: Corte): Head => ({ statement: corte.statement, sha256: corte.sha256 });
const PLACE = { phase: 'jornada', number: 2 };

function signed(corte: Corte, place = PLACE, from = held, equation?: Equation) {
  return checkSigned(corte.files['corte.json'], corte.files['corte.json.sig'], from, place, equation);
}

test('an honest chain passes every step', (t) => {
  let head: Head | null = null;
  for (const [i, corte] of cortes.entries()) {
    const { statement, sha256, signer } = signed(corte, { phase: 'jornada', number: i + 1 });
    t.is(signer.name, 'firma-1');
    t.is(sha256, corte.sha256);
    t.deepEqual(statement, corte.statement);
    checkTrustNamed(statement, held, head, NOW);
    t.is(checkPlace(statement, head), 'next');
    checkTime(statement, held, head, NOW);
    t.deepEqual(checkManifest(corte.files.SHA256SUMS, hashOf(corte.files.SHA256SUMS), statement), corte.manifest);
    checkPackage({ bytes: corte.files['corte.tar.gz'].length, sha256: hashOf(corte.files['corte.tar.gz']) }, statement);
    head = { statement, sha256 };
  }
});

// A3

test('A3: a file that is no signature, or one of another namespace, is malformed', (t) => {
  for (const file of ['', 'x', second.files['corte.json'].toString()]) {
    refuses(t, 'signature-malformed', () => signed(corte2({ signatureFile: () => Buffer.from(file) })));
  }
  for (const namespace of ['trust@cotejo', 'acuse@cotejo', 'file', 'corte@cotejo ']) {
    refuses(t, 'signature-malformed', () => signed(corte2({ namespace })));
  }
  refuses(t, 'too-large', () => signed(corte2({ signatureFile: (file) => Buffer.concat([file, Buffer.alloc(4096)]) })));
});

test('A3: the key of a stranger, a custodian or a node is no signer', (t) => {
  for (const signer of ['a stranger', 'presidencia', 'web1']) refuses(t, 'signer-unknown', () => signed(corte2({ signer })));
});

test('A3: a signature of a good key over other bytes is invalid, even if everything else is replayed', (t) => {
  refuses(t, 'signature-invalid', () => signed(corte2({ signatureFile: () => first.files['corte.json.sig'] })));
  const claimed = (file: Buffer) =>
    Buffer.from(encodeSignature(makeKey('firma-1').point, 'corte@cotejo', parseSignature(file, 'corte@cotejo').raw));
  refuses(t, 'signature-invalid', () => signed(corte2({ signer: 'a stranger', signatureFile: claimed })));
});

test('A3: the statement is not looked at before its signature is checked', (t) => {
  const junk = { statementBytes: () => Buffer.from('junk') };
  refuses(t, 'signer-unknown', () => signed(corte2({ ...junk, signer: 'a stranger' })));
  refuses(t, 'signature-invalid', () => signed(corte2({ ...junk, signatureFile: () => first.files['corte.json.sig'] })));
  refuses(t, 'statement-malformed', () => signed(corte2(junk)));
});

test('A3: only the signers of the newest trust document count', (t) => {
  const enters = signTrust(nextTrust(trust, { signers: [...trust.document.signers, makeSigner('firma-2', 'jornada')] }));
  const corte = corte2({ signer: 'firma-2', trust: enters });
  refuses(t, 'signer-unknown', () => signed(corte));
  t.is(signed(corte, PLACE, succeed(held, enters)).signer.name, 'firma-2');
});

test('A3: any change of one byte of corte.json or of its signature is refused', (t) => {
  const { 'corte.json': json, 'corte.json.sig': signature } = second.files;
  t.notThrows(() => signed(second, PLACE, held, nodeEquation));
  for (const [file, other] of [
    [json, signature],
    [signature, json],
  ] as const) {
    for (let i = 0; i < file.length; i++) {
      const changed = Buffer.from(file);
      changed[i] = (changed[i] as number) ^ (1 + ((i * 7) % 255));
      const [a, b] = file === json ? [changed, other] : [other, changed];
      t.throws(() => checkSigned(a, b, held, PLACE, nodeEquation), { name: 'Refusal' });
    }
  }
});

// A4

test('A4: a statement in another spelling than the valid one is malformed, even if it is well signed', (t) => {
  const spellings: ((honest: Buffer) => Buffer | string)[] = [
    (honest) => JSON.stringify(JSON.parse(honest.toString())),
    (honest) => `${honest.toString()}\n`,
    (honest) => `\ufeff${honest.toString()}`,
    (honest) => honest.toString().replace('"number": 2', '"number": 2.0'),
    (honest) => honest.toString().replace('"number": 2', '"number": 3,\n  "number": 2'),
    (honest) => honest.toString().replace('jornada', '\\u006aornada'),
  ];
  for (const spell of spellings) {
    refuses(t, 'statement-malformed', () => signed(corte2({ statementBytes: (honest) => Buffer.from(spell(honest)) })));
  }
  refuses(t, 'too-large', () => signed(corte2({ note: 'x'.repeat(70_000) })));
});

test('A4: a trust document is no statement, even if a signer signed it as one', (t) => {
  refuses(t, 'statement-malformed', () => signed(corte2({ statementBytes: () => Buffer.from(trust.bytes) })));
});

test('A4: another election is refused', (t) => {
  const mutate = (s: Corte['statement']) => ({ ...s, election: 'coahuila-diputaciones-2018' });
  refuses(t, 'wrong-election', () => signed(corte2({ mutate })));
});

test("A4: a simulacro key can't sign an official corte, nor the other way round", (t) => {
  refuses(t, 'wrong-phase', () => signed(corte2({ signer: 'ensayo-1' })));
  const simulacro = makeCorte(plan({ phase: 'simulacro-1', signer: 'firma-1', number: 2 }));
  refuses(t, 'wrong-phase', () => signed(simulacro, { phase: 'simulacro-1', number: 2 }));
});

test('A4: an unknown phase is refused', (t) => {
  refuses(t, 'wrong-phase', () => signed(corte2({ phase: 'jornada-2' }), { phase: 'jornada-2', number: 2 }));
});

test('A4: the phase and the number must be those of the folder', (t) => {
  refuses(t, 'wrong-phase', () => signed(second, { phase: 'simulacro-1', number: 2 }));
  refuses(t, 'statement-malformed', () => signed(second, { phase: 'jornada', number: 3 }));
  refuses(t, 'statement-malformed', () => signed(second, { phase: 'jornada', number: 1 }));
});

test('A4: a signer may sign from its first to its last corte, both included, and a revoked signer none', (t) => {
  const ranged = (start: number, last: number | null) => {
    const bounded = signTrust(makeTrust({ signers: [makeSigner('firma-1', 'jornada', start, last)] }));
    return () => signed(makeCorte(plan({ trust: bounded })), PLACE, startFrom(bounded));
  };
  for (const [start, last] of [
    [1, null],
    [2, null],
    [2, 2],
    [1, 2],
    [1, 3],
  ] as const)
    t.notThrows(ranged(start, last));
  for (const [start, last] of [
    [1, 1],
    [3, null],
    [3, 9],
    [1, 0],
    [3, 2],
  ] as const) {
    refuses(t, 'signer-out-of-range', ranged(start, last), `${start} to ${last}`);
  }
});

test('A4: a packer makes the same check before it signs', (t) => {
  const signer = makeSigner('firma-1', 'jornada', 1, 1);
  t.notThrows(() => checkMaySign(first.statement, signer, held));
  refuses(t, 'signer-out-of-range', () => checkMaySign(second.statement, signer, held));
  refuses(t, 'wrong-phase', () => checkMaySign(first.statement, makeSigner('ensayo-1', 'simulacro-1'), held));
  refuses(t, 'wrong-election', () => checkMaySign({ ...first.statement, election: 'other' }, signer, held));
});

// A5

test('A5: with an expired trust no new corte comes in, but history can still be read', (t) => {
  const end = Date.parse(trust.document.expires_at);
  t.notThrows(() => checkTrustNamed(second.statement, held, headOf(first), end));
  refuses(t, 'trust-expired', () => checkTrustNamed(second.statement, held, headOf(first), end + 1));
  t.notThrows(() => checkTrustNamed(second.statement, held, headOf(first), null));
});

test('A5: a trust document that has yet to come defers the corte', (t) => {
  const two = signTrust(nextTrust(trust));
  const { statement } = corte2({ trust: two });
  refuses(t, 'trust-missing', () => checkTrustNamed(statement, held, headOf(first), NOW));
  t.notThrows(() => checkTrustNamed(statement, succeed(held, two), headOf(first), NOW));
});

test('A5: a trust document of that version with another hash, or one from before the anchor, is a mismatch', (t) => {
  const other = signTrust(makeTrust({ title: 'Otro título' }));
  refuses(t, 'trust-mismatch', () => checkTrustNamed(corte2({ trust: other }).statement, held, headOf(first), NOW));
  const two = signTrust(nextTrust(trust));
  refuses(t, 'trust-mismatch', () => checkTrustNamed(second.statement, startFrom(two), null, NOW));
});

test('A5: trust never goes back from one corte to the next', (t) => {
  const two = signTrust(nextTrust(trust));
  const both = succeed(held, two);
  const head = headOf(corte2({ trust: two }));
  const back = makeCorte({ trust, files: publicationOf(3), previous: corte2({ trust: two }) });
  refuses(t, 'trust-mismatch', () => checkTrustNamed(back.statement, both, head, NOW));
  t.notThrows(() => checkTrustNamed(second.statement, both, headOf(first), NOW), 'it may stay behind the newest');
});

// A6

test('A6: a number already taken is past, for the caller to compare; one too far on is a gap', (t) => {
  t.is(checkPlace(first.statement, headOf(third)), 'past');
  t.is(checkPlace(third.statement, headOf(third)), 'past');
  refuses(t, 'gap', () => checkPlace(third.statement, headOf(first)));
  refuses(t, 'gap', () => checkPlace(second.statement, null));
});

test('A6: a corte that follows another one than the head is a fork', (t) => {
  const otherFirst = makeCorte({ trust, files: { 'index.html': 'other' } });
  const other = makeCorte({ trust, files: publicationOf(2), previous: otherFirst });
  refuses(t, 'fork', () => checkPlace(other.statement, headOf(first)));
  refuses(t, 'fork', () => checkPlace(corte2({ mutate: (s) => ({ ...s, previous: 'a'.repeat(64) }) }).statement, headOf(first)));
});

test('A6: after the final corte none is admitted, and the numbers before it are still past', (t) => {
  const last = corte2({ final: true });
  const after = makeCorte({ trust, files: publicationOf(3), previous: last });
  refuses(t, 'after-final', () => checkPlace(after.statement, headOf(last)));
  refuses(t, 'after-final', () => checkPlace({ ...after.statement, number: 9 }, headOf(last)));
  t.is(checkPlace(last.statement, headOf(last)), 'past');
});

// A7

test('A7: a corte must be taken later than the one before it, compared as instants and not as written', (t) => {
  const before = headOf(first);
  const taken = (takenAt: string) => () => checkTime(corte2({ takenAt }).statement, held, before, NOW);
  const hour = first.statement.taken_at;
  refuses(t, 'time-order', taken(hour));
  refuses(t, 'time-order', taken(at(Date.parse(hour) - 1000)));
  refuses(t, 'time-order', taken(new Date(hour).toISOString().replace('.000Z', '+00:00')));
  t.notThrows(taken(at(Date.parse(hour) + 1000)));
});

test('A7: it may be 300 seconds ahead of the clock, and no more', (t) => {
  const { statement } = corte2({ takenAt: at(NOW + 300_000) });
  t.notThrows(() => checkTime(statement, held, headOf(first), NOW));
  refuses(t, 'time-future', () => checkTime(statement, held, headOf(first), NOW - 1));
  t.notThrows(() => checkTime(statement, held, headOf(first), null), 'history has no future');
});

test('A7: it must be taken before the phase closes, or at that very second', (t) => {
  const closes = Date.parse(trust.document.phases[1]!.closes_at);
  const check = (instant: number) => checkTime(corte2({ takenAt: at(instant) }).statement, held, headOf(first), closes);
  t.notThrows(() => check(closes));
  refuses(t, 'phase-closed', () => check(closes + 1000));
});

test('A7: the hours of a phase are those of the newest trust document', (t) => {
  const phases = trust.document.phases.map((phase) => ({ ...phase, closes_at: at(Date.parse(second.statement.taken_at) - 1000) }));
  const shortened = succeed(held, signTrust(nextTrust(trust, { phases })));
  refuses(t, 'phase-closed', () => checkTime(second.statement, shortened, headOf(first), NOW));
});

test('the statements of the kit are spelled as the format spells them', (t) => {
  t.deepEqual(encode(second.statement), second.files['corte.json']);
});
