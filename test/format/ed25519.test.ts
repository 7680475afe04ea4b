import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { type Equation, isStrictPoint, tweetnaclEquation, verifyEd25519 } from '../../src/format/ed25519.ts';
import { nodeEquation } from '../../src/keys/node-equation.ts';
import { makeKey } from '../kit/keys.ts';
import { shared } from '../kit/requires.ts';

const EQUATIONS: [string, Equation][] = [
  ['tweetnacl', tweetnaclEquation],
  ['OpenSSL', nodeEquation],
];

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

// The vectors of Wycheproof and CCTV lie beside the repository, not in it; what follows them here needs nothing.

interface Wycheproof {
  testGroups: { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }[];
}
type Cctv = { number: number; key: string; sig: string; msg: string; strict: boolean }[];

const vectors = shared() === null ? '' : join(shared() as string, 'vectors');
const withVectors = existsSync(vectors) ? test : test.skip;

for (const [name, equation] of EQUATIONS) {
  withVectors(`with ${name} every verdict is that of Wycheproof (needs ../shared/vectors)`, (t) => {
    const { testGroups } = JSON.parse(readFileSync(join(vectors, 'ed25519-wycheproof.json'), 'utf8')) as Wycheproof;
    let seen = 0;
    for (const { publicKey, tests } of testGroups) {
      for (const { tcId, msg, sig, result } of tests) {
        seen++;
        const verdict = verifyEd25519(hex(msg), hex(sig), hex(publicKey.pk), equation);
        if (verdict !== (result === 'valid')) t.fail(`tcId ${tcId} should be ${result}`);
      }
    }
    t.is(seen, 151);
  });

  withVectors(`with ${name} every verdict on the vectors of CCTV is libsodium's (needs ../shared/vectors)`, (t) => {
    const list = JSON.parse(readFileSync(join(vectors, 'ed25519-cctv.json'), 'utf8')) as Cctv;
    for (const { number, key, sig, msg, strict } of list) {
      const verdict = verifyEd25519(Buffer.from(msg), hex(sig), hex(key), equation);
      if (verdict !== strict) t.fail(`vector ${number} should be ${strict}`);
    }
    t.is(list.length, 914);
    t.is(list.filter(({ strict }) => strict).length, 43);
  });

  test(`with ${name} a second signature made by adding L to S is not accepted`, (t) => {
    const { message, signature, point } = signed();
    t.true(verifyEd25519(message, signature, point, equation));
    const s = toBig(signature.subarray(32));
    for (let n = s + L; n < 2n ** 256n; n += L) {
      const malleated = Buffer.concat([signature.subarray(0, 32), toBytes(n)]);
      t.false(verifyEd25519(message, malleated, point, equation));
    }
    if (name === 'tweetnacl') {
      const first = Buffer.concat([signature.subarray(0, 32), toBytes(s + L)]);
      t.true(tweetnaclEquation(message, first, point), 'the equation alone is fooled: the check before it is needed');
    }
  });

  test(`with ${name} a key of low order, whose one signature fits any message, is not accepted`, (t) => {
    const [identity] = LOW_ORDER;
    const forged = Buffer.concat([identity as Buffer, Buffer.alloc(32)]);
    for (const message of ['one', 'another']) {
      t.false(verifyEd25519(Buffer.from(message), forged, identity as Buffer, equation));
      // Of Node's no such thing is said: up to 22 it is fooled too, and from 24 on it looks at the order itself.
      if (name === 'tweetnacl')
        t.true(equation(Buffer.from(message), forged, identity as Buffer), 'the equation alone is fooled: the check is needed');
    }
  });

  test(`with ${name} no low-order or second encoding passes, as A or as R`, (t) => {
    const { message, signature, point } = signed();
    for (const bad of [...LOW_ORDER, ...NOT_CANONICAL]) {
      t.false(verifyEd25519(message, signature, bad, equation));
      t.false(verifyEd25519(message, Buffer.concat([bad, signature.subarray(32)]), point, equation));
      t.false(verifyEd25519(message, Buffer.concat([bad, Buffer.alloc(32)]), bad, equation));
    }
  });

  test(`with ${name} other lengths of key and signature are no signature, and no error`, (t) => {
    const { message, signature, point } = signed();
    for (const n of [0, 1, 31, 33, 64]) t.false(verifyEd25519(message, signature, Buffer.alloc(n, point), equation));
    for (const n of [0, 32, 63, 65, 128]) t.false(verifyEd25519(message, Buffer.alloc(n, signature), point, equation));
  });
}

