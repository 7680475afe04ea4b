import { createHash } from 'node:crypto';
import { add, BASE, bytesOf, decode, encode, encodings, L, multiply, numberOf, P, TORSION } from '../kit/edwards.ts';
import { challenge, type Fault } from './ed25519-rule.ts';

/**
 * Signatures at the edges of Ed25519, made from the equations, always the same. Someone who knows a and r, the
 * logarithms of A and R, can make a signature whose equation holds although A or R has a part of low order: A = [a]B +
 * [i]T and R = [r]B + [j]T, T of order 8, with S = r + ha. What is left over then is [hi + j]T, and messages are tried
 * until that is zero, or until it is not. So each rule of the format has cases here that break only that rule.
 *
 * Only one rule has no such case: nobody knows the logarithm of the points with y from 2 to 18, the only ones of higher
 * order that have a second encoding. Those encodings are here, but the equation does not hold for them either.
 */

export interface Edge {
  readonly name: string;
  readonly key: Uint8Array;
  /** what was signed; with `frame` given, what it was made of */
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  /** what the format demands */
  readonly verdict: boolean;
  /** All faults that it was made with, in the order of {@link Fault}. Absent where it is only known that there are some. */
  readonly faults?: readonly Fault[];
}

/** Makes the bytes that are signed of a message, as SSHSIG does. */
export type Frame = (message: Uint8Array) => Uint8Array;

/** @param frame absent: the message itself is signed */
export function edges(frame: Frame = (message) => message): Edge[] {
  const maker = makerOf(frame);
  return [
    honest,
    numbersForS,
    pointsOfEveryOrder,
    hNotReduced,
    hOverOtherBytes,
    otherSigns,
    secondEncodings,
    notOnTheCurve,
    turnedBits,
    otherLengths,
    others,
  ].flatMap((kind) => kind(maker));
}

/** A point whose logarithms are known, [log]B + [torsion]T, and one of its encodings. */
interface Known {
  readonly log: bigint;
  /** from 0 to 7 */
  readonly torsion: number;
  readonly bytes: Buffer;
  readonly name: string;
  /** what the format objects to in it, as A and as R */
  readonly faults: (which: 'A' | 'R') => Fault[];
}

interface Made {
  readonly key: Buffer;
  readonly message: Buffer;
  readonly signature: Buffer;
}

interface Maker {
  /** The first of a series of messages whose h, reduced, is as wanted; null where none of 500 is. */
  find(name: string, A: Known, R: Known, wanted: (h: bigint, message: Buffer) => boolean): Made | null;
  /** {@link find} with R and S as an honest signer makes them. */
  sign(name: string, A: Known): Made;
  h(R: Uint8Array, A: Uint8Array, message: Uint8Array): bigint;
}

function makerOf(frame: Frame): Maker {
  const h = (R: Uint8Array, A: Uint8Array, message: Uint8Array) => challenge(R, A, frame(message));
  const find: Maker['find'] = (name, A, R, wanted) => {
    for (let n = 0; n < 500; n++) {
      const message = Buffer.from(`${name}, message ${n}`);
      const reduced = h(R.bytes, A.bytes, message) % L;
      if (!wanted(reduced, message)) continue;
      return { key: A.bytes, message, signature: concat(R.bytes, bytesOf((R.log + reduced * A.log) % L)) };
    }
    return null;
  };
  return { h, find, sign: (name, A) => find(name, A, mixed(`R of ${name}`, 0), () => true) as Made };
}

/** What is left over of the equation, as a multiple of T. */
function leftOver(h: bigint, A: Known, R: Known): number {
  return Number((h * BigInt(A.torsion) + BigInt(R.torsion)) % 8n);
}

/** A point of high order; with `torsion` 0 of order L, as honest ones are, otherwise of a mixed order. */
function mixed(name: string, torsion: number): Known {
  const log = scalar(name);
  const bytes = encode(add(multiply(log, BASE), TORSION[torsion]!));
  return { log, torsion, bytes, name: torsion === 0 ? 'of order L' : `of order L times that of ${torsion}T`, faults: () => [] };
}

