import { compare, disownedIn } from '../audit/compare.ts';
import { writeEvidence } from '../audit/evidence.ts';
import { readersOf, readHistories } from '../audit/histories.ts';
import { compareJson, compareText, type ToldFork } from '../audit/report/others.ts';
import { Refusal } from '../format/refusal.ts';
import { describe, type Outcome, type Shell, UsageError } from '../terminal/shell.ts';
import { type Anchored, knownPhase, openAnchor, openChain, proofOr, tellWrong } from './audit-places.ts';
import { AUDIT } from './words/audit.ts';

/** `cotejo audit compare`: whether several chains are one. */

export interface CompareFlags extends Anchored {
  phase?: string;
  evidence: string;
}

/** @param places two chains or cortes at least, each a folder or an address */
export async function compareCommand(shell: Shell, places: string[], flags: CompareFlags): Promise<Outcome> {
  if (places.length < 2) throw new UsageError(AUDIT.oneAlone);
  const anchor = await openAnchor(flags.anchor);
  const { histories, trust } = await knownPhase(readHistories(places, anchor, (place) => openChain(place, shell), flags.phase));
  try {
    const phases = flags.phase === undefined ? trust.newest.document.phases.map(({ name }) => name) : [flags.phase];
    const of = (kind: 'chain' | 'corte') => histories.flatMap((history) => (history.kind === kind ? [history.told] : []));
    const comparison = compare(of('chain'), of('corte'), phases);
    const forks: ToldFork[] = [];
    for (const fork of comparison.forks) {
      const evidence = await proofOr(shell, writeEvidence(flags.evidence, fork, readersOf(histories), trust));
      forks.push({ fork, evidence, disowned: disownedIn(fork, trust) });
    }
    shell.result(flags.json, compareJson(histories, comparison, forks), () => compareText(comparison, forks, shell));
    for (const history of histories) {
      if (history.kind === 'chain') tellWrong(shell, history.audit, `${history.name}: `);
      if (history.kind === 'none') shell.say.error(AUDIT.failed(history.name, describe(history.error)));
    }
    const wrong = histories.some((history) =>
      history.kind === 'none' ? history.error instanceof Refusal : history.kind === 'chain' && history.audit.refused !== null,
    );
    if (wrong || comparison.forks.length > 0) return 'refused';
    return histories.some(({ kind }) => kind === 'none') ? 'unknown' : 'done';
  } finally {
    for (const history of histories) if (history.kind === 'chain') history.source.close();
  }
}
