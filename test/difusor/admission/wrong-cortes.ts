import type { Code } from '../../../src/format/refusal.ts';
import { encodeSignature } from '../../../src/format/sshsig.ts';
import type { Corte, CortePlan } from '../../kit/cortes.ts';
import { at, NOW } from '../../kit/election.ts';
import { makeKey } from '../../kit/keys.ts';

/** What a test has at hand when it makes a wrong corte. */
export interface Scene {
  /** the newest corte that was admitted */
  readonly head: Corte;
  /** The corte that the node waits for, with these faults. */
  readonly next: (wrong: Partial<CortePlan>) => Corte;
}

/** One wrong corte: what is wrong, its code, and how it is made. */
export type WrongCorte = readonly [what: string, code: Code, make: (scene: Scene) => Corte];

const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** A wrong corte: the next one with these changes. */
const wrong =
  (changes: Partial<CortePlan>) =>
  ({ next }: Scene) =>
    next(changes);

const signature = (file: (honest: Buffer) => Buffer) => wrong({ signatureFile: file });
const json = (change: (text: string) => string | Buffer) =>
  wrong({ statementBytes: (honest) => Buffer.from(change(honest.toString())) });
const states = (change: (statement: Record<string, unknown>) => unknown) =>
  wrong({ mutate: (statement) => change({ ...statement }) });

/** R and S are the last 64 bytes of a signature's blob. */
function raw(file: Buffer): Buffer {
  return Buffer.from(file.toString().replace(/-----.*-----/g, ''), 'base64').subarray(-64);
}

function withRaw(change: (rs: Buffer) => Buffer) {
  const { point } = makeKey('firma-1');
  return signature((file) => Buffer.from(encodeSignature(point, 'corte@cotejo', change(Buffer.from(raw(file))))));
}

/** S + L is the same number modulo the order: a second signature that lenient verifiers take. */
function malleated(rs: Buffer): Buffer {
  let s = BigInt(`0x${Buffer.from(rs.subarray(32)).reverse().toString('hex')}`) + L;
  for (let i = 32; i < 64; i++, s >>= 8n) rs[i] = Number(s & 255n);
  return rs;
}

const LOW_ORDER = Buffer.from('01'.padEnd(64, '0'), 'hex');

export const WRONG_SIGNATURES: readonly WrongCorte[] = [
  ['no signature at all', 'signature-malformed', signature(() => Buffer.alloc(0))],
  ['a signature cut short', 'signature-malformed', signature((file) => file.subarray(0, 150))],
  ['a signature with something after it', 'signature-malformed', signature((file) => Buffer.concat([file, Buffer.from('x\n')]))],
  ['a signature of another namespace', 'signature-malformed', wrong({ namespace: 'trust@cotejo' })],
  ['a signature that says SHA-256', 'signature-malformed', signature((file) => rewritten(file, 'sha512', 'sha256'))],
  ['a signature of another key type', 'signature-malformed', signature((file) => rewritten(file, 'ssh-ed25519', 'ssh-ed25518'))],
  ['a PGP signature', 'signature-malformed', signature(() => Buffer.from('-----BEGIN PGP SIGNATURE-----\n'))],
  ['a signature of 4,097 bytes', 'too-large', signature((file) => Buffer.concat([file, Buffer.alloc(4097 - file.length, 10)]))],
  [
    'a signature whose key is of low order',
    'signature-malformed',
    signature((file) => Buffer.from(encodeSignature(LOW_ORDER, 'corte@cotejo', raw(file)))),
  ],
  ['a malleated signature (S + L)', 'signature-invalid', withRaw(malleated)],
  ['a signature whose R is of low order', 'signature-invalid', withRaw((rs) => Buffer.concat([LOW_ORDER, rs.subarray(32)]))],
  ['a signature of zeros', 'signature-invalid', withRaw(() => Buffer.alloc(64))],
  ['the signature of the corte before', 'signature-invalid', ({ next, head }) => withFile(next({}), 'corte.json.sig', head)],
  ['a statement changed after it was signed', 'signature-invalid', ({ next, head }) => withFile(next({}), 'corte.json', head)],
  ["a stranger's signature", 'signer-unknown', wrong({ signer: 'a stranger' })],
  ["a custodian's signature", 'signer-unknown', wrong({ signer: 'presidencia' })],
  ["another phase's signer", 'wrong-phase', wrong({ signer: 'ensayo-1' })],
  ['a signer whose numbers come later', 'signer-out-of-range', wrong({ signer: 'tarde-1' })],
  ['a signer who was ended before', 'signer-out-of-range', wrong({ signer: 'robada-1' })],
];

