import type { Told } from '../link/trouble.ts';
import { callAbout, readCalls } from '../record/calls.ts';
import { type ChainView, lacksSince } from '../record/chain-view.ts';
import { keptAcuses } from '../record/kept-acuses.ts';
import type { Ledger, SeenSince } from '../record/ledger.ts';
import { isByNetwork } from '../record/node-record.ts';
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
  readonly detail: Told['detail'] | null;
  /** the last sign of its daemon, if nobody is at work there */
  readonly silent_since: string | null;
  /** which trouble of this phase it has now, and since when; null while nothing is wrong */
  readonly episode: number | null;
  readonly troubled_since: string | null;
  /** when somebody was called about that trouble, and what was noted; null where nobody was */
  readonly called_at: string | null;
  readonly note: string | null;
  /** whether it has the newest corte and shows it, though that is known from its site and its receipt there alone */
  readonly por_la_red: boolean;
  /** what a reader sees at its Difusor's site; null where nobody looked yet */
  readonly seen: SeenSince | null;
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
  const calls = await readCalls(panel, view.phase.name);
  return Promise.all(
    targets.map(async (target) => {
      const record = ledger.node(idOf(target));
      const { standing, number, trouble, silent_since, episode, bytes, seconds } = record;
      const call = callAbout(calls, idOf(target), episode);
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
        silent_since,
        episode: episode.since === null ? null : episode.count,
        troubled_since: episode.since,
        called_at: call?.at ?? null,
        note: call?.note ?? null,
        por_la_red: isByNetwork(record, view.head),
        seen: ledger.site(target.difusor),
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
