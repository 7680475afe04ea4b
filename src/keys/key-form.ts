import { UsageError } from '../config/usage-error.ts';
import type { Said } from '../format/said.ts';
import { words } from './words.ts';

/**
 * What a key file is, by its own form and without any secret: a key that can't be used here is told as what it is, and not
 * as a wrong passphrase or as no key at all.
 */

const MAGIC = 'openssh-key-v1\0';

/** What an OpenSSH private key says of itself in clear. */
interface KeyForm {
  /** `none` where nothing is encrypted */
  readonly cipher: string;
  readonly kdf: string;
  /** of the key; empty where the file ends before it */
  readonly type: string;
}

/** @param text what the file holds @returns null where that is no private key of OpenSSH's own form */
export function keyFormIn(text: string): KeyForm | null {
  const [, base64] = /^-----BEGIN OPENSSH PRIVATE KEY-----\r?\n([\s\S]*?)(?:\n-----END|$)/.exec(text) ?? [];
  const blob = Buffer.from(base64 ?? '', 'base64');
  if (blob.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
  let at = MAGIC.length;
  const field = (): Buffer => {
    const length = blob.length < at + 4 ? 0 : blob.readUInt32BE(at);
    const bytes = blob.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return bytes;
  };
  const cipher = field().toString('latin1');
  const kdf = field().toString('latin1');
  if (cipher === '') return null;
  field(); // the options of the kdf
  at += 4; // how many keys
  const key = field();
  return { cipher, kdf, type: key.length < 4 ? '' : key.toString('latin1', 4, 4 + key.readUInt32BE(0)) };
}

/**
 * Whether a private key file can only be opened by a passphrase, by its own form: an OpenSSH key names its cipher in
 * clear after the magic (`none` where nothing is encrypted), an old PEM key and PuTTY's in their headers.
 * @param text what the file holds; false where that is no key
 */
export function isEncrypted(text: string): boolean {
  if (/^Proc-Type: *4,ENCRYPTED\r?$/m.test(text) || /^Encryption: (?!none\r?$)/m.test(text)) return true;
  if (text.startsWith('-----BEGIN ENCRYPTED PRIVATE KEY-----')) return true;
  const form = keyFormIn(text);
  return form !== null && form.cipher !== 'none';
}

/** Whether a text is a public key of whatever type, in OpenSSH's form, RFC 4716's or PEM. */
export function isPublicForm(text: string): boolean {
  return /^(?:sk-)?(?:ssh|ecdsa)-[\w@.-]+[ \t]+AAAA/.test(text) || /^-{4,5} ?BEGIN [A-Z0-9 ]*PUBLIC KEY/.test(text);
}

/** Whether a text holds a private key, or a piece of one: such a text is never shown. */
export function isPrivateForm(text: string): boolean {
  return /PRIVATE KEY|PuTTY-User-Key-File|b3BlbnNzaC1rZXktdjE/.test(text);
}

/** What OpenSSH encrypts private keys with that can be undone here. */
const CIPHERS = /^aes(128|192|256)-(ctr|cbc|gcm@openssh\.com)$/;

/** @returns why a private key of OpenSSH's can't be opened here, whatever its passphrase; null where nothing is known against it */
export function whyNotOpened(file: string, { cipher, kdf }: KeyForm): UsageError | null {
  if (cipher === 'none' || (CIPHERS.test(cipher) && kdf === 'bcrypt')) return null;
  const isKnown = CIPHERS.test(cipher);
  return new UsageError(isKnown ? words.encryptedBy(file, kdf) : words.encryptedWith(file, cipher), words.encryptAnew(file));
}

/**
 * Why a file is no key that can be used here.
 * @param needed what would be, in words
 * @param text what the file holds
 */
export function whyNoKey(file: string, needed: Said, text: string): UsageError {
  const type = keyFormIn(text)?.type || /^((?:sk-)?(?:ssh|ecdsa)-[\w@.-]+) /.exec(text)?.[1];
  if (type?.startsWith('sk-')) return new UsageError(words.securityKey(file, type, needed), words.newKey);
  if (type && type !== 'ssh-ed25519') return new UsageError(words.otherType(file, type, needed), words.newKey);
  if (text.startsWith('PuTTY-User-Key-File')) {
    return new UsageError(words.ofPutty(file, needed), words.fromPutty(file));
  }
  const [, pem] = /^-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----/.exec(text) ?? [];
  if (pem && pem !== 'OPENSSH PRIVATE KEY') return new UsageError(words.inPem(file, pem, needed), words.newKey);
  if (pem) return new UsageError(words.damaged(file), words.fromBackup);
  return new UsageError(words.notNeeded(file, needed), words.newKey);
}
