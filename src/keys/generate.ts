import { promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import nacl from 'tweetnacl';
import { asideOf } from '../disk/aside.ts';
import { syncFolder, writeDurably } from '../disk/durable.ts';
import { blobOf, keyOf, type PublicKey } from '../format/key.ts';
import { encodeBase64, encodeUtf8 } from '../format/text.ts';
import { concat, string, uint32 } from '../format/wire.ts';

/** New keys for machines: a node's acuse key, a trial's. People make theirs with `ssh-keygen`, with a passphrase. */

/**
 * Writes a new private key (0600, not encrypted, as `ssh-keygen -t ed25519 -N ''` does) and `<file>.pub` beside it.
 * A crash leaves either no private key or a whole one; the `.pub` comes last and can be had again from the private key.
 * @param seed 32 random bytes; whoever knows them is the key
 * @returns the public half
 * @throws Error `EEXIST` where the private key's file is there: a key is never written over
 */
export async function generateKey(file: string, comment: string, seed: Uint8Array): Promise<PublicKey> {
  const { publicKey: point, secretKey } = nacl.sign.keyPair.fromSeed(Uint8Array.from(seed));
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
  await writeDurably(`${file}.pub`, `${`${key} ${comment}`.trimEnd()}\n`);
  return key;
}

/** OpenSSH's PROTOCOL.key, with cipher `none`. */
function privateKeyFile(point: Uint8Array, secret: Uint8Array, comment: string): Uint8Array {
  // Two equal numbers tell a right passphrase from a wrong one; without a passphrase they tell nothing.
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
