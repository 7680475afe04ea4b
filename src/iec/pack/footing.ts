import { join } from 'node:path';
import { corteFolder, type KnownCorte, readCorte, trustFolder } from '../../chain/chain-folder.ts';
import { firstDisowned } from '../../chain/disowned.ts';
import { versionsIn, walkTrustFolder } from '../../chain/trust-folder.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { namesIn } from '../../disk/names-in.ts';
import { LIMITS } from '../../format/limits.ts';
import { parseSixDigits, trustFile } from '../../format/naming.ts';
import { Refusal } from '../../format/refusal.ts';
import { ToldError } from '../../format/said.ts';
import { checkSigned } from '../../verdict/corte.ts';
import { phaseOf, type TrustChain } from '../../verdict/trust-chain.ts';
import { words } from './words.ts';

/** What the next corte of a chain follows: the newest trust document, and the corte before it. */

/**
 * Walks the chain's own trust folder from its lowest version. The lowest version is trusted because the folder is the
 * IEC's own.
 * @throws Refusal where a document can't be accepted, since no Difusor would admit a corte packed under it; Error where
 *   there is none
 */
export async function walkOwnTrust(chain: string): Promise<TrustChain> {
  const folder = trustFolder(chain);
  const versions = await versionsIn(folder);
  const lowest = versions[0];
  if (lowest === undefined) throw new ToldError(words.noTrust(folder));
  const walk = await walkTrustFolder(join(folder, trustFile(lowest)), folder);
  if (walk.refused) throw new Refusal(walk.refused.code, words.trustRefused(walk.refused.version, walk.refused.detail));
  const newest = walk.chain.newest.document.version;
  const beyond = versions.find((version) => version > newest);
  if (beyond !== undefined) throw new Refusal('trust-version', words.trustMissing(newest + 1, beyond));
  return walk.chain;
}

/**
 * The newest corte of a phase, after checking again that its signature is good and that the newest trust document
 * disowns no corte of the phase.
 * @returns null before the first corte
 * @throws Refusal `wrong-phase`; `gap` where a later folder is there without the ones before it; `signer-out-of-range`
 *   where a corte is disowned; else as {@link readCorte} and {@link checkSigned}
 */
export async function readFooting(chain: string, phase: string, trust: TrustChain): Promise<KnownCorte | null> {
  if (!phaseOf(trust, phase)) {
    const names = trust.newest.document.phases.map(({ name }) => name).join(', ');
    throw new Refusal('wrong-phase', names === '' ? words.noPhases(phase) : words.noPhase(phase, names));
  }
  const numbers = await numbersIn(join(chain, phase));
  const last = numbers.length;
  if ((numbers.at(-1) ?? 0) !== last) {
    const missing = numbers.findIndex((number, i) => number !== i + 1) + 1;
    throw new Refusal('gap', words.corteMissing(missing, phase, numbers.at(-1) ?? last));
  }
  if (last === 0) return null;
  // Cortes past the end of their signer's range may not be the IEC's. Every Difusor removes them and all after them, so
  // no Difusor would admit a corte packed on top of them.
  const disowned = await firstDisowned(chain, phase, last, trust);
  if (disowned !== null) {
    throw new Refusal('signer-out-of-range', words.disowned(trust.newest.document.version, disowned, phase));
  }
  const head = await readCorte(chain, phase, last);
  const folder = corteFolder(chain, phase, last);
  const corteJson = await readBounded(join(folder, 'corte.json'), LIMITS.documentBytes);
  const signature = await readBounded(join(folder, 'corte.json.sig'), LIMITS.signatureBytes);
  checkSigned(corteJson, signature, trust, { phase, number: last });
  return head;
}

async function numbersIn(folder: string): Promise<number[]> {
  return (await namesIn(folder))
    .map(parseSixDigits)
    .filter((number) => number !== null)
    .sort((a, b) => a - b);
}
