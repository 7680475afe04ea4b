import { readSignatures } from '../chain/trust-folder.ts';
import { UsageError } from '../config/usage-error.ts';
import { writeDurably } from '../disk/durable.ts';
import { ToldError } from '../format/said.ts';
import { isSignatureOver, parseSignature } from '../format/sshsig.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { type Compared, custodianOf, signatureIn } from './signatures.ts';
import { words } from './words.ts';

/** One custodian's signature over a document, beside it. */

/**
 * Writes `<file>.<custodian>.sig`, the bytes that `ssh-keygen -Y sign -n trust@cotejo` would give, after checking them
 * as their readers will.
 * @param custodian of {@link custodianOf}
 * @returns the signature's file
 * @throws UsageError where that file is the good signature of another custodian's key, or of this one's former key; Error
 *   where it can't be written, or the key gives no good signature
 */
export async function signDocument(file: string, custodian: string, compared: Compared, key: SigningKey): Promise<string> {
  const { bytes } = compared.document;
  const path = `${file}.${custodian}.sig`;
  const there = (await readSignatures(file)).get(custodian);
  const owner = there === undefined ? null : ownerOf(there, compared);
  if (owner !== null && owner !== custodian) {
    throw new UsageError(words.wouldBeLost(path), words.underItsName(path, `${file}.${owner}.sig`));
  }
  const signature = await key.sign(bytes, 'trust@cotejo');
  const read = parseSignature(signature, 'trust@cotejo');
  if (read.key !== key.publicKey || !isSignatureOver(read, bytes)) throw new ToldError(words.badSignature);
  await writeDurably(path, signature);
  return path;
}

/** Under which name a signature belongs that is good for this document; null for every other. */
function ownerOf(file: Uint8Array, compared: Compared): string | null {
  const read = signatureIn(file);
  return read && isSignatureOver(read, compared.document.bytes) ? custodianOf(read.key, compared) : null;
}
