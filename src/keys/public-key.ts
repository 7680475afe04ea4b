import { UsageError } from '../config/usage-error.ts';
import { readBounded } from '../disk/bounded-file.ts';
import { type PublicKey, pointOf } from '../format/key.ts';
import { LIMITS } from '../format/limits.ts';

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
  if (text.includes('PRIVATE KEY')) throw new UsageError(`${file} is a private key`, `name its public half: ${file}.pub`);
  throw new UsageError(`${file} is not an ssh-ed25519 public key`, 'make one with: ssh-keygen -t ed25519 -f NAME');
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
