import nacl from 'tweetnacl';
import { type Equation, verifyEd25519 } from './ed25519.ts';
import { blobOf, KEY_TYPE, keyOf, type PublicKey, pointOfBlob } from './key.ts';
import { LIMITS } from './limits.ts';
import { Refusal } from './refusal.ts';
import type { Said } from './said.ts';
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from './text.ts';
import { concat, sameBytes, string, uint32, WireReader } from './wire.ts';
import { words } from './words.ts';

/**
 * Detached OpenSSH signatures (PROTOCOL.sshsig), the form that `ssh-keygen -Y sign` writes and `-Y verify` reads.
 * The namespace is part of what is signed: a signature over a corte can never pass for one over a trust document.
 */
export type Namespace =
  | 'trust@cotejo'
  | 'corte@cotejo'
  | 'acuse@cotejo'
  | 'constancia@cotejo'
  | 'simulacro@cotejo'
  | 'memoria@cotejo';

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
  if (file.length > LIMITS.signatureBytes) throw new Refusal('too-large', words.signatureTooLarge);
  const text = decodeUtf8(file);
  const end = text?.indexOf(END) ?? -1;
  if (text === null || !text.startsWith(BEGIN) || end < BEGIN.length) throw malformed(words.notSignatureFile);
  if (!BLANK_LINES.test(text.slice(end + END.length))) throw malformed(words.afterLastLine);
  const lines = text.slice(BEGIN.length, end).split('\n');
  if (lines.some((line) => line.length === 0 || line.length > 76)) throw malformed(words.lineLengths);
  const blob = decodeBase64(lines.join(''));
  if (!blob) throw malformed(words.notBase64);

  const reader = new WireReader(blob);
  const magic = reader.take(MAGIC.length);
  if (!magic || !sameBytes(magic, MAGIC) || reader.uint32() !== 1) throw malformed(words.notVersion1);
  const key = field(reader, words.partKey);
  const space = decodeUtf8(field(reader, words.partNamespace));
  const reserved = field(reader, words.partReserved);
  const hash = decodeUtf8(field(reader, words.partHash));
  const inner = new WireReader(field(reader, words.partSignature));
  if (!reader.ended) throw malformed(words.afterSignature);
  if (space !== namespace) throw malformed(words.otherNamespace(namespace));
  if (reserved.length > 0) throw malformed(words.reservedUsed);
  if (hash !== HASH) throw malformed(words.otherHash(HASH));
  if (decodeUtf8(field(inner, words.partType)) !== KEY_TYPE) throw malformed(words.otherType(KEY_TYPE));
  const raw = field(inner, words.partValue);
  if (raw.length !== 64 || !inner.ended) throw malformed(words.notRaw);
  const point = pointOfBlob(key);
  if (!point) throw malformed(words.keyUnsound(KEY_TYPE));
  return { namespace, key: keyOf(point), point, raw };
}

/** Whether the signature's own key signed exactly these bytes (the second half of A3). */
export function isSignatureOver(signature: Signature, message: Uint8Array, equation?: Equation): boolean {
  return verifyEd25519(signedBytes(message, signature.namespace), signature.raw, signature.point, equation);
}

/**
 * Who signed these bytes, for what is handed in together with its signature file: a page, a list of hashes.
 * @param key whose signature it must be; null for whoever's it says
 * @param what the bytes are, for people
 * @throws Refusal `too-large`, `signature-malformed`, `signature-invalid`, `signer-unknown`
 */
export function signerOver(
  message: Uint8Array,
  file: Uint8Array,
  { namespace, key, what }: { readonly namespace: Namespace; readonly key: PublicKey | null; readonly what: string | Said },
): PublicKey {
  const signature = parseSignature(file, namespace);
  if (!isSignatureOver(signature, message)) throw new Refusal('signature-invalid', words.notTheSigned(what));
  if (key !== null && signature.key !== key) throw new Refusal('signer-unknown', words.otherKeySigned);
  return signature.key;
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

function field(reader: WireReader, part: Said): Uint8Array {
  const bytes = reader.string();
  if (!bytes) throw malformed(words.cutShort(part));
  return bytes;
}

function malformed(why: Said): Refusal {
  return new Refusal('signature-malformed', words.signatureMalformed(why));
}
