import type { Couriers } from './delivery/couriers.ts';
import type { Glance } from './outside/look.ts';
import type { ChainView } from './record/chain-view.ts';
import type { Ledger } from './record/ledger.ts';
import type { Report } from './record/report.ts';
import type { Seen } from './record/seen.ts';
import { periodAt, startOfPeriod } from './record/standing.ts';
import { type Difusor, type IecConfig, idOf, type NodeTarget } from './setup/config.ts';

/** What a night hears of its nodes and their sites, and what it notes of that: a success is only of the period's own corte. */
export interface Hearing {
  /** A courier's report, and the chain as it was seen then. */
  reported(report: Report, seen: ChainView): void;
  /** Whether somebody is at work at a node that needed nothing: since when nobody is, ms, or null. */
  looked(target: NodeTarget, silentSince: number | null): void;
  /** What was seen at a Difusor's site, and the chain as it was then. */
  saw(difusor: Difusor, seen: Seen, signed: Glance['signed'], then: ChainView): void;
}

export interface HearingParts {
  readonly view: () => ChainView;
  readonly config: () => IecConfig;
  readonly couriers: () => Couriers;
  readonly ledger: Ledger;
  /** ms since the epoch */
  readonly now: () => number;
  /** something was noted that is to be shown */
  readonly changed: () => void;
}

export function newHearing({ view, config, couriers, ledger, now, changed }: HearingParts): Hearing {
  function reported(report: Report, seen: ChainView): void {
    if (!couriers().isFromUs(report.target)) return;
    const id = idOf(report.target);
    const ours = view();
    ledger.report(report);
    if (report.outcome === 'up-to-date') {
      const current = periodAt(ours.phase, now());
      // Only a report with this period's own corte proves success; with an older corte the end of the period decides.
      const isOfNow = report.number === ours.head && (ours.headTakenAt ?? 0) >= startOfPeriod(ours.phase, current);
      if (isOfNow) ledger.succeeded(id, current);
      if ((report.number ?? 0) < ours.head) couriers().wake([id]);
    }
    if (seen.trust.length !== ours.trust.length) couriers().wake([id]);
    changed();
  }

  function looked(target: NodeTarget, silentSince: number | null): void {
    if (!couriers().isFromUs(target)) return;
    const id = idOf(target);
    const before = ledger.node(id);
    ledger.looked(id, silentSince);
    if (ledger.node(id) === before) return;
    changed();
  }

  function saw(difusor: Difusor, seen: Seen, signed: Glance['signed'], then: ChainView): void {
    if (!config().mirar || !config().difusor.some(({ name, url }) => name === difusor.name && url === difusor.url)) return;
    const before = ledger.site(difusor.name);
    ledger.saw(difusor, seen, signed);
    const ours = view();
    const current = periodAt(ours.phase, now());
    const isOfNow =
      signed?.number === ours.head && then.head === ours.head && (ours.headTakenAt ?? 0) >= startOfPeriod(ours.phase, current);
    for (const node of config().por_la_red && isOfNow ? (signed?.nodes ?? []) : []) {
      const id = idOf({ difusor: difusor.name, node });
      if (couriers().serves(id)) ledger.succeeded(id, current);
    }
    if (before?.state === seen.state && before.number === seen.number && before.receipt === seen.receipt) return;
    changed();
  }

  return { reported, looked, saw };
}
