import { existsSync } from 'node:fs';
import { UsageError } from '../config/usage-error.ts';
import { readBounded } from '../disk/bounded-file.ts';
import { type PublicKey, pointOf } from '../format/key.ts';
import { LIMITS } from '../format/limits.ts';
import type { Said } from '../format/said.ts';
import { isPrivateForm, whyNoKey } from './key-form.ts';
import { words } from './words.ts';

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
    throw new UsageError(words.publicWanted(file), existsSync(half) ? words.namePublic(half) : words.writePublic(file, half));
  }
  throw whyNoKey(file, words.publicKey, text);
}

/** Why a text of a configuration is no key, without showing it: it may be the private one. */
export function whyNoPublicKey(text: string): Said {
  if (isPrivateForm(text)) return words.lineIsPrivate;
  const [type = ''] = text.trim().split(/[ \t]+/);
  if (/^(?:sk-)?(?:ssh|ecdsa)-/.test(type) && type !== 'ssh-ed25519') return words.lineOtherType;
  if (type === 'ssh-ed25519') return words.lineDamaged;
  return words.lineWanted;
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
