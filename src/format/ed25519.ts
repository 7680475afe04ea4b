import nacl from 'tweetnacl';

/**
 * Ed25519, strictly. The libraries that compute the equation do not check all that must be checked, nor the same
 * things: tweetnacl accepts S ≥ L, so that anyone can make a second valid signature out of a first; it and Node up to
 * 22 accept keys and R of low order, so that one signature fits any message. So the encodings are checked here first,
 * as libsodium does, and only then the equation.
 *
 * A caller must not treat a signature's bytes as an identity: several valid ones for one message may exist, because the
 * signer can make any number of them.
 */

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** y of a point of order 8; the other ones of that order have −y. */
const Y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/** y of the eight points whose order divides 8. */
const LOW_ORDER: ReadonlySet<bigint> = new Set([0n, 1n, P - 1n, Y8, P - Y8]);

/**
 * The equation R = [S]B − [h]A, with h = SHA-512(R ‖ A ‖ message) mod L: without cofactor, and with h reduced. RFC 8032
 * leaves both open; whether a signature by a key of mixed order verifies depends on them, but only the key's owner can
 * make such a key.
 */
export type Equation = (message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array) => boolean;

/** The equation in plain JavaScript, for any platform. */
export const tweetnaclEquation: Equation = (message, signature, publicKey) =>
  nacl.sign.detached.verify(message, signature, publicKey);

/**
 * @param signature 64 bytes, R then S
 * @param publicKey 32 bytes
 * @param equation what computes the curve equation; every equation must give the same verdict on every vector
 */
export function verifyEd25519(
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
  equation: Equation = tweetnaclEquation,
): boolean {
  return isStrictlyEncoded(signature, publicKey) && equation(message, signature, publicKey);
}

/**
 * What must hold before the equation is asked: the lengths, S < L, and A and R canonical and not of low order. The
 * equation itself finds whether they are on the curve.
 * @param signature R then S, of any length
 */
export function isStrictlyEncoded(signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  if (littleEndian(signature.subarray(32)) >= L) return false;
  return isStrictEncoding(signature.subarray(0, 32)) && isStrictEncoding(publicKey);
}

/** Whether 32 bytes are the one canonical encoding of a point on the curve that is not of low order. */
export function isStrictPoint(bytes: Uint8Array): boolean {
  return bytes.length === 32 && isStrictEncoding(bytes) && isOnCurve(yOf(bytes));
}

function isStrictEncoding(bytes: Uint8Array): boolean {
  const y = yOf(bytes);
  return y < P && !LOW_ORDER.has(y);
}

/** −x² + y² = 1 + dx²y² has a solution x: (y² − 1)/(dy² + 1) is a square, by Euler's criterion. */
function isOnCurve(y: bigint): boolean {
  const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
  const y2 = (y * y) % P;
  const ratio = ((y2 - 1n + P) * power((D * y2 + 1n) % P, P - 2n)) % P;
  return power(ratio, (P - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
  return result;
}

/** y without the sign bit of x, which stands in the top bit of the last byte. */
function yOf(bytes: Uint8Array): bigint {
  return littleEndian(bytes) & (2n ** 255n - 1n);
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}
