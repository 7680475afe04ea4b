import { constants, promises as fs } from 'node:fs';
import { sep } from 'node:path';
import ssh2 from 'ssh2';
import { UsageError } from '../config/usage-error.ts';
import { readUpTo } from '../disk/bounded-file.ts';
import { pointOfBlob } from '../format/key.ts';
import { LIMITS } from '../format/limits.ts';
import { isEncrypted, keyFormIn, whyNoKey, whyNotOpened } from './key-form.ts';
import { signingKey } from './signing.ts';
import type { SigningKey } from './signing-key.ts';

/** OpenSSH private key files, encrypted ones too. */

export interface KeyFileOptions {
  /** Asked only if the file is encrypted. */
  passphrase(): Promise<string | Buffer>;
  /** systemd's `$CREDENTIALS_DIRECTORY`, whose files are guarded by the folder and not by their modes. */
  readonly credentials?: string | undefined;
}

const BEGIN = /^-----BEGIN OPENSSH PRIVATE KEY-----\r?\n/;

/**
 * @throws UsageError for a file that others may read, that is no ssh-ed25519 private key or a damaged one, that is encrypted
 *   with what can't be undone here, or whose passphrase is wrong; Error where it can't be read
 */
export async function openKeyFile(file: string, options: KeyFileOptions): Promise<SigningKey> {
  const text = (await readSecret(file, options.credentials)).toString('latin1');
  if (!BEGIN.test(text)) throw notOurs(file, text);
  const parsed = await parse(file, text, options);
  const point = pointOfBlob(parsed.getPublicSSH());
  if (!point) throw notOurs(file, text);
  return signingKey(point, (message) => parsed.sign(message));
}

/**
 * Reads a file that is a secret: a private key, a passphrase. A link is followed, since the path is our own user's; the
 * permissions checked are those of the opened file.
 * @throws UsageError where the group or others may read it
 */
export async function readSecret(file: string, credentials?: string): Promise<Buffer> {
  const handle = await fs.open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new UsageError(`${file} is not a regular file`);
    if ((stat.mode & 0o077) !== 0 && !(await isIn(file, credentials))) {
      throw new UsageError(`others may read ${file}`, `chmod 600 ${file}`);
    }
    return await readUpTo(handle, LIMITS.documentBytes, file);
  } finally {
    await handle.close();
  }
}

async function isIn(file: string, folder: string | undefined): Promise<boolean> {
  if (!folder) return false;
  return (await fs.realpath(file)).startsWith((await fs.realpath(folder)) + sep);
}

async function parse(file: string, text: string, options: KeyFileOptions): Promise<ssh2.ParsedKey> {
  const form = keyFormIn(text);
  const unopened = form && whyNotOpened(file, form);
  if (unopened) throw unopened;
  if (form && form.type !== 'ssh-ed25519') throw notOurs(file, text);
  const encrypted = isEncrypted(text);
  const passphrase = encrypted ? await options.passphrase() : undefined;
  const key: ssh2.ParsedKey | Error | undefined = ssh2.utils.parseKey(text, passphrase); // none, where a file holds none
  if (key instanceof Error && encrypted && WRONG_PASSPHRASE.test(key.message)) {
    throw new UsageError(`the passphrase does not open ${file}`);
  }
  if (!key || key instanceof Error || key.type !== 'ssh-ed25519' || !key.isPrivateKey()) throw notOurs(file, text);
  return key;
}

/** What ssh2, and Node's cipher below it, say of one; of a damaged file they say other things. */
const WRONG_PASSPHRASE = /integrity check failed|unable to authenticate|no passphrase given/i;

function notOurs(file: string, text: string): UsageError {
  if (text.startsWith('ssh-')) return new UsageError(`${file} is a public key`, 'name the private half, or add --agent');
  return whyNoKey(file, 'an ssh-ed25519 private key of OpenSSH', text);
}
