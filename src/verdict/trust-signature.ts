import type { Equation } from '../format/ed25519.ts';
import type { signatureNames } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../format/sshsig.ts';

/** One signature over a trust document, and the name of the file where readers who can't list a folder look for it. */

/**
 * The name goes by the key that signed, whatever the file was called that brought it.
 * @param file a detached signature, unchecked
 * @param bytes the document's
 * @param names by key, as {@link signatureNames} gives them for this document
 * @returns null where it is no signature of any of these keys over these bytes
 */
export function nameOfSignature(
  file: Uint8Array,
  bytes: Uint8Array,
  names: ReturnType<typeof signatureNames>,
  equation?: Equation,
): string | null {
  try {
    const signature = parseSignature(file, 'trust@cotejo');
    const name = names.get(signature.key);
    return name !== undefined && isSignatureOver(signature, bytes, equation) ? name : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
