import { createHash } from 'node:crypto';
import { BASE, combine, decode, encode, isEqual, isLowOrder, L, multiply, negate, numberOf } from '../kit/edwards.ts';

/**
 * What the format demands of an Ed25519 signature, straight from the equations and without a library: the lengths are
 * 64 and 32 bytes; S < L; A and R are canonical encodings of points that are not of low order; and
 *
 *     [S]B = R + [h]A,   h = SHA-512(R ‖ A ‖ message) mod L
 *
 * The equation is the one without cofactor. RFC 8032 (5.1.7) lets a verifier take either that one or the one times 8,
 * and does not say whether h is reduced before it multiplies A. These differ only where A or R have a part of low
 * order, so only the holder of the key can make such a signature. The format must say which holds, or two readers of
 * one chain would not agree: it is the equation of tweetnacl, OpenSSL, BoringSSL and the text of WebCrypto, with h
 * reduced.
 */

export type Fault =
  | 'length'
  | 'S not below L'
  | 'A not on the curve'
  | 'A not canonical'
  | 'A of low order'
  | 'R not on the curve'
  | 'R not canonical'
  | 'R of low order'
  | 'equation';

/**
 * @returns all faults of a signature, in the order of {@link Fault}; where there are none the format demands that it
 *   verifies
 */
export function faultsOf(message: Uint8Array, signature: Uint8Array, key: Uint8Array): Fault[] {
  if (signature.length !== 64 || key.length !== 32) return ['length'];
  const [r, s] = [signature.subarray(0, 32), numberOf(signature.subarray(32))];
  const faults: Fault[] = [...(s >= L ? (['S not below L'] as const) : []), ...faultsOfPoint('A', key), ...faultsOfPoint('R', r)];
  const [A, R] = [decode(key), decode(r)];
  if (A && R) {
    if (!isEqual(combine(s, BASE, challenge(r, key, message) % L, negate(A)), R)) faults.push('equation');
  }
  return faults;
}

/** Whether the other equation holds, which the format does not use: the one times 8. */
export function isCofactored(message: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  const [r, s] = [signature.subarray(0, 32), numberOf(signature.subarray(32))];
  const [A, R] = [decode(key), decode(r)];
  if (!A || !R) return false;
  const left = combine(s, BASE, challenge(r, key, message) % L, negate(A));
  return isEqual(multiply(8n, left), multiply(8n, R));
}

/** Whether 32 bytes are a point that the format accepts, as A or as R. */
export function isSoundPoint(bytes: Uint8Array): boolean {
  return bytes.length === 32 && faultsOfPoint('A', bytes).length === 0;
}

/** SHA-512(R ‖ A ‖ message), not reduced. */
export function challenge(r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint {
  return numberOf(createHash('sha512').update(r).update(a).update(message).digest());
}

function faultsOfPoint(which: 'A' | 'R', bytes: Uint8Array): Fault[] {
  const point = decode(bytes);
  if (point === null) return [`${which} not on the curve`];
  const faults: Fault[] = [];
  if (!encode(point).equals(bytes)) faults.push(`${which} not canonical`);
  if (isLowOrder(point)) faults.push(`${which} of low order`);
  return faults;
}
