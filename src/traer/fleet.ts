import { saidBy as saidOf } from '../format/thrown.ts';
import type { FaultKind } from './conduct.ts';
import {
  answered,
  type Conduct,
  type Fault,
  faulted,
  isPassing,
  isWell,
  type Moment,
  mayServe,
  provedGood,
  UNKNOWN,
} from './conduct.ts';
import type { Mirror } from './mirrors.ts';
import { type Claim, openSiteOf, type SiteReads } from './site.ts';
import type { FaultCounts, MirrorStatus } from './telling.ts';

/** The mirrors of a node, with what each says it has and how it has behaved. */

interface Known {
  readonly site: SiteReads;
  readonly conduct: Conduct;
  /** what it shows */
  readonly claim: Claim | null;
  /** the newest trust document that its index names; 0 where it names none */
  readonly trust: number;
}

export interface Fleet {
  /** Takes over who is asked from now on; what is known of those that stay is kept. */
  set(mirrors: readonly Mirror[]): void;
  /** Asks all whose turn it is, without waiting for them. */
  ask(): void;
  /** Those that may be fetched from, the one to ask first in front. */
  serving(): Known[];
  /** Something is wrong with it, or what it gave is not right. */
  blame(site: SiteReads, fault: Pick<Fault, 'kind' | 'code' | 'detail'>): void;
  /** What it gave is right. @param bytesPerSecond null where that says nothing of its speed */
  praise(site: SiteReads, bytesPerSecond: number | null): void;
  /** Whether each has said once what it has, or has had time enough for it. */
  hasHeardAll(): boolean;
  /** Whether one has neither answered yet nor failed. */
  isAwaited(): boolean;
  /**
   * Whether one has answered from which this node could live now: what it says it has is then something to be held to. One
   * that did something wrong a while ago, and answers again, is such a one; who lied never is.
   */
  hasWell(): boolean;
  /**
   * What those show that are left alone for a failure that the network may have caused: they have it all the same. Of others
   * that are left alone nobody knows whether they have what they show.
   */
  unreached(): Pick<Known, 'claim' | 'trust'>[];
  /** when the next is to be asked, ms of the clock that only runs forward */
  nextAsk(): number;
  status(): MirrorStatus[];
  faults(): FaultCounts;
  close(): void;
}

export interface FleetPlan {
  readonly askMs: number;
  readonly moment: () => Moment;
  /** what a failure says of the mirror; null where it says nothing */
  readonly blameFor: (error: unknown) => Pick<Fault, 'kind' | 'code' | 'detail'> | null;
  /** a mirror's fault is another one than it was, or is over */
  readonly changed: (mirror: Mirror, fault: Fault | null) => void;
  /** an answer came */
  readonly heard: () => void;
  readonly open?: (mirror: Mirror) => SiteReads;
}

/** Among so many answers one is asked for the index too, which tells of trust documents: once in some five minutes. */
const INDEX_EVERY = 20;

/** A mirror that has not answered for the first time is waited for so long, ms: the others may be slower. */
const FIRST_MS = 3000;

interface Entry {
  readonly mirror: Mirror;
  site: SiteReads;
  conduct: Conduct;
  claim: Claim | null;
  trust: number;
  rate: number;
  isAsked: boolean;
  /** when it was taken into the fleet, ms of the clock that only runs forward */
  readonly since: number;
}

