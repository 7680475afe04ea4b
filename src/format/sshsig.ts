import nacl from 'tweetnacl';
import { type Equation, verifyEd25519 } from './ed25519.ts';
import { blobOf, KEY_TYPE, keyOf, type PublicKey, pointOfBlob } from './key.ts';
import { LIMITS } from './limits.ts';
import { Refusal } from './refusal.ts';
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from './text.ts';
import { concat, sameBytes, string, uint32, WireReader } from './wire.ts';

/**
 * Detached OpenSSH signatures (PROTOCOL.sshsig), the form that `ssh-keygen -Y sign` writes and `-Y verify` reads.
 * The namespace is part of what is signed: a signature over a corte can never pass for one over a trust document.
 */
export type Namespace = 'trust@cotejo' | 'corte@cotejo' | 'acuse@cotejo' | 'constancia@cotejo';

export interface Signature {
  readonly namespace: Namespace;
  /** The key that the signature names. Nothing is proven about it before {@link isSignatureOver}. */
  readonly key: PublicKey;
  readonly point: Uint8Array;
  /** R and S, 64 bytes */
  readonly raw: Uint8Array;
}

const MAGIC = encodeUtf8('SSHSIG');
const BEGIN = '-----BEGIN SSH SIGNATURE-----\n';
const END = '\n-----END SSH SIGNATURE-----\n';
/** What an editor, or a mail, may leave at the end of a file; nobody who checks it minds. */
const BLANK_LINES = /^(\r?\n)*$/;
const HASH = 'sha512';

/**
 * Reads the form of a signature file (the first half of A3).
 * @throws Refusal `too-large`, `signature-malformed` (another namespace, key type or hash is another form)
 */
export function parseSignature(file: Uint8Array, namespace: Namespace): Signature {
  if (file.length > LIMITS.signatureBytes) throw new Refusal('too-large', 'the signature is over 4 KiB');
  const text = decodeUtf8(file);
  const end = text?.indexOf(END) ?? -1;
  if (text === null || !text.startsWith(BEGIN) || end < BEGIN.length) throw malformed('not an SSH signature file');
  if (!BLANK_LINES.test(text.slice(end + END.length))) throw malformed('something after its last line');
  const lines = text.slice(BEGIN.length, end).split('\n');
  if (lines.some((line) => line.length === 0 || line.length > 76)) throw malformed('lines of another length');
  const blob = decodeBase64(lines.join(''));
  if (!blob) throw malformed('not base64');

  const reader = new WireReader(blob);
  const magic = reader.take(MAGIC.length);
  if (!magic || !sameBytes(magic, MAGIC) || reader.uint32() !== 1) throw malformed('not an SSH signature, version 1');
  const key = field(reader, 'key');
  const space = decodeUtf8(field(reader, 'namespace'));
  const reserved = field(reader, 'reserved field');
  const hash = decodeUtf8(field(reader, 'hash name'));
  const inner = new WireReader(field(reader, 'signature'));
  if (!reader.ended) throw malformed('something after the signature');
  if (space !== namespace) throw malformed(`its namespace is not ${namespace}`);
  if (reserved.length > 0) throw malformed('its reserved field is not empty');
  if (hash !== HASH) throw malformed(`its hash is not ${HASH}`);
  if (decodeUtf8(field(inner, 'signature type')) !== KEY_TYPE) throw malformed(`its type is not ${KEY_TYPE}`);
  const raw = field(inner, 'signature value');
  if (raw.length !== 64 || !inner.ended) throw malformed('its value is not 64 bytes');
  const point = pointOfBlob(key);
  if (!point) throw malformed(`its key is not a sound ${KEY_TYPE} key`);
  return { namespace, key: keyOf(point), point, raw };
}

/** Whether the signature's own key signed exactly these bytes (the second half of A3). */
export function isSignatureOver(signature: Signature, message: Uint8Array, equation?: Equation): boolean {
  return verifyEd25519(signedBytes(message, signature.namespace), signature.raw, signature.point, equation);
}

/** What Ed25519 signs for a message: the namespace and the message's SHA-512, framed. */
export function signedBytes(message: Uint8Array, namespace: Namespace): Uint8Array {
  return concat([MAGIC, string(namespace), string(''), string(HASH), string(nacl.hash(message))]);
}

/** Writes the signature file for R and S, byte for byte as `ssh-keygen -Y sign` does (lines of 70). */
export function encodeSignature(point: Uint8Array, namespace: Namespace, raw: Uint8Array): Uint8Array {
  const blob = concat([
    MAGIC,
    uint32(1),
    string(blobOf(point)),
    string(namespace),
    string(''),
    string(HASH),
    string(concat([string(KEY_TYPE), string(raw)])),
  ]);
  const lines = encodeBase64(blob).match(/.{1,70}/g) ?? [];
  return encodeUtf8(BEGIN + lines.join('\n') + END);
}

function field(reader: WireReader, what: string): Uint8Array {
  const bytes = reader.string();
  if (!bytes) throw malformed(`its ${what} is cut short`);
  return bytes;
}

function malformed(detail: string): Refusal {
  return new Refusal('signature-malformed', `the signature is malformed: ${detail}`);
}
