import { type ChainReads, cortePath } from '../../audit/check/chain-reads.ts';
import { readPair } from '../../audit/check/tile-reads.ts';
import { LIMITS } from '../../format/limits.ts';
import type { WebEquation } from '../web-equation.ts';
import type { CorteFiles } from './kept.ts';

/** Reading a corte out of a mirror's chain, with the statement before it, by which its place is checked. */

/** The two files of the statement before; null before corte 1. */
export type Before = readonly [corteJson: Uint8Array, signature: Uint8Array] | null;

export interface CorteRead {
  readonly files: CorteFiles;
  readonly before: Before;
}

/**
 * @param source gives the statements, and @param lists the list of files, for which it may take longer
 * @returns null where one of the files is missing; nothing is checked
 * @throws Refusal `too-large`; whatever the sources throw
 */
export async function readCorte(
  source: ChainReads,
  lists: ChainReads,
  web: Pick<WebEquation, 'prepare'>,
  phase: string,
  number: number,
): Promise<CorteRead | null> {
  const [[corteJson, signature], [formerJson, formerSignature]] = await Promise.all([
    readPair(source, phase, number),
    number === 1 ? ([null, null] as const) : readPair(source, phase, number - 1),
  ]);
  if (!corteJson || !signature) return null;
  const before = formerJson && formerSignature ? ([formerJson, formerSignature] as const) : null;
  if (number > 1 && !before) return null;
  const [sums] = await Promise.all([
    lists.read(cortePath(phase, number, 'SHA256SUMS'), LIMITS.manifestBytes),
    web.prepare(corteJson, signature, 'corte@cotejo'),
    before && web.prepare(...before, 'corte@cotejo'),
  ]);
  return sums && { files: { corteJson, signature, sums }, before };
}
