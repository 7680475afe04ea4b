import { randomBytes } from 'node:crypto';
import { existsSync, promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import nacl from 'tweetnacl';
import { UsageError } from '../config/usage-error.ts';
import { asideOf, sweepAsides } from '../disk/aside.ts';
import { syncFolder, writeDurably } from '../disk/durable.ts';
import { blobOf, keyOf, type PublicKey } from '../format/key.ts';
import { encodeBase64, encodeUtf8 } from '../format/text.ts';
import { concat, string, uint32 } from '../format/wire.ts';
import { openKeyFile } from './key-file.ts';
import { readPublicKey } from './public-key.ts';
import { words } from './words.ts';

/** New keys for machines, such as a node's acuse key. People make theirs with `ssh-keygen`, with a passphrase. */

/**
 * Writes a new private key (0600, not encrypted, as `ssh-keygen -t ed25519 -N ''` does) and `<file>.pub` beside it. A
 * crash leaves either no private key or a whole one; the `.pub` comes last and can be had again from the private key.
 * Temporary files of an earlier process that was killed are removed first: one may be a copy of a private key.
 * @param seed 32 random bytes; anyone who knows them has the private key
 * @returns the public half
 * @throws Error `EEXIST` where the private key's file is there: a key is never written over
 */
export async function generateKey(file: string, comment: string, seed: Uint8Array): Promise<PublicKey> {
  const { publicKey: point, secretKey } = nacl.sign.keyPair.fromSeed(Uint8Array.from(seed));
  await sweepAsides([dirname(file)]);
  const aside = asideOf(file);
  const handle = await fs.open(aside, 'wx', 0o600);
  try {
    await handle.writeFile(privateKeyFile(point, secretKey, comment));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // Unlike a rename, a link fails where there is a file already.
    await fs.link(aside, file);
  } finally {
    await fs.unlink(aside);
  }
  await syncFolder(dirname(file));
  const key = keyOf(point);
  await writePublicHalf(file, key, comment);
  return key;
}

/**
 * The public half of the machine's key in a file, which is made if it is not there. Where a crash left a private key
 * without its `.pub`, that is derived from it and written.
 * @returns the public half
 * @throws UsageError for a file that holds no private key, is encrypted or may be read by others; Error where it can't
 *   be read or written
 */
export async function haveKey(file: string, comment: string): Promise<PublicKey> {
  if (!existsSync(file)) return generateKey(file, comment, randomBytes(32));
  await sweepAsides([dirname(file)]);
  if (existsSync(`${file}.pub`)) return readPublicKey(`${file}.pub`);
  const passphrase = () => Promise.reject(new UsageError(words.encryptedForService(file)));
  const { publicKey } = await openKeyFile(file, { passphrase });
  await writePublicHalf(file, publicKey, comment);
  return publicKey;
}

async function writePublicHalf(file: string, key: PublicKey, comment: string): Promise<void> {
  await writeDurably(`${file}.pub`, `${`${key} ${comment}`.trimEnd()}\n`);
}

/** OpenSSH's PROTOCOL.key, with cipher `none`. */
function privateKeyFile(point: Uint8Array, secret: Uint8Array, comment: string): Uint8Array {
  // The two equal numbers show whether a passphrase was right; without a passphrase they mean nothing.
  const check = uint32(0);
  const inner = concat([check, check, string('ssh-ed25519'), string(point), string(secret), string(comment)]);
  const padding = Uint8Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, i) => i + 1);
  const whole = concat([
    encodeUtf8('openssh-key-v1\0'),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(blobOf(point)),
    string(concat([inner, padding])),
  ]);
  const lines = encodeBase64(whole).match(/.{1,70}/g) ?? [];
  return encodeUtf8(`-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`);
}
