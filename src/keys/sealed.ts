import { writeDurably } from '../disk/durable.ts';
import type { Namespace } from '../format/sshsig.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * A document that is handed in: a file, and beside it a detached signature over its very bytes, as `ssh-keygen -Y` makes
 * and verifies it (`signerOver` in format/sshsig.ts). So the file can be sent, printed and checked as it is, by anyone.
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
