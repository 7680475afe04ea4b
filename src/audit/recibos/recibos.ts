import { LIMITS } from '../../format/limits.ts';
import { sixDigits } from '../../format/naming.ts';
import { PADRON_FILE, type Padron, parsePadron } from '../../format/padron.ts';
import { parseRecibos, type Recibo } from '../../format/recibos.ts';
import { type Code, Refusal } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { nodeEquation } from '../../keys/node-equation.ts';
import type { Corte } from '../../verdict/history.ts';
import { countRecibos, type RecibosCount } from '../../verdict/recibos.ts';
import type { ChainReads } from '../check/chain-reads.ts';
import type { ChainSource } from '../source/chain-source.ts';
import { words } from '../words.ts';
import { contentOf } from './content.ts';

/** How many nodes of how many Difusores signed that they publish a corte, by the receipts that the IEC publishes. */

export interface RecibosAudit {
  readonly phase: string;
  readonly number: number;
  /**
   * `counted`; `no-padron`: the corte does not say whose keys they are; `no-receipts`: none of the places that
   * could be read has a file of this corte. Only the first says how many signed.
   */
  readonly verdict: 'counted' | 'no-padron' | 'no-receipts';
  /** by the corte's padrón; null without one, or where it is malformed */
  readonly count: RecibosCount | null;
  /** files that are no files of receipts, by place, and receipts that prove nothing */
  readonly refused: readonly RefusedReceipt[];
  /** places that could not be read: whoever signed there alone counts as missing */
  readonly unread: readonly { readonly place: string; readonly detail: Said }[];
}

interface RefusedReceipt {
  readonly place: string;
  /** the receipt's place in its file, from 1; null where the whole file is refused */
  readonly entry: number | null;
  readonly code: Code;
  readonly detail: Said;
}

/** The padrón of a corte, and its exact bytes. */
export interface FoundPadron {
  readonly padron: Padron;
  readonly bytes: Uint8Array;
}

/**
 * @param cortes of one phase, from 1 to the one whose padrón is wanted, each checked
 * @returns null where that corte has none, or one that is malformed: it counts as none
 * @throws as {@link contentOf}
 */
export async function readPadron(source: ChainSource, cortes: readonly Corte[]): Promise<FoundPadron | null> {
  const bytes = await contentOf(source, cortes, PADRON_FILE, LIMITS.documentBytes);
  if (bytes === null) return null;
  try {
    const padron = parsePadron(bytes);
    return padron.election === cortes.at(-1)?.statement.election ? { padron, bytes } : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/**
 * @param places folders or addresses of `recibos/`; what they have is taken together
 * @param corte whose receipts are counted, checked
 * @param padron of that corte
 */
export async function auditRecibos(
  places: readonly Pick<ChainReads, 'name' | 'read'>[],
  corte: Corte,
  padron: Padron | null,
): Promise<RecibosAudit> {
  const { election, phase, number } = corte.statement;
  const path = `${phase}/${sixDigits(number)}.json`;
  const refused: RefusedReceipt[] = [];
  const found: { place: string; entry: number; recibo: Recibo }[] = [];
  const unread: Array<RecibosAudit['unread'][number]> = [];
  let files = 0;
  for (const { name: place, read } of places) {
    try {
      const bytes = await read(path, LIMITS.recibosBytes);
      if (bytes === null) continue;
      files += 1;
      for (const [i, recibo] of parseRecibos(bytes, path).entries()) found.push({ place, entry: i + 1, recibo });
    } catch (error) {
      if (!(error instanceof Refusal)) {
        unread.push({ place, detail: saidBy(error) });
        continue;
      }
      files += 1;
      refused.push({ place, entry: null, code: error.code, detail: words.inFile(path, error.said) });
    }
  }
  if (padron === null) return { phase, number, verdict: 'no-padron', count: null, refused, unread };
  const recibos = found.map(({ recibo }) => recibo);
  const count = countRecibos(recibos, padron, { election, phase, number, corte: corte.sha256 }, nodeEquation);
  for (const { entry, code, detail } of count.refused) {
    const at = found[entry - 1];
    if (at) refused.push({ place: at.place, entry: at.entry, code, detail });
  }
  return { phase, number, verdict: files === 0 ? 'no-receipts' : 'counted', count, refused, unread };
}