test('no change of one bit of the signature or of the key passes', (t) => {
  const { message, signature, point } = signed();
  for (let bit = 0; bit < 512; bit++) {
    t.false(verifyEd25519(message, flip(signature, bit), point, nodeEquation));
    if (bit < 256) t.false(verifyEd25519(message, signature, flip(point, bit), nodeEquation));
    if (bit % 37 === 0) t.false(verifyEd25519(message, flip(signature, bit), point, tweetnaclEquation));
  }
});

test('S just below L is still only a number: nothing but the right one passes, and L itself never does', (t) => {
  const { message, signature, point } = signed();
  for (const s of [0n, 1n, L - 1n, L, L + 1n, 2n ** 253n, 2n ** 256n - 1n]) {
    t.false(verifyEd25519(message, Buffer.concat([signature.subarray(0, 32), toBytes(s)]), point));
  }
});

test('a point is strict exactly where RFC 8032 decodes it, canonically, and its order is not low', (t) => {
  for (const bad of [...LOW_ORDER, ...NOT_CANONICAL]) t.false(isStrictPoint(bad));
  let onCurve = 0;
  for (let y = 2n; y < 200n; y++) {
    const square = isOnCurveByRfc8032(y);
    if (square) onCurve++;
    t.is(isStrictPoint(toBytes(y)), square, `y = ${y}`);
    t.is(isStrictPoint(toBytes(y + 2n ** 255n)), square, `y = ${y}, the other x`);
    t.is(isStrictPoint(toBytes(P - y)), square, `y = −${y}`);
  }
  t.true(onCurve > 60 && onCurve < 140, 'about half of them');
  for (let i = 0; i < 20; i++) t.true(isStrictPoint(makeKey(`point ${i}`).point));
  t.false(isStrictPoint(new Uint8Array(31)));
  t.false(isStrictPoint(new Uint8Array(33)));
});

function signed(): { message: Uint8Array; signature: Uint8Array; point: Uint8Array } {
  const key = makeKey('vectors');
  const message = Buffer.from('resultados preliminares');
  return { message, signature: key.signRaw(message), point: key.point };
}

/** RFC 8032, 5.1.3: another way than the product's, by the candidate root. */
function isOnCurveByRfc8032(y: bigint): boolean {
  const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
  const u = mod(y * y - 1n);
  const v = mod(d * y * y + 1n);
  const x = mod(u * v ** 3n * pow(mod(u * v ** 7n), (P - 5n) / 8n));
  const vx2 = mod(v * x * x);
  return vx2 === u || vx2 === mod(-u);
}

const Y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
/** The eight points of low order, and the sign bit set where x is 0. */
const LOW_ORDER = [1n, 0n, P - 1n, Y8, P - Y8].flatMap((y) => [toBytes(y), toBytes(y + 2n ** 255n)]);
/** y from P to 2^255 − 1: each also names a point, y − P, a second time. */
const NOT_CANONICAL = Array.from({ length: 19 }, (_, i) => P + BigInt(i)).flatMap((y) => [toBytes(y), toBytes(y + 2n ** 255n)]);

test('the low-order points of this test are of low order: eight times each is the identity', (t) => {
  // [8]A = O for the key A means that S = 0, R = O verifies for a share of the messages, and only such keys do that.
  // By tweetnacl, whose version is pinned: Node's equation refuses such a key by itself from Node 24 on.
  for (const point of LOW_ORDER.slice(0, 10)) {
    const identity = toBytes(1n);
    const forged = Buffer.concat([identity, Buffer.alloc(32)]);
    const fooled = Array.from({ length: 64 }, (_, i) => i).some((i) => tweetnaclEquation(Buffer.from([i]), forged, point));
    t.true(fooled, point.toString('hex'));
  }
});

function mod(n: bigint): bigint {
  return ((n % P) + P) % P;
}

function pow(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) result = mod(result * b);
  return result;
}

function toBytes(n: bigint): Buffer {
  return Buffer.from(n.toString(16).padStart(64, '0'), 'hex').reverse();
}

function toBig(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

function hex(text: string): Uint8Array {
  return Buffer.from(text, 'hex');
}
