import { type Equation, isStrictlyEncoded, tweetnaclEquation } from '../format/ed25519.ts';
import { Refusal } from '../format/refusal.ts';
import { type Namespace, parseSignature, signedBytes } from '../format/sshsig.ts';
import { sameBytes } from '../format/wire.ts';
import type { SignedTrust } from '../verdict/trust-chain.ts';

/**
 * Ed25519 by the browser itself, where it has it, which is twenty times as fast as in JavaScript. It answers later, and the
 * checks want an answer at once, so signatures are verified as soon as they have come, and the check finds the answer
 * waiting. Where there is none (an old browser, a page that came without https), tweetnacl computes it. The strict checks of
 * the encodings come before either: what the browser would say of other ones is never asked.
 */

export interface WebEquation {
  /** Gives what the browser found, once, or else computes it. */
  readonly equation: Equation;
  /** Verifies ahead whatever will be checked. It never throws, and what is malformed is left to the check. */
  readonly prepare: (message: Uint8Array, signatureFile: Uint8Array, namespace: Namespace) => Promise<void>;
  readonly isNative: boolean;
}

/** What of the browser's is used. */
type Subtle = Pick<typeof crypto.subtle, 'importKey' | 'verify'>;
type Key = Awaited<ReturnType<Subtle['importKey']>>;

/** So many answers wait at most; of those that nobody came for the oldest go. */
const MOST = 1024;

/** @param subtle the browser's, or nothing where it has none to give */
export async function webEquation(subtle: Subtle | undefined = crypto.subtle): Promise<WebEquation> {
  if (!subtle || !(await verifiesEd25519(subtle))) {
    return { equation: tweetnaclEquation, prepare: () => Promise.resolve(), isNative: false };
  }
  const keys = new Map<string, Promise<Key>>();
  const answers = new Map<string, { readonly message: Uint8Array; readonly holds: boolean }>();
  const keyOf = (point: Uint8Array) => {
    const name = nameOf(point);
    let key = keys.get(name);
    if (!key) {
      if (keys.size >= MOST) keys.clear();
      key = importKey(subtle, point);
      keys.set(name, key);
    }
    return key;
  };
  return {
    isNative: true,
    equation: (message, signature, publicKey) => {
      const name = nameOf(signature) + nameOf(publicKey);
      const answer = answers.get(name);
      if (!answer || !sameBytes(answer.message, message)) return tweetnaclEquation(message, signature, publicKey);
      answers.delete(name);
      return answer.holds;
    },
    prepare: async (message, signatureFile, namespace) => {
      try {
        const { raw, point } = parseSignature(signatureFile, namespace);
        if (!isStrictlyEncoded(raw, point)) return;
        const signed = signedBytes(message, namespace);
        const holds = await verify(subtle, await keyOf(point), raw, signed);
        if (answers.size >= MOST) answers.delete(answers.keys().next().value ?? '');
        answers.set(nameOf(raw) + nameOf(point), { message: signed, holds });
      } catch (error) {
        if (!(error instanceof Refusal) && !(error instanceof DOMException)) throw error;
      }
    },
  };
}

function nameOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function importKey(subtle: Subtle, point: Uint8Array): Promise<Key> {
  return subtle.importKey('raw', new Uint8Array(point), 'Ed25519', false, ['verify']);
}

function verify(subtle: Subtle, key: Key, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  return subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message));
}

/** Whether the browser knows it, by the first signature of RFC 8032 and the same with a letter changed. */
async function verifiesEd25519(subtle: Subtle): Promise<boolean> {
  try {
    const key = await importKey(subtle, bytesOf('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'));
    const signature = bytesOf(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    const [good, bad] = await Promise.all(
      [new Uint8Array(), new Uint8Array(1)].map((message) => verify(subtle, key, signature, message)),
    );
    return good === true && bad === false;
  } catch {
    return false; // whatever it throws: it does not know the name
  }
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Prepares what the check of a trust document asks the equation for: every signature that came with it. It never throws. */
export async function prepareTrust({ prepare }: Pick<WebEquation, 'prepare'>, { bytes, signatures }: SignedTrust): Promise<void> {
  await Promise.all(signatures.map((signature) => prepare(bytes, signature, 'trust@cotejo')));
}
