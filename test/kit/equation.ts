import { createPublicKey, verify } from 'node:crypto';
import type { Equation } from '../../src/format/ed25519.ts';

const DER_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** OpenSSL's Ed25519, as a second opinion on every verdict, and the faster one. */
export const opensslEquation: Equation = (message, signature, publicKey) => {
  const key = createPublicKey({ key: Buffer.concat([DER_HEAD, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
};
