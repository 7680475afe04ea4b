import { newBell } from '../../service/bell.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { Report } from '../record/report.ts';
import type { NodeTarget } from '../setup/config.ts';
import { bringUpToDate } from './bring.ts';
import { silenceOf } from './sign.ts';
import type { DeliveryOptions } from './visit.ts';

/**
 * Who serves one node all night: brings it up to date, rests until there is something new, tries again when it failed.
 * Every node has its own courier, and couriers do not know of each other.
 */
export interface Courier {
  readonly target: NodeTarget;
  /** There may be something new: a corte, a trust document, a new period to try in. */
  wake(): void;
  /** Ends the visit at once, wherever it is; the next courier resumes what was half sent. */
  dismiss(): Promise<void>;
}

/** What a courier is told, and whom it tells. */
export interface Duty {
  /** the chain as it stands when it is called */
  view(): ChainView;
  /** called after each visit, with the chain as it stood when it began; not after it was dismissed */
  reported(report: Report, view: ChainView): void;
  /**
   * called after each look at a node that rests, while nothing has to be brought to it
   * @param silentSince the last sign of its daemon, by the node's clock, ms, if nobody is at work there; null where somebody is
   */
  looked(target: NodeTarget, silentSince: number | null): void;
}

/** Between two tries at a node that can't be served, ms: it doubles from a sixtieth of the period to a fifth. */
function restAfter(failures: number, periodSeconds: number): number {
  const most = Math.max(1000, periodSeconds * 200);
  const first = Math.min(most, Math.max(500, (periodSeconds * 1000) / 60));
  return Math.min(most, first * 2 ** Math.min(failures - 1, 10));
}

/** How often a node that needs nothing is looked at, ms: a daemon that dies between two cortes is to be told before the next. */
const WATCH_MS = 60_000;

/** Starts a courier, which begins at once. */
export function sendCourier(target: NodeTarget, duty: Duty, options: Omit<DeliveryOptions, 'signal'>): Courier {
  const stop = new AbortController();
  const bell = newBell(stop.signal);
  const { watchMs = WATCH_MS } = options;
  let looking = new AbortController();

  async function serve(): Promise<void> {
    let failures = 0;
    while (!stop.signal.aborted) {
      bell.forget(); // this visit brings whatever is new by now
      const view = duty.view();
      const report = await bringUpToDate(target, () => duty.view(), { ...options, signal: stop.signal });
      if (stop.signal.aborted) return;
      duty.reported(report, view);
      failures = report.outcome === 'failed' ? failures + 1 : 0;
      // What was refused stays refused until something changes, which is not before the next period.
      if (failures > 0) await bell.sleep(restAfter(failures, view.phase.period_seconds));
      else await watch(view.phase.name);
    }
  }

  /** Looks at the node from time to time until it is rung for; whoever rings or dismisses ends the look. */
  async function watch(phase: string): Promise<void> {
    for (;;) {
      looking = new AbortController(); // before the sleep: whoever rings just as it ends, ends the look too
      if (await bell.sleep(watchMs)) return;
      const silentSince = await silenceOf(target, phase, { ...options, signal: looking.signal });
      if (stop.signal.aborted) return;
      if (silentSince !== undefined) duty.looked(target, silentSince);
    }
  }

  const served = serve();
  return {
    target,
    wake() {
      bell.ring();
      looking.abort();
    },
    async dismiss() {
      stop.abort();
      looking.abort();
      await served;
    },
  };
}
