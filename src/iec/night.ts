import { newChainCut } from './chain-cut.ts';
import type { Courier, Duty } from './delivery/courier.ts';
import { newCouriers } from './delivery/couriers.ts';
import { newHearing } from './hearing.ts';
import type { CutOff } from './link/own-way-out.ts';
import { type Told, toldOf } from './link/trouble.ts';
import type { Lookout, LookoutParts } from './outside/lookout.ts';
import type { PackedCorte } from './pack/pack.ts';
import { newPacking } from './packing.ts';
import type { Keeper } from './panel/panel-page.ts';
import { statusLine } from './panel/status-line.ts';
import type { Tell } from './record/bitacora.ts';
import type { ChainView } from './record/chain-view.ts';
import { countPeriod } from './record/count.ts';
import type { Ledger } from './record/ledger.ts';
import { periodAt, startOfPeriod } from './record/standing.ts';
import { newWatch } from './record/watch.ts';
import { type IecConfig, type NodeTarget, nodesOf } from './setup/config.ts';
import { LOOK_MS, newShowing } from './showing.ts';

/**
 * The night of the IEC: at the beginning of each period a corte is packed, couriers bring it to every node, and at the
 * end of the period every node that has not acknowledged it has failed. Packing and bringing do not wait for each
 * other: what exists is delivered whatever happens to the source.
 *
 * Here is what happens at one turn of the clock; `run.ts` sleeps between the turns. SSH, disk and clock are given to it
 * as functions.
 */
export interface Night {
  /** Starts the couriers and shows where everything stands, before the first turn. */
  begin(): Promise<void>;
  /**
   * Does what is due at an instant (ms): counts the period that ended, looks at the chain, packs, shows.
   * @returns how long the next turn may wait, ms
   */
  turn(at: number): Promise<number>;
  /**
   * To be called every second or so, also while a turn lasts long (a large corte is packed): tells that the process ran
   * at an instant (ms). A period between two turns in which it never ran, as on a machine that was suspended, is not
   * counted: nobody was sent anything in it. It also renews the panel if no turn has for long.
   */
  beat(at: number): void;
  /**
   * Adds and removes Difusores as a new configuration says; a configuration that can't be read is reported and changes
   * nothing.
   */
  reconfigure(read: () => Promise<IecConfig>): Promise<void>;
  /** How it stands, in one line. */
  statusLine(): string;
  /** Dismisses the couriers, and shows how it ended. */
  end(): Promise<void>;
}

/** What a night is made of. */
export interface NightParts {
  /** as it was when the night began; only its Difusores, its own address and how many nodes may be left unasked may change later */
  readonly config: IecConfig;
  /** the chain as it stands when the night begins */
  readonly view: ChainView;
  readonly ledger: Ledger;
  /** ms since the epoch */
  readonly now: () => number;
  /** Looks at the chain anew. @throws Error where it can't be used */
  readonly look: () => Promise<ChainView>;
  /** Makes the next corte, with the Difusores as they are configured now. @throws as `packCorte` */
  readonly pack: (config: IecConfig) => Promise<PackedCorte>;
  /** Sends a courier to one of so many nodes. */
  readonly send: (target: NodeTarget, duty: Duty, nodes: number) => Courier;
  /** Called when cortes left the chain, or are no more sent. @throws Error where something can't be read */
  readonly cut?: ((view: ChainView, before: number) => Promise<void>) | undefined;
  /** Who looks at the Difusores' sites, given what it is to tell; absent where nobody does. */
  readonly lookOut?: ((saw: LookoutParts['saw']) => Lookout) | undefined;
  /** Writes the panel; the last one says that the night has ended. @throws Error where it can't be written */
  readonly show: (config: IecConfig, view: ChainView, moment: { packTrouble: Told | null; keeper: Keeper }) => Promise<void>;
  /** Called when there is something to do or to show, so that the next turn comes at once. */
  readonly ring: () => void;
  /** Is told every event, even one that can't be written to the log. */
  readonly heard?: Tell | undefined;
}

/** What a configuration that is read again can't change. */
const FIXED = ['chain', 'source', 'exclude', 'oficial', 'phase', 'key', 'agent', 'ssh_key', 'panel'] as const;

