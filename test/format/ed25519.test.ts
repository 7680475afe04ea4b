import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Equation, isStrictlyEncoded, isStrictPoint, tweetnaclEquation, verifyEd25519 } from '../../src/format/ed25519.ts';
import { keyOf } from '../../src/format/key.ts';
import { encodeSignature, isSignatureOver, parseSignature, signedBytes } from '../../src/format/sshsig.ts';
import { nodeEquation } from '../../src/keys/node-equation.ts';
import { add, BASE, bytesOf, decode, encodings, IDENTITY, isEqual, L, multiply, P, TORSION } from '../kit/edwards.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { requires, requiresShared } from '../kit/requires.ts';
import { type Edge, edges } from './ed25519-edges.ts';
import { type Fault, faultsOf, isCofactored, isSoundPoint } from './ed25519-rule.ts';
import { publicVectors } from './ed25519-vectors.ts';

const EQUATIONS: [string, Equation][] = [
  ['tweetnacl', tweetnaclEquation],
  ['OpenSSL', nodeEquation],
];

const all = edges();
const withVectors = requiresShared('vectors');

test('the group has its order, and eight points of low order with fourteen encodings', (t) => {
  t.true(isEqual(multiply(L, BASE), IDENTITY));
  t.is(new Set(TORSION.flatMap(encodings).map((bytes) => bytes.toString('hex'))).size, 14);
  for (const [i, point] of TORSION.entries()) {
    t.true(isEqual(multiply(8n, point), IDENTITY));
    t.true(isEqual(add(point, TORSION[1]!), TORSION[(i + 1) % 8]!));
    for (const bytes of encodings(point)) t.true(isEqual(decode(bytes)!, point));
  }
});

test('every edge has exactly the faults that it was made with', (t) => {
  const alone = new Set<Fault>();
  for (const { name, message, signature, key, verdict, faults } of all) {
    const found = faultsOf(message, signature, key);
    if (faults) t.deepEqual(found, faults, name);
    t.is(found.length === 0, verdict, name);
    if (found.length === 1) alone.add(found[0]!);
  }
  const rules = [
    'length',
    'S not below L',
    'A of low order',
    'R of low order',
    'A not on the curve',
    'R not on the curve',
    'equation',
  ];
  t.deepEqual([...alone].sort(), rules.sort() as Fault[], 'every rule is broken alone by some edge');
  t.is(new Set(all.map(({ name }) => name)).size, all.length);
});

test('where a part of low order is left over, the other equation of RFC 8032 would hold', (t) => {
  const left = all.filter(({ name }) => name.endsWith('left over'));
  for (const { name, message, signature, key } of left) t.true(isCofactored(message, signature, key), name);
  // Of 64 pairs only the one without any part of low order leaves nothing over, whatever h is.
  t.is(left.length, 63);
});

for (const [name, equation] of EQUATIONS) {
  test(`with ${name} every edge has the verdict of the rule`, (t) => {
    t.deepEqual(
      wrong(all, ({ message, signature, key }) => verifyEd25519(message, signature, key, equation)),
      [],
    );
  });

  test(`with ${name} an edge that lies within longer bytes verifies as well`, (t) => {
    const within = (bytes: Uint8Array) => Uint8Array.from([1, 2, 3, ...bytes, 4, 5]).subarray(3, 3 + bytes.length);
    for (const { name, message, signature, key } of all.filter(({ verdict }) => verdict))
      t.true(verifyEd25519(within(message), within(signature), within(key), equation), name);
  });

  withVectors(`with ${name} the public vectors have the verdicts of Wycheproof and of libsodium`, (t) => {
    const vectors = publicVectors();
    t.deepEqual(
      wrong(vectors, ({ message, signature, key }) => verifyEd25519(message, signature, key, equation)),
      [],
    );
    t.is(vectors.length, 151 + 914);
  });
}

test('an edge inside a signature file gets the verdict of the rule', (t) => {
  const namespace = 'corte@cotejo';
  const verdict = ({ message, signature, key }: Edge) => {
    try {
      return isSignatureOver(parseSignature(encodeSignature(key, namespace, signature), namespace), message, nodeEquation);
    } catch (error) {
      t.like(error, { code: 'signature-malformed' });
      return false;
    }
  };
  t.deepEqual(
    wrong(
      edges((message) => signedBytes(message, namespace)),
      verdict,
    ),
    [],
  );
});