const MIXED_A = TORSION.map((_, i) => mixed('A', i));
const MIXED_R = TORSION.map((_, j) => mixed('R', j));
/** The fourteen encodings of the eight points of low order, six of which are not canonical. */
const LOW: readonly Known[] = TORSION.flatMap((point, torsion) =>
  encodings(point).map((bytes, n): Known => {
    const isCanonical = encode(point).equals(bytes);
    const faults = (which: 'A' | 'R'): Fault[] => [
      ...(isCanonical ? [] : [`${which} not canonical` as const]),
      `${which} of low order`,
    ];
    return { log: 0n, torsion, bytes, name: isCanonical ? `${torsion}T` : `${torsion}T, another encoding (${n})`, faults };
  }),
);

function honest(maker: Maker): Edge[] {
  return Array.from({ length: 8 }, (_, n) => good(`an honest signature, ${n}`, maker.sign(`honest ${n}`, mixed(`signer ${n}`, 0))));
}

/** S + L is the same scalar again: without the bound anyone can make further signatures out of one that he has seen. */
function numbersForS(maker: Maker): Edge[] {
  const made = maker.sign('numbers for S', MIXED_A[0]!);
  const s = numberOf(made.signature.subarray(32));
  const withS = (n: bigint) => ({ ...made, signature: concat(made.signature.subarray(0, 32), bytesOf(n)) });
  const found: Edge[] = [good('S as it was made', made)];
  for (let n = s + L, k = 1; n < 2n ** 256n; n += L, k++) found.push(bad(`S + ${k}L`, withS(n), ['S not below L']));
  for (const [name, n] of [
    ['0', 0n],
    ['1', 1n],
    ['L − 1', L - 1n],
    ['L − S', L - s],
  ] as const)
    found.push(bad(`S = ${name}`, withS(n), ['equation']));
  for (const n of [L, L + 1n, L + 2n ** 128n, 2n ** 253n - 1n, 2n ** 253n, 2n ** 254n, 2n ** 255n, 2n ** 256n - 1n])
    found.push(bad(`S = ${n}`, withS(n), ['S not below L', 'equation']));
  return found;
}

/**
 * Every A with every R: the encodings of low order, and points of every mixed order. Where both points are acceptable
 * the equation without cofactor decides, so some of them verify; those with something left over would verify by the
 * equation with cofactor, and must not.
 */
function pointsOfEveryOrder(maker: Maker): Edge[] {
  const found: Edge[] = [];
  for (const A of [...LOW, ...MIXED_A]) {
    for (const R of [...LOW, ...MIXED_R]) {
      const name = `A ${A.name}, R ${R.name}`;
      const faults = [...A.faults('A'), ...R.faults('R')];
      const holding = maker.find(name, A, R, (h) => leftOver(h, A, R) === 0);
      if (holding) found.push(stated(`${name}: the equation holds`, holding, faults));
      if (holding && A.log === 0n && R.log === 0n && R.torsion < 2) {
        const signature = concat(R.bytes, bytesOf(L));
        found.push(bad(`${name}, S = L`, { ...holding, signature }, ['S not below L', ...faults]));
      }
      const leaving = faults.length > 0 ? null : maker.find(name, A, R, (h) => leftOver(h, A, R) !== 0);
      if (leaving) found.push(bad(`${name}: a part of low order is left over`, leaving, ['equation']));
    }
  }
  return found;
}

/** [h]A and [h mod L]A are not the same point where A is of a mixed order. */
function hNotReduced(maker: Maker): Edge[] {
  return MIXED_A.slice(1).flatMap((A, n) => {
    const R = MIXED_R[(n * 3 + 1) % 8]!;
    const whole = (message: Buffer) => leftOver(maker.h(R.bytes, A.bytes, message), A, R);
    const name = `A ${A.name}, R ${R.name}`;
    const only = maker.find(name, A, R, (h, message) => leftOver(h, A, R) === 0 && whole(message) !== 0);
    const never = maker.find(name, A, R, (h, message) => leftOver(h, A, R) !== 0 && whole(message) === 0);
    return [
      ...(only ? [good(`${name}: holds with h reduced alone`, only)] : []),
      ...(never ? [bad(`${name}: holds with h not reduced alone`, never, ['equation'])] : []),
    ];
  });
}

