import type { Hash } from '../../../format/hash.ts';
import type { Recibo } from '../../../format/recibos.ts';
import { Refusal } from '../../../format/refusal.ts';
import { countRecibos, type GoodReceipt } from '../../../verdict/recibos.ts';
import { phaseOf } from '../../../verdict/trust-chain.ts';
import { countPublished, type Recibos, recibosOf } from '../../recibos/count.ts';
import { type ToldRecibos, toldOf } from '../../recibos/told.ts';
import type { WebEquation } from '../../web-equation.ts';
import type { WebClient } from '../../web-get.ts';
import type { HeldCorte } from '../cortes.ts';
import type { CorteAsked } from '../messages.ts';
import { type FoundPadron, padronOf } from '../padron.ts';
import type { PublicationPlan } from '../publication.ts';
import type { PruebaDeAcuses, RecibosAnswer } from './messages.ts';
import { proofOf } from './proof.ts';

/**
 * The receipts of the cortes that readers have before them, counted by the padrón inside each. They are read at the address
 * that the padrón gives as the Institute's; whatever is there is believed for what its signatures say and nothing else.
 * Nothing that is shown depends on it, and nothing of it is kept but in memory.
 */
export interface Tally {
  /**
   * Reads and counts, within its totals.
   * @param former a few that whoever asks was told before, of a worker that was ended since. They are verified anew, and
   *   counted with those that are read; an answer that is fresh stands without them
   * @returns null where there is no such corte, or it was revoked
   */
  of(corte: CorteAsked, former: readonly Recibo[]): Promise<RecibosAnswer | null>;
  /**
   * @param recibos a few, as they were told before; they are verified anew
   * @returns null where none of them is of another corte; `not-now` where the corte or its padrón can't be had just now
   */
  proof(corte: CorteAsked, recibos: readonly Recibo[]): Promise<PruebaDeAcuses | 'not-now' | null>;
  clear(): void;
}

export interface TallyPlan {
  readonly publication: Pick<PublicationPlan, 'known' | 'files' | 'corteOf'>;
  readonly web: WebEquation;
  readonly clientFor: (signal: AbortSignal) => Pick<WebClient, 'read'>;
  /** lets others have their turn between two signatures; throws where the signal is aborted */
  readonly breatherFor: (signal: AbortSignal) => () => Promise<void>;
  readonly now: () => number;
  /** aborted after so many ms */
  readonly timeout: (ms: number) => AbortSignal;
}

/**
 * ms in all for the padrón, which mostly is there already (less where somebody waits for the proof, so that he is told), and
 * in all to read the receipts and to verify them
 */
const TOTAL = Object.freeze({ padron: 30_000, padronOfProof: 20_000, recibos: 30_000 });
/** ms: so soon after a reading it stands for another, whichever page asks */
const FRESH = 10_000;
/** Cortes of which it is remembered. */
const MOST = 4;

interface Entry {
  told: ToldRecibos | null;
  /** those that are good: of each node at most one of this corte and one of another */
  receipts: readonly GoodReceipt[];
  padron: FoundPadron | null;
  mayGrow: boolean;
  /** ms since the epoch of the last reading's end */
  at: number | null;
  work: Promise<void> | null;
}

export function newTally({ publication, web, clientFor, breatherFor, now, timeout }: TallyPlan): Tally {
  const { known, files, corteOf } = publication;
  const entries = new Map<Hash, Entry>();

  function entryOf(sha256: Hash): Entry {
    const entry = entries.get(sha256) ?? { told: null, receipts: [], padron: null, mayGrow: true, at: null, work: null };
    entries.delete(sha256);
    entries.set(sha256, entry);
    for (const oldest of [...entries.keys()].slice(0, -MOST)) entries.delete(oldest);
    return entry;
  }

  async function padronFor(held: HeldCorte, total: number): ReturnType<typeof padronOf> {
    const isDrill = phaseOf(known.trust(), held.corte.statement.phase)?.kind === 'simulacro';
    const signal = timeout(total);
    const late = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
    return Promise.race([padronOf(held, isDrill, files), late]);
  }

  async function look(held: HeldCorte, entry: Entry, told: readonly Recibo[]): Promise<void> {
    entry.mayGrow = true;
    const found = entry.padron ?? (await padronFor(held, TOTAL.padron));
    if (found === null || found === 'none' || found === 'malformed') {
      entry.mayGrow = found === null;
      entry.told = { kind: found === null ? 'unread-padron' : 'no-padron' };
      return;
    }
    entry.padron = found;
    const at = recibosOf(found.padron);
    if (at === null) {
      entry.mayGrow = false;
      entry.told = { kind: 'no-place' };
      return;
    }
    const recibos = await published(held, at, found, entry, told);
    // What was counted stays counted, whatever is there now.
    if (recibos.kind !== 'counted' && entry.told?.kind === 'counted') return;
    entry.told = toldOf(recibos, held.corte.sha256);
    if (recibos.kind !== 'counted') return;
    const { missing, admitted, receipts } = recibos.count;
    entry.receipts = oneOfEach(receipts, held.corte.sha256);
    entry.mayGrow = missing.length + admitted.length > 0;
  }

  async function published(
    held: HeldCorte,
    at: URL,
    { padron }: FoundPadron,
    entry: Entry,
    told: readonly Recibo[],
  ): Promise<Recibos> {
    const signal = timeout(TOTAL.recibos);
    const client = clientFor(signal);
    const read: WebClient['read'] = (...file) =>
      client.read(...file).catch((error: unknown) => {
        // More than such a file may have is not asked for once more.
        if (error instanceof Refusal) entry.mayGrow = false;
        throw error;
      });
    const former = [...entry.receipts.map(({ recibo }) => recibo), ...told];
    try {
      return await countPublished(read, at, held.corte, padron, { web, breathe: breatherFor(signal), former });
    } catch (error) {
      if (signal.aborted) return { kind: 'unread', at };
      throw error;
    }
  }

  return {
    async of({ phase, number, sha256 }, former) {
      const held = await corteOf({ phase, number, sha256, marco: '', path: '' });
      if (!held) return null;
      const entry = entryOf(sha256);
      const age = entry.at === null ? null : now() - entry.at;
      if (entry.told === null || age === null || age < 0 || age >= FRESH) {
        entry.work ??= look(held, entry, former).finally(() => {
          entry.work = null;
          entry.at = now();
        });
        await entry.work;
      }
      const { told, mayGrow } = entry;
      return told && { type: 'cotejo/recibos', told, mayGrow };
    },
    async proof({ phase, number, sha256 }, recibos) {
      const held = await corteOf({ phase, number, sha256, marco: '', path: '' });
      const found = held && (entries.get(sha256)?.padron ?? (await padronFor(held, TOTAL.padronOfProof)));
      if (!held || found === null) return 'not-now';
      if (found === 'none' || found === 'malformed') return null;
      const { election } = held.corte.statement;
      const { receipts } = countRecibos(recibos, found.padron, { election, phase, number, corte: sha256 }, web.equation);
      return proofOf(held, known.trust(), found.bytes, receipts);
    },
    clear: () => entries.clear(),
  };
}

function oneOfEach(receipts: readonly GoodReceipt[], corte: Hash): GoodReceipt[] {
  const found = new Map<string, GoodReceipt>();
  for (const receipt of receipts) {
    const place = `${receipt.difusor}/${receipt.node} ${receipt.acuse.corte === corte}`;
    if (!found.has(place)) found.set(place, receipt);
  }
  return [...found.values()];
}
