import { writeDurably } from '../disk/durable.ts';
import type { PublicKey } from '../format/key.ts';
import { Refusal } from '../format/refusal.ts';
import { isSignatureOver, type Namespace, parseSignature } from '../format/sshsig.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * A document that is handed in: a file, and beside it a detached signature over its very bytes, as `ssh-keygen -Y` makes
 * and verifies it. So the file can be sent, printed and checked as it is, by anyone.
 */

/**
 * Signs the bytes and writes both files, the document first.
 * @param file the document's; its signature gets the same name with `.sig`
 * @throws Error where the key can't sign or a file can't be written
 */
export async function writeSealed(file: string, bytes: Uint8Array, namespace: Namespace, key: SigningKey): Promise<void> {
  const signature = await key.sign(bytes, namespace);
  await writeDurably(file, bytes);
  await writeDurably(`${file}.sig`, signature);
}

/**
 * @param key whose signature it must be; null for whoever's it says
 * @returns the key that signed these bytes
 * @throws Refusal `signature-malformed`, `signature-invalid`, `signer-unknown`, `too-large`
 */
export function checkSeal(bytes: Uint8Array, signatureFile: Uint8Array, namespace: Namespace, key: PublicKey | null): PublicKey {
  const signature = parseSignature(signatureFile, namespace);
  if (!isSignatureOver(signature, bytes)) throw new Refusal('signature-invalid', 'the page is not the one that was signed');
  if (key !== null && signature.key !== key) throw new Refusal('signer-unknown', 'another key signed it');
  return signature.key;
}