/** A verifier that hashes other bytes than it was given accepts signatures that no one else accepts. */
function hOverOtherBytes(maker: Maker): Edge[] {
  const found: Edge[] = [];
  const signedOver = (name: string, A: Known, R: Known, h: (message: Buffer) => bigint, message: Buffer) => {
    const signature = concat(R.bytes, bytesOf((R.log + (h(message) % L) * A.log) % L));
    found.push(bad(name, { key: A.bytes, message, signature }, [...A.faults('A'), ...R.faults('R'), 'equation']));
  };
  for (const low of LOW.filter(({ torsion, bytes }) => !encode(TORSION[torsion]!).equals(bytes))) {
    const again = encode(TORSION[low.torsion]!);
    // As R: h over R's canonical encoding.
    const A = MIXED_A[1]!;
    const overR = (message: Buffer) => maker.h(again, A.bytes, message);
    const isR = maker.find(`R ${low.name}`, A, low, (_, message) => leftOver(overR(message) % L, A, low) === 0);
    if (isR) signedOver(`h over R encoded again: ${low.name}`, A, low, overR, isR.message);
    // As A: h over A's canonical encoding. It makes a difference only where A is not the identity.
    const R = MIXED_R[2]!;
    const overA = (message: Buffer) => maker.h(R.bytes, again, message);
    const isA = maker.find(`A ${low.name}`, low, R, (h, message) => {
      return leftOver(h, low, R) !== 0 && leftOver(overA(message) % L, low, R) === 0;
    });
    if (isA) signedOver(`h over A encoded again: ${low.name}`, low, R, overA, isA.message);
  }
  const [A, R, message] = [MIXED_A[0]!, MIXED_R[0]!, Buffer.from('h over something else')];
  signedOver('h over A ‖ R', A, R, (m) => maker.h(A.bytes, R.bytes, m), message);
  signedOver('h without A', A, R, (m) => maker.h(R.bytes, new Uint8Array(), m), message);
  signedOver('h over the SHA-512 of the message', A, R, (m) => maker.h(R.bytes, A.bytes, sha512(m)), message);
  signedOver('h is 0', A, R, () => 0n, message);
  return found;
}

/** −A for A and −R for R, hashed as they are given: a verifier that compares y alone, or loses the sign, accepts them. */
function otherSigns(maker: Maker): Edge[] {
  const [A, R] = [MIXED_A[0]!, MIXED_R[0]!];
  const negated = (point: Known): Known => ({ ...point, bytes: turned(point.bytes, 255) });
  const pairs: [string, Known, Known][] = [
    ['−A', negated(A), R],
    ['−R', A, negated(R)],
    ['−A and −R', negated(A), negated(R)],
  ];
  return pairs.map(([name, a, r]) => bad(name, maker.find(name, a, r, () => true) as Made, ['equation']));
}

/** All the 38 strings whose y is not below p, as A and as R. */
function secondEncodings(maker: Maker): Edge[] {
  const made = maker.sign('second encodings', MIXED_A[0]!);
  return Array.from({ length: 19 }, (_, n) => P + BigInt(n))
    .flatMap((y) => [y, y + 2n ** 255n])
    .flatMap((n) => [
      bad(`A = ${n}`, { ...made, key: bytesOf(n) }),
      bad(`R = ${n}`, { ...made, signature: concat(bytesOf(n), made.signature.subarray(32)) }),
    ]);
}

