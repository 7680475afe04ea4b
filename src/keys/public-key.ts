import { existsSync } from 'node:fs';
import { UsageError } from '../config/usage-error.ts';
import { readBounded } from '../disk/bounded-file.ts';
import { type PublicKey, pointOf } from '../format/key.ts';
import { LIMITS } from '../format/limits.ts';
import { isPrivateForm, whyNoKey } from './key-form.ts';

/** `.pub` files, as `ssh-keygen` writes them. */

/**
 * @returns the key that a `.pub` file holds, without its comment
 * @throws UsageError where it holds anything else; Error where it can't be read
 */
export async function readPublicKey(file: string): Promise<PublicKey> {
  // Byte by byte: only its comment, which means nothing here, may be in another encoding.
  const text = (await readBounded(file, LIMITS.documentBytes)).toString('latin1');
  const key = publicKeyIn(text);
  if (key !== null) return key;
  if (isPrivateForm(text)) {
    const half = `${file}.pub`;
    throw new UsageError(
      `${file} is a private key, and its public half is wanted`,
      existsSync(half) ? `name its public half: ${half}` : `write its public half: ssh-keygen -y -f ${file} > ${half}`,
    );
  }
  throw whyNoKey(file, 'an ssh-ed25519 public key', text);
}

/** Why a text of a configuration is no key, without showing it: it may be the private one. */
export function whyNoPublicKey(text: string): string {
  if (isPrivateForm(text)) return 'this is a private key, and here belongs its public half: the line of its .pub file';
  const [type = ''] = text.trim().split(/[ \t]+/);
  if (/^(?:sk-)?(?:ssh|ecdsa)-/.test(type) && type !== 'ssh-ed25519')
    return 'expected a key of type ssh-ed25519, found another one';
  if (type === 'ssh-ed25519') return 'this key is cut or damaged: copy the whole line of its .pub file';
  return 'expected a key as ssh-ed25519 AAAA…, the line of its .pub file';
}

/** @returns the key in the text of a `.pub` file or of a configuration, with or without its comment; null for anything else */
export function publicKeyIn(text: string): PublicKey | null {
  const [line = '', ...rest] = text.trim().split('\n');
  if (rest.length > 0) return null;
  const key = line
    .split(/[ \t]+/)
    .slice(0, 2)
    .join(' ');
  return pointOf(key) === null ? null : key;
}
