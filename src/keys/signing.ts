import { verifyEd25519 } from '../format/ed25519.ts';
import { keyOf } from '../format/key.ts';
import { ToldError } from '../format/said.ts';
import { encodeSignature, signedBytes } from '../format/sshsig.ts';
import type { SigningKey } from './signing-key.ts';
import { words } from './words.ts';

/**
 * Makes a signing key of a function that computes R and S. A signature that its own public key does not verify is never
 * given out: an Ed25519 key whose stored halves don't match, or a fault of the hardware, can give signatures from which
 * the secret can be computed.
 * @param point the 32 bytes of the public half
 * @param raw gives the 64 bytes of R and S over bytes
 */
export function signingKey(point: Uint8Array, raw: (bytes: Buffer) => Uint8Array | Promise<Uint8Array>): SigningKey {
  return {
    publicKey: keyOf(point),
    async sign(message, namespace) {
      const bytes = signedBytes(message, namespace);
      const signature = await raw(Buffer.from(bytes));
      if (!verifyEd25519(bytes, signature, point)) throw new ToldError(words.badSignature);
      return encodeSignature(point, namespace, signature);
    },
  };
}