function notOnTheCurve(maker: Maker): Edge[] {
  const made = maker.sign('not on the curve', MIXED_A[0]!);
  const strings = Array.from({ length: 40 }, (_, n) => bytesOf(BigInt(n) + (n % 2 === 0 ? 0n : 2n ** 255n)));
  return strings
    .filter((bytes) => decode(bytes) === null)
    .flatMap((bytes) => [
      bad(`A ${bytes.toString('hex')} is no point`, { ...made, key: bytes }, ['A not on the curve']),
      bad(`R ${bytes.toString('hex')} is no point`, { ...made, signature: concat(bytes, made.signature.subarray(32)) }, [
        'R not on the curve',
      ]),
    ]);
}

/** Every seventh bit, and all those of the last byte of A, R and S, where the sign and the highest bits are. */
function turnedBits(maker: Maker): Edge[] {
  const made = maker.sign('turned bits', MIXED_A[0]!);
  return (['key', 'message', 'signature'] as const).flatMap((part) =>
    Array.from({ length: made[part].length * 8 }, (_, bit) => bit)
      .filter((bit) => bit % 7 === 0 || bit % 256 >= 248)
      .map((bit) => bad(`bit ${bit} of the ${part} turned`, { ...made, [part]: turned(made[part], bit) })),
  );
}

function otherLengths(maker: Maker): Edge[] {
  const made = maker.sign('other lengths', MIXED_A[0]!);
  const cut = (bytes: Buffer, length: number) => concat(bytes, Buffer.alloc(64)).subarray(0, length);
  return [
    ...[0, 1, 31, 33, 64].map((n) => bad(`a key of ${n} bytes`, { ...made, key: cut(made.key, n) }, ['length'])),
    ...[0, 1, 32, 63, 65, 128].map((n) =>
      bad(`a signature of ${n} bytes`, { ...made, signature: cut(made.signature, n) }, ['length']),
    ),
  ];
}

function others(maker: Maker): Edge[] {
  const made = maker.sign('others', MIXED_A[0]!);
  const another = maker.sign('another', mixed('another signer', 0));
  const [R, S] = [made.signature.subarray(0, 32), made.signature.subarray(32)];
  const blank = (byte: number, length: number) => Buffer.alloc(length, byte);
  return [
    bad('the message of another', { ...made, message: another.message }, ['equation']),
    bad('the key of another', { ...made, key: another.key }, ['equation']),
    bad('the signature of another', { ...made, signature: another.signature }, ['equation']),
    bad('no message', { ...made, message: Buffer.alloc(0) }, ['equation']),
    bad('a message with a zero more', { ...made, message: concat(made.message, blank(0, 1)) }, ['equation']),
    bad('S before R', { ...made, signature: concat(S, R) }),
    bad('S from its other end', { ...made, signature: concat(R, Buffer.from(S).reverse()) }),
    bad('A in the place of R', { ...made, signature: concat(made.key, S) }, ['equation']),
    bad('R in the place of A', { ...made, key: R }, ['equation']),
    ...[0, 1, 0x7f, 0x80, 0xff].flatMap((byte) => [
      bad(`a key of bytes ${byte}`, { ...made, key: blank(byte, 32) }),
      bad(`a signature of bytes ${byte}`, { ...made, signature: blank(byte, 64) }),
      bad(`an R of bytes ${byte}`, { ...made, signature: concat(blank(byte, 32), S) }),
      bad(`a key and a signature of bytes ${byte}`, { ...made, key: blank(byte, 32), signature: blank(byte, 64) }),
    ]),
  ];
}

function good(name: string, made: Made): Edge {
  return { name, ...made, verdict: true, faults: [] };
}

/** @param faults absent where they are not known */
function bad(name: string, made: Made, faults?: readonly Fault[]): Edge {
  return { name, ...made, verdict: false, ...(faults && { faults }) };
}

function stated(name: string, made: Made, faults: readonly Fault[]): Edge {
  return faults.length === 0 ? good(name, made) : bad(name, made, faults);
}

/** The same name gives the same scalar. */
function scalar(name: string): bigint {
  return numberOf(sha512(Buffer.from(`an edge of Ed25519: ${name}`))) % L;
}

function sha512(bytes: Uint8Array): Buffer {
  return createHash('sha512').update(bytes).digest();
}

function turned(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

function concat(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts);
}
