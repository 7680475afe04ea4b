import { constants, existsSync, promises as fs } from 'node:fs';
import { sep } from 'node:path';
import ssh2 from 'ssh2';
import { UsageError } from '../config/usage-error.ts';
import { readUpTo } from '../disk/bounded-file.ts';
import { pointOfBlob } from '../format/key.ts';
import { LIMITS } from '../format/limits.ts';
import { type Said, said } from '../format/said.ts';
import { isEncrypted, isPublicForm, keyFormIn, whyNoKey, whyNotOpened } from './key-form.ts';
import { signingKey } from './signing.ts';
import type { SigningKey } from './signing-key.ts';
import { words } from './words.ts';

/** OpenSSH private key files, encrypted ones too. */

export interface KeyFileOptions {
  /** Asked only if the file is encrypted. */
  passphrase(): Promise<string | Buffer>;
  /** systemd's `$CREDENTIALS_DIRECTORY`, whose files are guarded by the folder and not by their modes. */
  readonly credentials?: string | undefined;
  /** What else to do for somebody who named a public key, as after "or"; nothing else, if absent. */
  readonly otherwise?: Said | undefined;
}

const BEGIN = /^-----BEGIN OPENSSH PRIVATE KEY-----\r?\n/;

/**
 * @throws UsageError for a file that others may read, that is no ssh-ed25519 private key or a damaged one, that is encrypted
 *   with what can't be undone here, or whose passphrase is wrong; Error where it can't be read
 */
export async function openKeyFile(file: string, options: KeyFileOptions): Promise<SigningKey> {
  const { bytes, isPublic } = await readKeyFile(file, options.credentials);
  if (isPublic) throw whyNotPublic(file, options.otherwise);
  const text = bytes.toString('latin1');
  if (!BEGIN.test(text)) throw notOurs(file, text);
  const parsed = await parse(file, text, options);
  const point = pointOfBlob(parsed.getPublicSSH());
  if (!point) throw notOurs(file, text);
  return signingKey(point, (message) => parsed.sign(message));
}

/**
 * Reads a file that is a secret: a private key, a passphrase. A link is followed, since the path is our own user's; the
 * permissions checked are those of the opened file.
 * @throws UsageError where the group or others may read it; Error where it can't be read
 */
export async function readSecret(file: string, credentials?: string): Promise<Buffer> {
  const { bytes, isGuarded } = await readWithGuard(file, credentials);
  if (!isGuarded) throw othersMayRead(file);
  return bytes;
}

/**
 * Reads a file that holds one half of a key. Only the public one may be read by others.
 * @throws as {@link readSecret}
 */
export async function readKeyFile(file: string, credentials?: string): Promise<{ bytes: Buffer; isPublic: boolean }> {
  const { bytes, isGuarded } = await readWithGuard(file, credentials);
  const isPublic = isPublicForm(bytes.toString('latin1'));
  if (!isPublic && !isGuarded) throw othersMayRead(file);
  return { bytes, isPublic };
}

async function readWithGuard(file: string, credentials: string | undefined): Promise<{ bytes: Buffer; isGuarded: boolean }> {
  const handle = await fs.open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new UsageError(words.notRegular(file));
    const isGuarded = (stat.mode & 0o077) === 0 || (await isIn(file, credentials));
    return { bytes: await readUpTo(handle, LIMITS.documentBytes, file), isGuarded };
  } finally {
    await handle.close();
  }
}

function othersMayRead(file: string): UsageError {
  return new UsageError(words.othersRead(file), said(`chmod 600 ${file}`));
}

/** Why a public key is of no use where something is to be signed, and which file is wanted. */
export function whyNotPublic(file: string, otherwise?: Said): UsageError {
  const half = file.replace(/\.pub$/, '');
  // ssh-keygen writes both halves into one folder, under one name.
  const wanted = half !== file && existsSync(half) ? words.nameHalf(half) : words.nameOtherHalf;
  return new UsageError(words.privateWanted(file), otherwise === undefined ? wanted : words.orElse(wanted, otherwise));
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
    throw new UsageError(words.wrongPassphrase(file));
  }
  if (!key || key instanceof Error || key.type !== 'ssh-ed25519' || !key.isPrivateKey()) throw notOurs(file, text);
  return key;
}

/** What ssh2, and Node's cipher below it, say of one; of a damaged file they say other things. */
const WRONG_PASSPHRASE = /integrity check failed|unable to authenticate|no passphrase given/i;

function notOurs(file: string, text: string): UsageError {
  return whyNoKey(file, words.privateKey, text);
}