export const WRONG_STATEMENTS: readonly WrongCorte[] = [
  ['a member twice', 'statement-malformed', json((text) => text.replace('  "final"', '  "final": true,\n  "final"'))],
  ['a member twice, inside', 'statement-malformed', json((text) => text.replace('    "bytes"', '    "bytes": 1,\n    "bytes"'))],
  ['members in another order', 'statement-malformed', states((s) => ({ format: 1, type: s.type, ...s }))],
  ['a member too many', 'statement-malformed', states((s) => ({ ...s, extra: 1 }))],
  ['a member __proto__', 'statement-malformed', json((text) => text.replace('  "type"', '  "__proto__": {},\n  "type"'))],
  [
    'a member too few',
    'statement-malformed',
    states((s) => Object.fromEntries(Object.entries(s).filter(([name]) => name !== 'note'))),
  ],
  ['a number 1.0', 'statement-malformed', json((text) => text.replace('"format": 1,', '"format": 1.0,'))],
  ['a number 1e0', 'statement-malformed', json((text) => text.replace('"format": 1,', '"format": 1e0,'))],
  ['a number -0', 'statement-malformed', json((text) => text.replace(/"files": \d+/, '"files": -0'))],
  ['a number past what is exact', 'statement-malformed', json((text) => text.replace(/"bytes": \d+/, '"bytes": 9007199254740993'))],
  ['a number as text', 'statement-malformed', states((s) => ({ ...s, number: String(s.number) }))],
  ['an escape where none is needed', 'statement-malformed', json((text) => text.replace('cotejo/corte', 'cotejo\\/corte'))],
  ['a letter as \\u0063', 'statement-malformed', json((text) => text.replace('cotejo/corte', '\\u0063otejo/corte'))],
  ['a byte order mark', 'statement-malformed', json((text) => `\ufeff${text}`)],
  ['line ends of Windows', 'statement-malformed', json((text) => text.replaceAll('\n', '\r\n'))],
  ['no line end', 'statement-malformed', json((text) => text.trimEnd())],
  ['a line end too many', 'statement-malformed', json((text) => `${text}\n`)],
  ['everything on one line', 'statement-malformed', json((text) => `${JSON.stringify(JSON.parse(text))}\n`)],
  ['UTF-16', 'statement-malformed', json((text) => Buffer.from(text, 'utf16le'))],
  [
    'bytes that are not UTF-8',
    'statement-malformed',
    json((text) => Buffer.from(text.replace('"note": null', '"note": "ñ"'), 'latin1')),
  ],
  ['a comment', 'statement-malformed', json((text) => `// corte\n${text}`)],
  ['an array', 'statement-malformed', json(() => '[]\n')],
  ['null', 'statement-malformed', json(() => 'null\n')],
  ['nothing', 'statement-malformed', json(() => '')],
  ['arrays within arrays', 'statement-malformed', json(() => '['.repeat(60_000))],
  ['another type', 'statement-malformed', states((s) => ({ ...s, type: 'cotejo/trust' }))],
  ['format 2', 'statement-malformed', states((s) => ({ ...s, format: 2 }))],
  ['a hash in capitals', 'statement-malformed', states((s) => ({ ...s, previous: String(s.previous).toUpperCase() }))],
  ['no previous, past corte 1', 'statement-malformed', states((s) => ({ ...s, previous: null }))],
  ['a time in Z', 'statement-malformed', states((s) => ({ ...s, taken_at: '2018-07-02T00:00:00Z' }))],
  ['a day that does not exist', 'statement-malformed', states((s) => ({ ...s, taken_at: '2018-06-31T00:00:00-05:00' }))],
  ['a note with a control character', 'statement-malformed', wrong({ note: 'mire \u001b[2J' })],
  ['a note of 501 characters', 'statement-malformed', wrong({ note: 'ñ'.repeat(501) })],
  [
    'another number than its folder',
    'statement-malformed',
    ({ next, head }) => next({ mutate: (s) => void (s.number += head.statement.number) }),
  ],
  ['a statement of over 64 KiB', 'too-large', wrong({ note: 'x'.repeat(66_000) })],
  ['a package said to have over 8 GiB', 'too-large', wrong({ mutate: (s) => void (s.package.bytes = 8 * 1024 ** 3 + 1) })],
  ['content said to have over 16 GiB', 'too-large', wrong({ mutate: (s) => void (s.manifest.content_bytes = 16 * 1024 ** 3 + 1) })],
  ['another election', 'wrong-election', states((s) => ({ ...s, election: 'coahuila-gobernador-2023' }))],
  [
    'another phase than its folder',
    'wrong-phase',
    ({ next }) => ({ ...next({ signer: 'ensayo-1', mutate: (s) => void (s.phase = 'simulacro-1') }) }),
  ],
  ['another trust document than the one held', 'trust-mismatch', wrong({ mutate: (s) => void (s.trust.sha256 = 'a'.repeat(64)) })],
];

export const WRONG_PLACES: readonly WrongCorte[] = [
  ['another history', 'fork', wrong({ mutate: (s) => void (s.previous = 'b'.repeat(64)) })],
  ['another corte of a number that is taken', 'fork', ({ next, head }) => again(next, head)],
  ['an hour that was told before', 'time-order', ({ next, head }) => next({ takenAt: head.statement.taken_at })],
  [
    'an hour before the last one',
    'time-order',
    ({ next, head }) => next({ takenAt: at(Date.parse(head.statement.taken_at) - 1000) }),
  ],
  ['an hour that is 301 s ahead', 'time-future', wrong({ takenAt: at(NOW + 301_000) })],
  ['an hour ahead of this clock in another zone', 'time-future', wrong({ takenAt: '2018-07-02T06:30:00+00:00' })],
];

/** Another corte in the place of the head, as a stolen key could sign it. */
function again(next: Scene['next'], head: Corte): Corte {
  return next({
    number: head.statement.number,
    takenAt: head.statement.taken_at,
    mutate: (statement) => void (statement.previous = head.statement.previous),
  });
}

function withFile(corte: Corte, name: 'corte.json' | 'corte.json.sig', other: Corte): Corte {
  return { ...corte, files: { ...corte.files, [name]: other.files[name] } };
}

/** The signature's blob with one word replaced by another of the same length. */
function rewritten(file: Buffer, from: string, to: string): Buffer {
  const blob = Buffer.from(file.toString().replace(/-----.*-----/g, ''), 'base64').toString('latin1');
  const base64 = Buffer.from(blob.replaceAll(from, to), 'latin1').toString('base64');
  return Buffer.from(
    `-----BEGIN SSH SIGNATURE-----\n${(base64.match(/.{1,70}/g) ?? []).join('\n')}\n-----END SSH SIGNATURE-----\n`,
  );
}
