import { isStrictlyEncoded, verifyEd25519 } from '../../src/format/ed25519.ts';

/**
 * Runs in a page: what our page does with a signature today (tweetnacl's equation), and what it would do with the
 * browser's own WebCrypto, which is asynchronous and so is called after the same strict checks.
 */

/** All bytes in hexadecimal. */
export interface Spelled {
  readonly name: string;
  readonly message: string;
  readonly signature: string;
  readonly key: string;
}

export interface Verdicts {
  readonly name: string;
  readonly tweetnacl: boolean;
  /** or what was thrown */
  readonly webCrypto: boolean | string;
  /** WebCrypto without the strict checks */
  readonly webCryptoAlone: boolean | string;
}

async function verdictsOf(cases: readonly Spelled[]): Promise<Verdicts[]> {
  const found: Verdicts[] = [];
  for (const { name, ...spelled } of cases) {
    const [message, signature, key] = [bytes(spelled.message), bytes(spelled.signature), bytes(spelled.key)];
    const webCryptoAlone = await webCrypto(message, signature, key).catch(String);
    const tweetnacl = verifyEd25519(message, signature, key);
    found.push({ name, tweetnacl, webCrypto: isStrictlyEncoded(signature, key) && webCryptoAlone, webCryptoAlone });
  }
  return found;
}

async function webCrypto(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, signature, message);
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

Object.assign(globalThis, { verdictsOf });
