import { existsSync, promises as fs } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '../disk/bounded-file.ts';
import { renameDurably } from '../disk/durable.ts';
import { hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import { sixDigits } from '../format/naming.ts';
import { parseSignature } from '../format/sshsig.ts';
import { isInRange } from '../verdict/corte.ts';
import { signerOf, type TrustChain } from '../verdict/trust-chain.ts';
import { corteFolder } from './chain-folder.ts';

/** How a stolen signing key is undone in a chain folder, the IEC's or a Difusor's (FORMAT.md). */

/**
 * The lowest corte of a chain folder whose signer may not have signed it, by the newest trust document; null where all
 * are sound. It and all after it are cut off (see FORMAT.md, how a stolen signing key is undone). Signatures are not
 * checked again, only whose they are.
 * @param last the newest corte of the phase
 * @throws Refusal where a signature file is no signature; Error where it can't be read
 */
export async function firstDisowned(chain: string, phase: string, last: number, trust: TrustChain): Promise<number | null> {
  const ends = trust.newest.document.signers.flatMap((s) => (s.phase === phase && s.last !== null ? [s.last] : []));
  if (ends.length === 0) return null;
  for (let number = Math.min(...ends) + 1; number <= last; number++) {
    const file = await readBounded(join(corteFolder(chain, phase, number), 'corte.json.sig'), LIMITS.signatureBytes);
    const signer = signerOf(trust, parseSignature(file, 'corte@cotejo').key);
    if (!signer || !isInRange(number, signer)) return number;
  }
  return null;
}

/** Called around each move of a corte, so that a test can end the process there. */
export interface CutSteps {
  before(number: number): Promise<void> | void;
  after(number: number): void;
}

/**
 * Moves the cortes of a phase from `first` to `last`, its newest, out of the chain into a folder of the same file
 * system, as evidence. The highest goes first, each by one durable rename: a crash in the middle leaves a shorter chain
 * without a gap, and the next {@link firstDisowned} says where to go on.
 * @throws Error where something can't be read or moved
 */
export async function moveDisowned(
  chain: string,
  revoked: string,
  phase: string,
  [first, last]: readonly [number, number],
  steps: CutSteps,
): Promise<void> {
  for (let number = last; number >= first; number--) {
    const folder = corteFolder(chain, phase, number);
    // Named by the hash of its bytes, even if they are damaged: a damaged corte must not keep those below it in the
    // chain.
    const sha256 = hashOf(await readBounded(join(folder, 'corte.json'), LIMITS.documentBytes));
    const evidence = join(revoked, `${phase}-${sixDigits(number)}-${sha256.slice(0, 16)}`);
    // The same corte can be disowned twice: revoked, then delivered again before the trust document came.
    if (existsSync(evidence)) await fs.rename(evidence, `${evidence}-${process.hrtime.bigint()}`);
    await steps.before(number);
    await renameDurably(folder, evidence);
    steps.after(number);
  }
}