requires('openssh-client', ['ssh-keygen'])('by hand, with ssh-keygen, every edge verifies that the rule takes', async (t) => {
  const [folder, namespace] = [await makeFolder(t), 'corte@cotejo'] as const;
  const [signers, file] = [join(folder, 'allowed_signers'), join(folder, 'signature')];
  for (const { name, key, message, signature } of edges((message) => signedBytes(message, namespace)).filter((e) => e.verdict)) {
    await writeFile(signers, `firma-1 ${keyOf(key)}\n`);
    await writeFile(file, encodeSignature(key, namespace, signature));
    const args = ['-Y', 'verify', '-f', signers, '-I', 'firma-1', '-n', namespace, '-s', file];
    t.is(spawnSync('ssh-keygen', args, { input: message }).status, 0, name);
  }
});

withVectors('the rule by which the edges are judged agrees with Wycheproof and with libsodium', (t) => {
  t.deepEqual(
    wrong(publicVectors(), ({ message, signature, key }) => faultsOf(message, signature, key).length === 0),
    [],
  );
});

test('the equation alone would accept bad signatures: the checks before it are needed', (t) => {
  // By tweetnacl's equation, which is pinned; OpenSSL's refuses points of low order itself in some versions of Node.
  for (const fault of ['S not below L', 'A not canonical', 'A of low order', 'R of low order'] as const) {
    const breaking = all.filter(({ faults }) => faults?.includes(fault) && !faults.includes('equation'));
    const fooling = breaking.slice(0, 5).filter(({ message, signature, key }) => tweetnaclEquation(message, signature, key));
    t.true(fooling.length > 0, fault);
  }
});

test("the bound of S is exactly L, which a verifying signature alone can't show", (t) => {
  const { signature, point } = signed();
  const withS = (s: bigint) => Buffer.concat([signature.subarray(0, 32), bytesOf(s)]);
  for (const s of [0n, 1n, L - 1n]) t.true(isStrictlyEncoded(withS(s), point));
  for (const s of [L, L + 1n, 2n ** 253n, 2n ** 256n - 1n]) t.false(isStrictlyEncoded(withS(s), point));
});

test('a key of low order, whose one signature fits any message, is not accepted', (t) => {
  const identity = bytesOf(1n);
  const forged = Buffer.concat([identity, Buffer.alloc(32)]);
  for (const message of ['one', 'another'].map((text) => Buffer.from(text))) {
    t.true(tweetnaclEquation(message, forged, identity));
    for (const [, equation] of EQUATIONS) t.false(verifyEd25519(message, forged, identity, equation));
  }
});

test('no change of one bit of the signature or of the key passes', (t) => {
  const { message, signature, point } = signed();
  for (let bit = 0; bit < 512; bit++) {
    t.false(verifyEd25519(message, flip(signature, bit), point, nodeEquation));
    if (bit < 256) t.false(verifyEd25519(message, signature, flip(point, bit), nodeEquation));
    if (bit % 37 === 0) t.false(verifyEd25519(message, flip(signature, bit), point, tweetnaclEquation));
  }
});

test('a point is strict exactly where it is on the curve, canonical, and of no low order', (t) => {
  const small = Array.from({ length: 200 }, (_, y) => BigInt(y)).flatMap((y) => [y, P - y - 1n, P + (y % 19n)]);
  const strings = [
    ...small.flatMap((y) => [bytesOf(y), bytesOf(y + 2n ** 255n)]),
    ...all.flatMap(({ key, signature }) => [key, signature.subarray(0, 32)]),
    ...[31, 33].map((length) => Buffer.alloc(length)),
  ];
  for (const bytes of new Map(strings.map((one) => [Buffer.from(one).toString('hex'), one])).values())
    if (isStrictPoint(bytes) !== isSoundPoint(bytes)) t.fail(Buffer.from(bytes).toString('hex'));
  const onCurve = small.filter((y) => isStrictPoint(bytesOf(y))).length;
  t.true(onCurve > 140 && onCurve < 260, `about half of 400: ${onCurve}`);
  for (let i = 0; i < 20; i++) t.true(isStrictPoint(makeKey(`point ${i}`).point));
});

/** The names of the cases whose verdict is not the right one. */
function wrong<Case extends { name: string; verdict: boolean }>(cases: readonly Case[], verdict: (one: Case) => boolean): string[] {
  return cases.filter((one) => verdict(one) !== one.verdict).map(({ name, verdict: must }) => `${name}: must be ${must}`);
}

function signed(): { message: Uint8Array; signature: Uint8Array; point: Uint8Array } {
  const key = makeKey('vectors');
  const message = Buffer.from('resultados preliminares');
  return { message, signature: key.signRaw(message), point: key.point };
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}
