/**
 * The group of edwards25519 (RFC 8032, section 5.1) in plain whole numbers, slow and without secrets: the tests of
 * signatures are made and judged with it, so that no library decides what is right. Only p, L and the curve's equation
 * −x² + y² = 1 + dx²y² are constants; the points of low order are computed.
 */

export const P = 2n ** 255n - 19n;
/** The order of the base point, a prime. The whole group has 8·L points. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

/** A point (x, y) in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
export interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

export const IDENTITY: Point = affine(0n, 1n);
/** y = 4/5 and the even one of the two x. */
export const BASE: Point = decode(bytesOf(mod(4n * inverse(5n)))) as Point;
/** The eight points whose order divides 8: the i-th is i times the first one of order 8. */
export const TORSION: readonly Point[] = torsion();

/** The sum of any two points, also of low order: on this curve one formula holds for all (RFC 8032, 5.1.4). */
export function add(p: Point, q: Point): Point {
  const a = mod((p.Y - p.X) * (q.Y - q.X));
  const b = mod((p.Y + p.X) * (q.Y + q.X));
  const c = mod(2n * D * mod(p.T * q.T));
  const d = mod(2n * p.Z * q.Z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { X: mod(e * f), Y: mod(g * h), Z: mod(f * g), T: mod(e * h) };
}

export function negate(p: Point): Point {
  return { X: mod(-p.X), Y: p.Y, Z: p.Z, T: mod(-p.T) };
}

/** @param n not negative, and not reduced: `n` and `n mod L` differ on a point that is not of order L */
export function multiply(n: bigint, p: Point): Point {
  return combine(n, p, 0n, IDENTITY);
}

/** [n]p + [m]q, with one row of doublings for both. */
export function combine(n: bigint, p: Point, m: bigint, q: Point): Point {
  const both = add(p, q);
  let sum = IDENTITY;
  for (let bit = BigInt(Math.max(n.toString(2).length, m.toString(2).length)) - 1n; bit >= 0n; bit--) {
    sum = add(sum, sum);
    const [isP, isQ] = [(n >> bit) & 1n, (m >> bit) & 1n];
    if (isP || isQ) sum = add(sum, isP && isQ ? both : isP ? p : q);
  }
  return sum;
}

export function isEqual(p: Point, q: Point): boolean {
  return mod(p.X * q.Z) === mod(q.X * p.Z) && mod(p.Y * q.Z) === mod(q.Y * p.Z);
}

/** Whether the order of the point divides 8. */
export function isLowOrder(p: Point): boolean {
  return isEqual(multiply(8n, p), IDENTITY);
}

/** The one canonical encoding: y in 255 bits, the lowest first, then the lowest bit of x. */
export function encode(p: Point): Buffer {
  const z = p.Z === 1n ? 1n : inverse(p.Z);
  return bytesOf(mod(p.Y * z) + (mod(p.X * z) & 1n) * 2n ** 255n);
}

/** Every encoding of the point that a lenient reader accepts: also y + p where it fits, and either sign where x is 0. */
export function encodings(p: Point): Buffer[] {
  const canonical = numberOf(encode(p));
  const sign = canonical & (2n ** 255n);
  const y = canonical - sign;
  const signs = mod(p.X) === 0n ? [0n, 2n ** 255n] : [sign];
  return [y, y + P].filter((one) => one < 2n ** 255n).flatMap((one) => signs.map((bit) => bytesOf(one + bit)));
}

/**
 * Reads 32 bytes as leniently as any library does: y is taken mod p, and the sign of x = 0 may be set.
 * @returns null where no point of the curve has that y
 */
export function decode(bytes: Uint8Array): Point | null {
  const number = numberOf(bytes);
  const isOdd = number >= 2n ** 255n;
  const y = mod(number & (2n ** 255n - 1n));
  const x = rootOfRatio(mod(y * y - 1n), mod(D * y * y + 1n));
  if (x === null) return null;
  return affine((x & 1n) === (isOdd ? 1n : 0n) ? x : mod(-x), y);
}

/** 32 bytes, the lowest first. */
export function bytesOf(n: bigint): Buffer {
  return Buffer.from(n.toString(16).padStart(64, '0'), 'hex').reverse();
}

/** The number whose bytes these are, the lowest first. */
export function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).reverse().toString('hex')}`);
}

function affine(x: bigint, y: bigint): Point {
  return { X: x, Y: y, Z: 1n, T: mod(x * y) };
}

/** √(u/v) or null, by one power: p is 5 mod 8, so it is this candidate, or that times √−1, or there is none (RFC 8032, 5.1.3). */
function rootOfRatio(u: bigint, v: bigint): bigint | null {
  const candidate = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
  return [candidate, mod(candidate * ROOT_OF_MINUS_1)].find((root) => mod(v * root * root) === u) ?? null;
}

/** L times a point of the curve is of low order: the first whose order is 8 itself gives them all. */
function torsion(): Point[] {
  for (let y = 2n; ; y++) {
    const point = decode(bytesOf(y));
    if (point === null) continue;
    const first = multiply(L, point);
    if (!isEqual(multiply(4n, first), IDENTITY)) return Array.from({ length: 8 }, (_, i) => multiply(BigInt(i), first));
  }
}

function inverse(n: bigint): bigint {
  return power(n, P - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) result = mod(result * b);
  return result;
}

function mod(n: bigint): bigint {
  const rest = n % P;
  return rest < 0n ? rest + P : rest;
}
