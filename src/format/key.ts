import { sha256 } from '@noble/hashes/sha2.js';
import { isStrictPoint } from './ed25519.ts';
import { decodeBase64, decodeUtf8, encodeBase64 } from './text.ts';
import { concat, string, WireReader } from './wire.ts';

/** An OpenSSH public key without comment, `ssh-ed25519 AAAA…`: the only spelling of a key, so keys compare as texts. */
export type PublicKey = string;

export const KEY_TYPE = 'ssh-ed25519';

/** @returns the 32 bytes of the point, or null where the text is not a key of format 1 (or the key is weak) */
export function pointOf(key: PublicKey): Uint8Array | null {
  const [type, base64, ...rest] = key.split(' ');
  if (type !== KEY_TYPE || base64 === undefined || rest.length > 0) return null;
  const blob = decodeBase64(base64);
  return blob && pointOfBlob(blob);
}

/** @returns the point of a key in SSH's wire encoding, or null (see {@link pointOf}) */
export function pointOfBlob(blob: Uint8Array): Uint8Array | null {
  const reader = new WireReader(blob);
  const type = reader.string();
  const point = reader.string();
  if (!type || !point || !reader.ended || decodeUtf8(type) !== KEY_TYPE) return null;
  return isKnownOrStrict(point) ? point : null;
}

/**
 * Points that were found to be strict: the question costs a thousandth of a second and more, and a history asks it of the
 * same few keys a thousand times. It is emptied when it is full, so strangers' keys cannot make it grow.
 */
const strict = new Set<string>();
const MOST_KNOWN = 256;

function isKnownOrStrict(point: Uint8Array): boolean {
  const spelled = encodeBase64(point);
  if (strict.has(spelled)) return true;
  if (!isStrictPoint(point)) return false;
  if (strict.size >= MOST_KNOWN) strict.clear();
  strict.add(spelled);
  return true;
}

/** The wire encoding of a point. */
export function blobOf(point: Uint8Array): Uint8Array {
  return concat([string(KEY_TYPE), string(point)]);
}

/** The OpenSSH spelling of a key. @param point its 32 bytes */
export function keyOf(point: Uint8Array): PublicKey {
  return `${KEY_TYPE} ${encodeBase64(blobOf(point))}`;
}

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export function fingerprint(key: PublicKey): string {
  const blob = decodeBase64(key.split(' ')[1] ?? '') ?? new Uint8Array();
  return `SHA256:${encodeBase64(sha256(blob)).replace(/=+$/, '')}`;
}
