import { type ChainView, lacksSince } from '../record/chain-view.ts';
import { keptAcuses } from '../record/kept-acuses.ts';
import type { Ledger } from '../record/ledger.ts';
import type { State } from '../record/standing.ts';
import { idOf, type NodeTarget } from '../setup/config.ts';

/** A node as `iec push` and `iec status` print it, and as the panel shows it. */
export interface Row {
  readonly difusor: string;
  readonly node: string;
  readonly state: State;
  /** the newest corte that it has acknowledged, null where there is none */
  readonly number: number | null;
  /** where that acuse is kept, relative to the panel */
  readonly acuse: string | null;
  /** for how long it has lacked a corte that is in the chain; 0 where it has them all */
  readonly lag_seconds: number;
  readonly failed_periods: number;
  /** a name of trouble.ts or of the format's closed list of codes */
  readonly error: string | null;
  readonly detail: string | null;
  /** sent in the last delivery that sent anything */
  readonly bytes: number;
  readonly seconds: number;
}

/** @param now ms; lags are of this moment. @throws Error where the chain can't be read */
export async function rowsOf(
  targets: readonly NodeTarget[],
  ledger: Ledger,
  view: ChainView,
  panel: string,
  now: number,
): Promise<Row[]> {
  return Promise.all(
    targets.map(async (target) => {
      const { standing, number, trouble, bytes, seconds } = ledger.node(idOf(target));
      return {
        difusor: target.difusor,
        node: target.node,
        state: standing.state,
        number: number === 0 ? null : number,
        acuse: number === 0 ? null : keptAcuses(panel, target, view.phase.name).pathOf(number),
        lag_seconds: await lagOf(number, view, now),
        failed_periods: standing.failed,
        error: trouble?.code ?? null,
        detail: trouble?.detail ?? null,
        bytes,
        seconds,
      };
    }),
  );
}

async function lagOf(number: number, view: ChainView, now: number): Promise<number> {
  const since = await lacksSince(view, number);
  return since === null ? 0 : Math.max(0, Math.round((now - since) / 1000));
}
