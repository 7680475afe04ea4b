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
  /** called with the number of each corte of which a receipt was kept */
  readonly kept?: ((number: number) => void) | undefined;
  /** shows what the ledger holds; called as reports come, and once more at the end */
  readonly show?: (() => Promise<void>) | undefined;
}

/**
 * Visits these nodes, takes down what came of each, counts it for the period, settles the links, makes the ledger durable
 * and shows it: as the reports come, since the slowest node may take long.
 * @throws Error where the ledger can't be written or shown at the end; what concerns a node is in its report
 */
export async function pushOnce(
  config: IecConfig,
  targets: readonly NodeTarget[],
  view: ChainView,
  ledger: Ledger,
  { identity, now, patience = PATIENCE, acuseMs = ACUSE_MS, signal, reported, kept, show }: PushOptions,
): Promise<Report[]> {
  const options = { identity, patience, acuseMs, now, signal, kept, panel: config.panel, windowBytes: windowOf(targets.length) };
  async function save(): Promise<void> {
    ledger.forgetOthers(config);
    ledger.settleLinks(config.difusor);
    await ledger.save();
    await show?.();
  }
  const saving = gathered(save);
  const reports = await Promise.all(
    targets.map(async (target) => {
      const report = await bringUpToDate(target, () => view, options);
      ledger.report(report);
      const period = periodAt(view.phase, now());
      // Who has signed for the newest corte has not missed it, whatever else went wrong.
      const hasAll = view.head > 0 && (report.number ?? 0) >= view.head;
      if (report.outcome === 'up-to-date' || hasAll) ledger.succeeded(idOf(target), period);
      else if (report.trouble) {
        const since = (await lacksSince(view, ledger.node(idOf(target)).number)) ?? Number.NEGATIVE_INFINITY;
        ledger.failed(idOf(target), { period, lacksSince: periodAt(view.phase, since), cause: report.trouble });
      }
      reported?.(report);
      saving.ask();
      return report;
    }),
  );
  await saving.rest();
  await save();
  return reports;
}

/** Runs a work as often as it is asked for, one at a time: what is asked while it runs is one more run. */
function gathered(work: () => Promise<void>): { ask(): void; rest(): Promise<void> } {
  let isAsked = false;
  let running: Promise<void> | null = null;
  async function run(): Promise<void> {
    while (isAsked) {
      isAsked = false;
      await work().catch(() => {}); // the last run, which is not ours, tells
    }
    running = null;
  }
  return {
    ask() {
      isAsked = true;
      running ??= run();
    },
    async rest() {
      await running;
    },
  };
}
