import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { blobOf, keyOf } from '../../src/format/key.ts';
import { encodeSignature, type Namespace, signedBytes } from '../../src/format/sshsig.ts';
import { concat, string, uint32 } from '../../src/format/wire.ts';
import type { SigningKey } from '../../src/keys/signing-key.ts';

/** A key that a test holds in memory: a custodian's, a signer's, a node's or an attacker's. */
export interface TestKey extends SigningKey {
  /** 32 bytes */
  readonly seed: Uint8Array;
  /** the 32 bytes of the public point */
  readonly point: Uint8Array;
  /** R and S over these very bytes, without any framing */
  signRaw(bytes: Uint8Array): Uint8Array;
  /** {@link SigningKey.sign} without waiting, and in any namespace, wrong ones too */
  signNow(message: Uint8Array, namespace: string): Buffer;
}

const made = new Map<string, TestKey>();

/** @param name the same name gives the same key; without one the key is random */
export function makeKey(name?: string): TestKey {
  const key = (name === undefined ? undefined : made.get(name)) ?? newKey(name);
  if (name !== undefined) made.set(name, key);
  return key;
}

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

function newKey(name: string | undefined): TestKey {
  const seed = name === undefined ? randomBytes(32) : createHash('sha256').update(`a trial's key: ${name}`).digest();
  // OpenSSL makes the same signatures as any Ed25519, a hundred times faster than JavaScript.
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const point = Uint8Array.from(createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32));
  const signRaw = (bytes: Uint8Array) => Uint8Array.from(sign(null, bytes, secret));
  const signNow = (message: Uint8Array, namespace: string) => {
    const space = namespace as Namespace;
    return Buffer.from(encodeSignature(point, space, signRaw(signedBytes(Uint8Array.from(message), space))));
  };
  return {
    publicKey: keyOf(point),
    point,
    seed: Uint8Array.from(seed),
    signRaw,
    signNow,
    sign: (message, namespace) => Promise.resolve(signNow(message, namespace)),
  };
}

/**
 * Writes the key as `ssh-keygen -t ed25519 -N ''` does (openssh-key-v1, not encrypted), mode 0600, and `<path>.pub`
 * beside it, so that ssh-keygen, ssh and sshd can use it.
 * @returns the path
 */
export async function writePrivateKey(key: TestKey, path: string, comment = ''): Promise<string> {
  const check = randomBytes(4);
  const secret = concat([
    check,
    check,
    string('ssh-ed25519'),
    string(key.point),
    string(concat([key.seed, key.point])),
    string(comment),
  ]);
  const padding = Uint8Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1);
  const file = concat([
    Buffer.from('openssh-key-v1\0'),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(blobOf(key.point)),
    string(concat([secret, padding])),
  ]);
  const lines =
    Buffer.from(file)
      .toString('base64')
      .match(/.{1,70}/g) ?? [];
  const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
  await writeFile(path, text, { mode: 0o600 });
  await writeFile(`${path}.pub`, `${`${key.publicKey} ${comment}`.trimEnd()}\n`);
  return path;
}
