import { promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../disk/durable.ts';
import { writeNamed } from '../disk/named-file.ts';
import type { Namespace } from '../format/sshsig.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * A document that is handed in: a file, and beside it a detached signature over its very bytes, as `ssh-keygen -Y` makes
 * and verifies it (`signerOver` in format/sshsig.ts). So the file can be sent, printed and checked as it is, by anyone.
 */

/**
 * Signs the bytes and writes both files, the document first. A signature of an earlier document under that name goes before
 * it: what a power cut leaves may lack its signature, and never has another's, which would look like a forgery.
 * @param file the document's; its signature gets the same name with `.sig`
 * @throws Error where the key can't sign or a file can't be written
 */
export async function writeSealed(file: string, bytes: Uint8Array, namespace: Namespace, key: SigningKey): Promise<void> {
  const signature = await key.sign(bytes, namespace);
  await writeNamed(file, bytes, { mode: 0o644, before: () => removeDurably(`${file}.sig`) });
  await writeNamed(`${file}.sig`, signature, { mode: 0o644 });
}

async function removeDurably(file: string): Promise<void> {
  await fs.rm(file, { force: true });
  await syncFolder(dirname(file));
}
