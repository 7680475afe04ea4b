import { join } from 'node:path';
import { LIMITS } from '../format/limits.ts';
import { parseSignature } from '../format/sshsig.ts';
import { isInRange } from '../verdict/corte.ts';
import { signerOf, type TrustChain } from '../verdict/trust-chain.ts';
import { readBounded } from './bounded-file.ts';
import { corteFolder } from './chain-folder.ts';

/**
 * The lowest corte of a chain folder whose signer may not have signed it, by the newest trust document; null where all
 * are sound. It and all after it are cut off (see FORMAT.md, how a stolen signing key is undone). Signatures are not
 * checked again, only whose they are.
 * @param last the newest corte of the phase
 * @throws Refusal where a signature file is no signature; Error where it can't be read
 */
export async function firstDisowned(chain: string, phase: string, last: number, trust: TrustChain): Promise<number | null> {
  const ends = trust.newest.document.signers.filter((s) => s.phase === phase && s.last !== null).map((s) => s.last as number);
  if (ends.length === 0) return null;
  for (let number = Math.min(...ends) + 1; number <= last; number++) {
    const file = await readBounded(join(corteFolder(chain, phase, number), 'corte.json.sig'), LIMITS.signatureBytes);
    const signer = signerOf(trust, parseSignature(file, 'corte@cotejo').key);
    if (!signer || !isInRange(number, signer)) return number;
  }
  return null;
}