export function newNight({ ledger, now, ring, ...parts }: NightParts): Night {
  const chain = newWatch(parts.view, parts.look, ledger.tell, now);
  const packing = newPacking(() => parts.pack(config), ledger.tell);
  const duty: Duty = {
    view: chain.view,
    reported: (...heard) => hearing.reported(...heard),
    looked: (...heard) => hearing.looked(...heard),
  };
  const couriers = newCouriers((target) => parts.send(target, duty, nodesOf(config).length));
  const lookout = parts.lookOut?.((...seen) => hearing.saw(...seen));
  let { config } = parts;
  /** the period that is to be counted next */
  let period = periodAt(parts.view.phase, now());
  /** later periods in which this process ran, while the turn before lasted */
  const ranIn = new Set<number>();
  /** whether almost no Difusor could be reached at the last count */
  let cutOff: CutOff | null = null;
  const hearing = newHearing({
    view: chain.view,
    config: () => config,
    couriers: () => couriers,
    ledger,
    now,
    changed() {
      showing.news();
      ring();
    },
  });
  const showing = newShowing(
    async (keeper) => {
      ledger.forgetOthers(config);
      ledger.settleLinks(config.difusor);
      await ledger.save();
      await parts.show(config, chain.view(), { packTrouble: packing.trouble(), keeper });
    },
    now,
    parts.heard,
  );
  const cut = newChainCut(
    chain.view,
    async (view, before) => {
      await ledger.cut(view);
      await parts.cut?.(view, before);
      showing.news();
    },
    parts.heard,
  );

  /** Starts the looks that are due; none is waited for. */
  function lookAround(at: number): void {
    if (config.mirar) lookout?.beat(at, config.difusor, chain.view());
  }

  /** Those that are to be counted now, from the oldest on. */
  function endedBefore(current: number): number[] {
    return [...new Set([period, ...ranIn])].filter((one) => one < current).sort((a, b) => a - b);
  }

  /** Looks at the chain and wakes the couriers where it has something new. */
  async function look(): Promise<void> {
    const { head } = chain.view();
    const seen = await chain.look();
    await cut.seen(seen === 'cut' ? head : 0);
    if (seen !== 'same') couriers.wake(couriers.ids());
  }

  /** @returns how long to wait before the next try, ms; null where this period needs none */
  async function pack(at: number): Promise<number | null> {
    const before = packing.trouble();
    const { isPacked, again } = await packing.packIfDue(chain.view(), at);
    if (isPacked || packing.trouble() !== before) showing.news();
    // The couriers see the corte together with the trust document that it names, which has to go first.
    if (isPacked) await look();
    return again;
  }

  return {
    async begin() {
      ledger.tell({ event: 'started', phase: config.phase, nodes: nodesOf(config).length, head: chain.view().head });
      couriers.appoint(nodesOf(config));
      await showing.show();
    },

    async turn(at) {
      const current = periodAt(chain.view().phase, at);
      if (current !== period) {
        const before = cutOff; // for each of them: all are counted by what is known now
        for (const ended of endedBefore(current)) {
          cutOff = await countPeriod(ended, chain, ledger, config.por_la_red, couriers.ids(), couriers.serves, before);
        }
        ranIn.clear();
        period = current;
        await showing.show(); // what was counted must be durable before long work begins
        // The nodes that have everything are woken by the next corte.
        const { head } = chain.view();
        couriers.wake(couriers.ids().filter((id) => ledger.node(id).number < head));
      }
      await look(); // also right before packing: after a final corte nothing more is packed
      const again = await pack(at);
      if (showing.isDue()) await showing.show();
      const { phase } = chain.view();
      const rest = startOfPeriod(phase, periodAt(phase, now()) + 1) - now();
      return Math.max(1, Math.min(again ?? LOOK_MS, LOOK_MS, rest));
    },

    beat(at) {
      const current = periodAt(chain.view().phase, at);
      if (current > period) ranIn.add(current);
      lookAround(at);
      // While a turn lasts long the panel goes on: a page that is not renewed says that nobody is at work.
      if (showing.isLate(at)) void showing.show();
    },

    async reconfigure(read) {
      let next: IecConfig;
      try {
        next = await read();
      } catch (error) {
        ledger.tell({ event: 'config-refused', detail: toldOf(error).detail });
        return;
      }
      const changed = FIXED.filter((key) => JSON.stringify(next[key]) !== JSON.stringify(parts.config[key]));
      if (changed.length > 0) ledger.tell({ event: 'config-needs-restart', keys: changed.join(' ') });
      const { difusor, institute, mirar, por_la_red, relevo_unasked } = next;
      config = { ...parts.config, difusor, institute, mirar, por_la_red, relevo_unasked };
      const { added, removed, gone } = couriers.appoint(nodesOf(config));
      await gone;
      ledger.tell({ event: 'config-read', added: added.join(' '), removed: removed.join(' ') });
      showing.news();
      ring();
    },

    statusLine() {
      const states = couriers.ids().map((id) => ledger.node(id).standing.state);
      return statusLine(chain.view().head, states);
    },

    async end() {
      await Promise.all([couriers.dismissAll(), lookout?.end()]);
      ledger.tell({ event: 'stopped' });
      await showing.show('ended');
    },
  };
}
