import type { ChainAudit } from '../audit/chain.ts';
import { shownPhase } from '../audit/check/live-check.ts';
import { writeContradiction } from '../audit/recibos/proof.ts';
import { auditRecibos, type RecibosAudit, readPadron } from '../audit/recibos/recibos.ts';
import type { RecibosReport } from '../audit/report/recibos.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { ToldError } from '../format/said.ts';
import type { Shell } from '../terminal/shell.ts';
import { contradictionsIn } from '../verdict/recibos.ts';
import { proofOr } from './audit-places.ts';
import { AUDIT } from './words/audit.ts';

/** `cotejo audit chain --recibos`: the published receipts of one corte of the chain that was checked. */

/** So many contradictions are written as a proof; one is enough to ask for the rest. */
const MOST_PROOFS = 8;

/**
 * What prove that a node signed for another corte is written as well; where that fails it is told, and the rest with it.
 * @param places where receipts are published
 * @param corte its number; the newest, if absent
 * @param evidence the folder below which each proof gets one of its own
 * @throws ToldError where the chain has no such corte; Refusal of the package that brings the padrón; Error where
 *   the chain can't be read
 */
export async function recibosReport(
  shell: Shell,
  places: readonly ChainSource[],
  audit: ChainAudit,
  source: ChainSource,
  { corte: number, evidence: folder }: { readonly corte?: number; readonly evidence: string },
): Promise<RecibosReport> {
  const { cortes = [] } = shownPhase(audit.phases) ?? {};
  const until = cortes.slice(0, number ?? cortes.length);
  const corte = until.at(-1);
  if (!corte || (number !== undefined && corte.statement.number !== number)) throw new ToldError(AUDIT.noSuchCorte(number ?? 1));
  const found = await readPadron(source, until);
  const recibos = await auditRecibos(places, corte, found?.padron ?? null);
  const evidence: string[] = [];
  if (found && recibos.count) {
    const parts = { source, corte, padron: found.bytes, trust: audit.trust.chain };
    for (const one of contradictionsIn(recibos.count.receipts, corte.sha256).slice(0, MOST_PROOFS)) {
      const proof = await proofOr(shell, writeContradiction(folder, one, parts));
      if (proof !== null) evidence.push(proof);
    }
  }
  return { audit: recibos, evidence };
}

/** Whether a receipt is not what it should be, or a node signed for another corte. Who has not signed contradicts nothing. */
export function contradicts({ refused, count }: RecibosAudit): boolean {
  return refused.length > 0 || (count?.contrary.length ?? 0) > 0;
}
