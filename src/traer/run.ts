import { mkdirSync } from 'node:fs';
import { type DifusorConfig, traerRooms } from '../difusor/setup/config.ts';
import { deliveryName, parseDeliveryName } from '../format/naming.ts';
import { newBell } from '../service/bell.ts';
import type { Supervisor } from '../service/supervisor.ts';
import { keepAlive } from '../service/supervisor.ts';
import { blameFor } from './blame.ts';
import { type Bringing, bringTrustOfAny } from './bring.ts';
import { newDeliveries } from './deliveries.ts';
import type { TraerEvent } from './events.ts';
import { newFleet } from './fleet.ts';
import { newHoldings } from './holdings.ts';
import { newJob } from './job.ts';
import { outlookOf } from './lacking.ts';
import { type Mirror, mirrorsOf } from './mirrors.ts';
import { newPass, type PassEnd } from './once.ts';
import { ownInbox } from './own-inbox.ts';
import { ownNode } from './own-node.ts';
import { newSilences } from './silences.ts';
import type { SiteReads } from './site.ts';
import { newStanding } from './standing.ts';
import { newTimetable } from './timetable.ts';
import { words } from './words.ts';

/**
 * `cotejo traer`: asks mirrors what they show, and brings what this node lacks into an inbox of its own. It decides nothing:
 * the daemon verifies what is there as it verifies what the IEC brings.
 */

export interface TraerPlan {
  /** the hour, ms since the epoch */
  readonly now: () => number;
  /** a clock that only runs forward, ms */
  readonly elapsed: () => number;
  /** from 0 to 1 */
  readonly chance: () => number;
  readonly tell: (event: TraerEvent) => void;
  readonly supervisor: Supervisor;
  /** ends when the node has what the mirrors have, or can't have it now; runs until the signal, if absent */
  readonly once?: boolean;
  readonly open?: (mirror: Mirror) => SiteReads;
}

/** ms between two looks at what this node has, at rest and while something of ours waits to be taken. */
const LOOK_MS = 2000;
const LOOK_SOON_MS = 200;
/** An upload of the IEC's that is under way has so much more, ms. */
const UPLOAD_MS = 90_000;
/** A delivery that could not be brought, or was not taken, is left alone for this long, ms. */
const AGAIN_MS = 10_000;
const NOT_TAKEN_MS = 300_000;

/** When there is something to do again, ms, and what is left to do then. */
interface Turn {
  readonly rest: number;
  readonly isLacking: boolean;
  readonly isHeldBack: boolean;
}
const GOES_ON: Turn = { rest: 0, isLacking: true, isHeldBack: false };

/**
 * Runs until the signal, or for one pass.
 * @returns how the pass ended; null where the signal ended it
 * @throws Error where its folders can't be made or written in
 */
