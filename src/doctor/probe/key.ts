import { UsageError } from '../../config/usage-error.ts';
import { fingerprint, type PublicKey } from '../../format/key.ts';
import { Refusal } from '../../format/refusal.ts';
import { codeOf } from '../../format/thrown.ts';
import type { Trust } from '../../format/trust.ts';
import { openIdentity } from '../../iec/link/ssh-identity.ts';
import { openAgentKey } from '../../keys/agent.ts';
import { openKeyFile, readSecret } from '../../keys/key-file.ts';
import { isEncrypted } from '../../keys/key-form.ts';
import { readPublicKey } from '../../keys/public-key.ts';
import { isInRange } from '../../verdict/corte.ts';
import type { KeyFact, SignerFact } from '../judge/iec.ts';
import { whyUnread } from './looker.ts';
import { words } from './words.ts';

/** Whether a service of the IEC could use its keys. */

export interface KeySurroundings {
  readonly credentials: string | undefined;
  readonly agentSocket: string | undefined;
}

/**
 * @param getsPassphrase whether the service is started with the passphrase of that key; null where that is not known
 * @returns the fact, and the public half where it is known
 */
export async function probeSigningKey(
  file: string,
  isInAgent: boolean,
  getsPassphrase: boolean | null,
  around: KeySurroundings,
): Promise<{ readonly fact: KeyFact; readonly key: PublicKey | null }> {
  if (!isInAgent) {
    const why = await whyNotUsable(file, getsPassphrase, around);
    if (why) return { fact: why, key: null };
  }
  try {
    const { publicKey } = isInAgent
      ? await openAgentKey(await readPublicKey(file), around.agentSocket ?? '')
      : await openKeyFile(file, { credentials: around.credentials, passphrase: () => Promise.reject(new Error('encrypted')) });
    return { fact: { isUsable: true, says: fingerprint(publicKey) }, key: publicKey };
  } catch {
    const says = isInAgent ? words.notInAgent(file) : words.notOpenssh(file);
    return { fact: { isUsable: false, says }, key: null };
  }
}

/**
 * Whether a key may sign the corte that comes next, as who packs it asks (A4).
 * @param head the number of the newest corte, 0 before the first
 */
export function standingOfSigner({ signers }: Trust, key: PublicKey, phase: string, head: number): SignerFact {
  const next = head + 1;
  const signer = signers.find((one) => one.key === key && one.phase === phase);
  return { next, isInRange: signer !== undefined && isInRange(next, signer), last: signer?.last ?? null };
}

export async function probeSshKey(file: string, around: KeySurroundings): Promise<KeyFact> {
  const why = file.endsWith('.pub') ? null : await whyNotUsable(file, false, around);
  if (why) return why;
  try {
    await openIdentity(file, around);
    return { isUsable: true, says: words.usable(file) };
  } catch {
    return { isUsable: false, says: words.notOffered(file) };
  }
}

/** @returns null where nothing is known against it */
async function whyNotUsable(
  file: string,
  getsPassphrase: boolean | null,
  { credentials }: KeySurroundings,
): Promise<KeyFact | null> {
  try {
    const text = (await readSecret(file, credentials)).toString('latin1');
    return isEncrypted(text) ? encrypted(file, getsPassphrase) : null;
  } catch (error) {
    if (error instanceof UsageError) return { isUsable: false, says: words.othersRead(file) };
    if (error instanceof Refusal) return { isUsable: false, says: words.noKey(file) };
    return { isUsable: codeOf(error) === 'EACCES' ? null : false, says: whyUnread(file, error) };
  }
}

function encrypted(file: string, getsPassphrase: boolean | null): KeyFact {
  const remedy = `ssh-keygen -p -N '' -f ${file}`;
  if (getsPassphrase === false) return { isUsable: false, says: words.nobodyToAsk(file), remedy };
  return { isUsable: null, says: words.encrypted(file), remedy };
}
