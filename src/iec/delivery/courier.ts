import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainView } from '../record/chain-view.ts';
import type { NodeTarget } from '../setup/config.ts';
import { bringUpToDate, type DeliveryOptions, type Report } from './visit.ts';

/**
 * Who serves one node all night: brings it up to date, rests until there is something new, tries again when it failed.
 * Every node has its own, and none knows of the others.
 */
export interface Courier {
  readonly target: NodeTarget;
  /** There may be something new: a corte, a trust document, a new period to try in. */
  wake(): void;
  /** Leaves at once, wherever it is; what was sent by halves is gone on with by whoever comes next. */
  dismiss(): Promise<void>;
}

export interface Duty {
  /** the chain as it stands now */
  view(): ChainView;
  readonly options: Omit<DeliveryOptions, 'signal'>;
  /** called after each visit, with the chain as it stood when it began */
  reported(report: Report, view: ChainView): void;
}

/** Between two tries at a node that can't be served, ms: it doubles from a sixtieth of the period to a fifth. */
function restAfter(failures: number, periodSeconds: number): number {
  const most = Math.max(1000, periodSeconds * 200);
  const first = Math.min(most, Math.max(500, (periodSeconds * 1000) / 60));
  return Math.min(most, first * 2 ** Math.min(failures - 1, 10));
}

export function sendCourier(target: NodeTarget, duty: Duty): Courier {
  const stop = new AbortController();
  let alarm = new AbortController();
  let isAwake = true;

  async function rest(ms: number | null): Promise<void> {
    if (!isAwake && !stop.signal.aborted) {
      const either = AbortSignal.any([alarm.signal, stop.signal]);
      // A day is for ever: setTimeout can't count weeks.
      await sleep(ms ?? 86_400_000, undefined, { signal: either }).catch(() => {}); // woken
    }
    isAwake = false;
    alarm = new AbortController();
  }

  async function serve(): Promise<void> {
    let failures = 0;
    while (!stop.signal.aborted) {
      isAwake = false;
      const view = duty.view();
      const report = await bringUpToDate(target, () => duty.view(), { ...duty.options, signal: stop.signal });
      if (stop.signal.aborted) return;
      duty.reported(report, view);
      failures = report.outcome === 'failed' ? failures + 1 : 0;
      // What was refused stays refused until something changes: not before the next period.
      await rest(failures > 0 ? restAfter(failures, view.phase.period_seconds) : null);
    }
  }

  const served = serve();
  return {
    target,
    wake() {
      isAwake = true;
      alarm.abort();
    },
    async dismiss() {
      stop.abort();
      await served;
    },
  };
}
