import { writeDurably } from '../disk/durable.ts';
import { ToldError } from '../format/said.ts';
import { isSignatureOver, parseSignature } from '../format/sshsig.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { words } from './words.ts';

/** One custodian's signature over a document, beside it. */

/**
 * Writes `<file>.<custodian>.sig`, the bytes that `ssh-keygen -Y sign -n trust@cotejo` would give, after checking them
 * as their readers will.
 * @returns the signature's file
 */
export async function signDocument(file: string, custodian: string, bytes: Uint8Array, key: SigningKey): Promise<string> {
  const signature = await key.sign(bytes, 'trust@cotejo');
  const read = parseSignature(signature, 'trust@cotejo');
  if (read.key !== key.publicKey || !isSignatureOver(read, bytes)) throw new ToldError(words.badSignature);
  const path = `${file}.${custodian}.sig`;
  await writeDurably(path, signature);
  return path;
}