export async function runTraer(config: DifusorConfig, plan: TraerPlan, stop: AbortSignal): Promise<PassEnd | null> {
  const { now, elapsed, chance, tell, supervisor } = plan;
  const settings = { enabled: true, mirrors: [], padron: true, wait_seconds: 20, ask_seconds: 15, ...config.traer };
  const rooms = traerRooms(config);
  for (const room of [rooms.inbox, rooms.work]) mkdirSync(room, { recursive: true, mode: 0o770 });
  mkdirSync(rooms.told, { recursive: true, mode: 0o755 });
  const bell = newBell(stop);
  const inbox = ownInbox(rooms);
  const look = ownNode(config, now);
  const fleet = newFleet({
    askMs: settings.ask_seconds * 1000,
    moment: () => ({ elapsed: elapsed(), now: now(), chance: chance() }),
    blameFor,
    changed(mirror, fault) {
      if (fault === null) tell({ event: 'mirror-well', mirror: mirror.name });
      else tell({ event: 'mirror', mirror: mirror.name, fault: fault.kind, code: fault.code, detail: fault.detail });
    },
    heard: () => bell.ring(),
    ...(plan.open && { open: plan.open }),
  });
  const deliveries = newDeliveries(inbox);
  const holdings = newHoldings({
    head: (phase, number) => inbox.head(phase, number),
    // First what is under way: it may be there a moment later.
    waiting: async () => new Set([...deliveries.underWay(), ...(await inbox.waiting())]),
  });
  const timetable = newTimetable(elapsed);
  const standing = newStanding({ fleet, rooms, now, elapsed, tell });

  const bringing: Bringing = {
    fleet,
    inbox,
    deliveries,
    rooms,
    now,
    elapsed,
    silences: newSilences(),
    came: (bytes) => standing.came(bytes),
    forked: (delivery, { mirror }, detail) => tell({ event: 'fork', delivery, mirror: mirror.name, detail }),
    begins: (delivery, bytes) => standing.begins(delivery, bytes),
    brought(delivery, bytes, mirrors, ms) {
      standing.broughtCorte(delivery, { bytes, mirrors }, ms);
      bell.ring();
    },
  };
  const again = Math.max(AGAIN_MS * 0.1, Math.min(AGAIN_MS, settings.ask_seconds * 1000));
  const bring = newJob({
    look,
    holdings,
    bringing,
    standing,
    stop,
    putOff: (delivery) => timetable.putOff(delivery, again),
  });

  /** Tells of a delivery that could not be made durable. @returns its name */
  function tellUndelivered(): string | null {
    const undelivered = deliveries.failed();
    if (!undelivered) return null;
    const { delivery, error } = undelivered;
    standing.failed(words.fetching(delivery), error, delivery);
    timetable.putOff(delivery, AGAIN_MS);
    return delivery;
  }

  async function turn(): Promise<Turn> {
    const undelivered = tellUndelivered();
    const gone = await holdings.look(look);
    for (const delivery of gone.filter((one) => one !== undelivered)) {
      tell({ event: 'not-taken', delivery });
      timetable.putOff(delivery, NOT_TAKEN_MS);
    }
    standing.forget((delivery) => delivery !== null && holdings.hasAdmitted(delivery));
    const own = holdings.own();
    fleet.set(mirrorsOf(settings.mirrors, settings.padron ? own.padron : null, config.difusor));
    fleet.ask();
    await standing.write();
    const serving = fleet.serving();
    const version = holdings.trust().newest.document.version;
    const newer = serving.filter(({ trust }) => trust > version);
    const next = `trust-${version + 1}`;
    if (newer.length > 0 && timetable.isTimeFor(next, settings.wait_seconds * 1000)) {
      timetable.putOff(next, AGAIN_MS); // where this machine fails, not at once again
      const grown = await bringTrustOfAny(bringing, holdings.trust(), newer);
      timetable.allow(next); // who had it not was blamed, and is left alone for it
      if (grown) {
        standing.broughtTrust(grown.newest.document.version - version);
        holdings.broughtTrust(grown);
        return GOES_ON;
      }
    }
    if (!holdings.mayBringMore() || !fleet.hasHeardAll()) return { ...GOES_ON, rest: LOOK_SOON_MS };
    const { job, lacking, isHeldBack } = outlookOf(
      {
        phases: own.phases.map(({ name }) => ({ name, number: holdings.head(name)?.statement.number ?? 0 })),
        arriving: own.arriving,
        claims: serving.map(({ site, claim }) => ({ mirror: site, has: new Map(claim ? [[claim.phase, claim.number]] : []) })),
        since: timetable.since,
        heldUntil: (delivery) => timetable.heldUntil(delivery),
        elapsed: elapsed(),
      },
      { waitMs: settings.wait_seconds * 1000 * (0.75 + chance() / 2), uploadMs: UPLOAD_MS },
    );
    timetable.lacks(new Set(lacking.keys()));
    if (job) {
      timetable.allow(deliveryName({ kind: 'corte', ...job }));
      const wanted = new Set([...lacking.keys(), ...deliveries.unfinished()]);
      await inbox.tidy((name) => wanted.has(name));
      await bring(job.phase, job.number, job.mirrors);
      return GOES_ON;
    }
    // What is not lacking now may be so again, when a mirror answers; what this node has never is.
    const unfinished = new Set(deliveries.unfinished());
    await inbox.tidy((name) => unfinished.has(name) || (parseDeliveryName(name) !== null && !holdings.hasAdmitted(name)));
    const soonest = Math.min(fleet.nextAsk(), ...lacking.values()) - elapsed();
    const rest = Math.min(holdings.isWaiting() ? LOOK_SOON_MS : LOOK_MS, Math.max(LOOK_SOON_MS / 4, soonest));
    const isLacking = newer.length > 0 || lacking.size > 0;
    if (!isLacking && serving.length > 0) standing.forget(() => true);
    // Who broke off has more all the same. That ends no pass in which somebody else still gives what is lacking.
    const isOutOfReach = fleet.unreached().some(({ claim, trust }) => {
      const isOurs = claim !== null && own.phases.some(({ name }) => name === claim.phase);
      return trust > version || (isOurs && claim.number > (holdings.head(claim.phase)?.statement.number ?? 0));
    });
    return { rest, isLacking: isLacking || isOutOfReach, isHeldBack: isHeldBack || (isOutOfReach && !isLacking) };
  }

  const endOf = newPass(elapsed(), settings.wait_seconds * 1250);
  const watchdog = keepAlive(supervisor, () => performance.now());
  await supervisor.ready('pregunta a los espejos');
  try {
    while (!stop.aborted) {
      let next: Turn = { rest: LOOK_MS, isLacking: true, isHeldBack: true };
      try {
        next = await turn();
      } catch (error) {
        if (!stop.aborted) standing.failed(words.looking, error);
      }
      const { isLacking, isHeldBack } = next;
      const rooms = { mark: holdings.mark(), isWaiting: holdings.isWaiting() };
      const view = { elapsed: elapsed(), isAwaited: fleet.isAwaited(), hasWell: fleet.hasWell(), isLacking, isHeldBack, ...rooms };
      const end = plan.once && !stop.aborted ? endOf(view) : null;
      if (end) return end;
      await bell.sleep(next.rest);
    }
    return null;
  } finally {
    watchdog.stop();
    fleet.close();
    await deliveries.settled();
    tellUndelivered();
    await supervisor.stopping();
    await standing.write().catch(() => {}); // an old status says itself how old it is
  }
}
