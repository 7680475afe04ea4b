import type { ChainReads } from '../../audit/check/chain-reads.ts';
import type { Hash } from '../../format/hash.ts';
import { Refusal } from '../../format/refusal.ts';
import { SITE_NAME } from '../../format/site-names.ts';
import type { WebEquation } from '../web-equation.ts';
import type { WebClient } from '../web-get.ts';
import { webSource } from '../web-source.ts';
import { isLate, mayLackTrust } from './climb.ts';
import { readCorte } from './corte-reads.ts';
import type { HeldCorte } from './cortes.ts';
import type { Known } from './known.ts';
import type { MirrorAt, Mirrors } from './mirrors.ts';
import { race } from './race.ts';
import { isByTrust } from './trust-comparison.ts';

/** A corte by its number, which a reader asks for or still has open: of what was kept, or of the mirrors. */

export interface RecallPlan {
  readonly known: Known;
  readonly mirrors: Pick<Mirrors, 'toAsk' | 'gaveOther'>;
  readonly web: Pick<WebEquation, 'prepare'>;
  readonly clientFor: (signal: AbortSignal, onBytes: (bytes: number) => void) => WebClient;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly timeout: (ms: number) => AbortSignal;
}

/** ms, all mirrors together */
const TOTAL = 30_000;

/**
 * @param sha256 of the very corte that is meant; null for the one that has this number
 * @returns null where nobody has it, or what they have does not hold
 */
export async function recall(
  { known, mirrors, web, clientFor, now, pause, timeout }: RecallPlan,
  phase: string,
  number: number,
  sha256: Hash | null,
): Promise<HeldCorte | null> {
  const head = known.head(phase);
  const kept = sha256 === null ? (head?.corte.statement.number === number ? head : null) : await known.at(sha256);
  if (kept) return kept;
  const won = await race<MirrorAt, HeldCorte>({
    candidates: mirrors.toAsk(now()),
    attempt: async (mirror, run) => {
      const source = webSource(
        new URL(`${SITE_NAME}/chain/`, mirror.url),
        clientFor(run.signal, (bytes) => run.came(bytes)),
      );
      const read = await readCorte(source, source, web, phase, number);
      if (!read) throw new NotThere();
      const held = await verified(known, source, () => known.verify({ phase, number }, read.files, read.before));
      if (sha256 !== null && held.corte.sha256 !== sha256) throw new NotThere();
      return held;
    },
    onFailure: (mirror, error) => {
      // While two documents of one version are known, what ours refuses may be right by the other.
      const isExcused = isByTrust(error) && known.trustForks().length > 0;
      if (error instanceof Refusal && !mayLackTrust(error) && !isExcused) mirrors.gaveOther(mirror, now());
    },
    signal: timeout(TOTAL),
    pause,
  });
  if (!won) return null;
  await known.adopt(won.found);
  return won.found;
}

/** @throws NotThere where it is refused by a document that the mirror has not heard of yet: that blames nobody */
async function verified(
  known: Pick<Known, 'trust'>,
  source: Pick<ChainReads, 'read'>,
  verify: () => HeldCorte,
): Promise<HeldCorte> {
  try {
    return verify();
  } catch (error) {
    if (await isLate(error, source, known.trust())) throw new NotThere();
    throw error;
  }
}

class NotThere extends Error {}
