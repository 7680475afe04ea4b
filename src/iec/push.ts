import { bringUpToDate } from './delivery/bring.ts';
import { ACUSE_MS } from './delivery/visit.ts';
import { PATIENCE, type Patience } from './link/open-link.ts';
import { windowOf } from './link/send-window.ts';
import type { SshIdentity } from './link/ssh-identity.ts';
import { type ChainView, lacksSince } from './record/chain-view.ts';
import type { Ledger } from './record/ledger.ts';
import type { Report } from './record/report.ts';
import { periodAt } from './record/standing.ts';
import { type IecConfig, idOf, type NodeTarget } from './setup/config.ts';

/**
 * One pass over all nodes at once, each at its own pace: none waits for another, and a node's trouble is in its own
 * report only. A pass counts for the period in which it ends.
 */

export interface PushOptions {
  readonly identity: SshIdentity;
  readonly now: () => number;
  readonly patience?: Patience | undefined;
  readonly acuseMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** called as each node's delivery ends */
  readonly reported?: ((report: Report) => void) | undefined;
}

/**
 * Visits these nodes, takes down what came of each, counts it for the period, settles the links and makes the ledger
 * durable.
 * @throws Error where the ledger can't be written; what concerns a node is in its report
 */
export async function pushOnce(
  config: IecConfig,
  targets: readonly NodeTarget[],
  view: ChainView,
  ledger: Ledger,
  { identity, now, patience = PATIENCE, acuseMs = ACUSE_MS, signal, reported }: PushOptions,
): Promise<Report[]> {
  const options = { identity, patience, acuseMs, now, signal, panel: config.panel, windowBytes: windowOf(targets.length) };
  const reports = await Promise.all(
    targets.map(async (target) => {
      const report = await bringUpToDate(target, () => view, options);
      ledger.report(report);
      const period = periodAt(view.phase, now());
      if (report.outcome === 'up-to-date') ledger.succeeded(idOf(target), period);
      else if (report.trouble) {
        const since = (await lacksSince(view, ledger.node(idOf(target)).number)) ?? Number.NEGATIVE_INFINITY;
        ledger.failed(idOf(target), { period, lacksSince: periodAt(view.phase, since), cause: report.trouble });
      }
      reported?.(report);
      return report;
    }),
  );
  ledger.forgetOthers(config);
  ledger.settleLinks(config.difusor);
  await ledger.save();
  return reports;
}