export function newFleet(plan: FleetPlan): Fleet {
  const { askMs, moment, blameFor, changed, heard, open = openSiteOf } = plan;
  const entries = new Map<string, Entry>();
  const counts: Record<FaultKind, number> = { unreachable: 0, slow: 0, withholds: 0, unusable: 0, lied: 0 };
  let isClosed = false;
  const entryOf = (site: SiteReads) => entries.get(site.mirror.base.href);
  /** What breaks of a site that we closed ourselves says nothing of its mirror. */
  const isOpen = (entry: Entry, site: SiteReads) => !isClosed && entryOf(site) === entry && entry.site === site;

  function note(entry: Entry, conduct: Conduct): void {
    const before = entry.conduct.fault;
    entry.conduct = conduct;
    if (before?.kind !== conduct.fault?.kind) changed(entry.mirror, conduct.fault);
  }

  function blame(entry: Entry, fault: Pick<Fault, 'kind' | 'code' | 'detail'>): void {
    counts[fault.kind] += 1;
    note(entry, faulted(entry.conduct, fault, moment()));
    entry.site.close(); // its connections may hang, and what it owed was counted
    entry.site = open(entry.mirror);
  }

  async function askOne(entry: Entry): Promise<void> {
    const { site } = entry;
    entry.isAsked = true;
    try {
      const isIndexDue = entry.conduct.answers % INDEX_EVERY === 0;
      entry.claim = await site.pointer();
      if (isIndexDue) entry.trust = (await site.index())?.trust ?? 0;
      note(entry, answered(entry.conduct, askMs, moment()));
    } catch (error) {
      if (!isOpen(entry, site)) return;
      blame(entry, blameFor(error) ?? { kind: 'unreachable', code: null, detail: saidOf(error) });
      entry.claim = null;
    } finally {
      entry.isAsked = false;
      heard();
    }
  }

  return {
    set(mirrors) {
      const wanted = new Set(mirrors.map(({ base }) => base.href));
      for (const [href, { site }] of entries)
        if (!wanted.has(href)) {
          site.close();
          entries.delete(href);
        }
      for (const mirror of mirrors) {
        if (entries.has(mirror.base.href)) continue;
        const fresh = {
          mirror,
          site: open(mirror),
          conduct: UNKNOWN,
          claim: null,
          trust: 0,
          rate: 0,
          isAsked: false,
          since: moment().elapsed,
        };
        entries.set(mirror.base.href, fresh);
      }
    },
    ask() {
      const { elapsed } = moment();
      for (const entry of entries.values()) if (!entry.isAsked && entry.conduct.askAt <= elapsed) void askOne(entry);
    },
    serving() {
      const { elapsed } = moment();
      return [...entries.values()]
        .filter(({ conduct }) => mayServe(conduct, elapsed))
        .map((entry) => ({ entry, by: [entry.conduct.fault === null ? 0 : 1, -entry.rate, moment().chance] as const }))
        .sort(({ by: a }, { by: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
        .map(({ entry }) => entry);
    },
    blame(site, fault) {
      const entry = entryOf(site);
      // What its bytes prove is proved, whoever closed it since.
      if (entry && (isOpen(entry, site) || !isPassing(fault))) blame(entry, fault);
    },
    praise(site, bytesPerSecond) {
      const entry = entryOf(site);
      if (!entry) return;
      note(entry, provedGood(entry.conduct));
      if (bytesPerSecond !== null) entry.rate = bytesPerSecond;
    },
    hasHeardAll: () => {
      const { elapsed } = moment();
      const isHeard = ({ conduct, since }: Entry) => conduct.answers > 0 || conduct.fault !== null || elapsed - since > FIRST_MS;
      return [...entries.values()].every(isHeard);
    },
    isAwaited: () => [...entries.values()].some(({ conduct }) => conduct.answers === 0 && conduct.fault === null),
    hasWell: () => {
      const { elapsed } = moment();
      return [...entries.values()].some(({ conduct }) => conduct.answers > 0 && isWell(conduct, elapsed));
    },
    unreached() {
      const { elapsed } = moment();
      const isUnreached = ({ conduct }: Entry) => !mayServe(conduct, elapsed) && conduct.fault !== null && isPassing(conduct.fault);
      return [...entries.values()].filter(isUnreached);
    },
    nextAsk: () =>
      Math.min(Infinity, ...[...entries.values()].filter(({ isAsked }) => !isAsked).map(({ conduct }) => conduct.askAt)),
    status() {
      const { elapsed } = moment();
      return [...entries.values()].map(({ mirror, claim, conduct }) => {
        const { fault } = conduct;
        return {
          name: mirror.name,
          address: mirror.base.href,
          shows: claim,
          well: isWell(conduct, elapsed),
          fault: fault && { ...fault, at: new Date(fault.at).toISOString(), detail: fault.detail.en },
        };
      });
    },
    faults: () => ({ ...counts }),
    close() {
      isClosed = true;
      for (const { site } of entries.values()) site.close();
    },
  };
}
