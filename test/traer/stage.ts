import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { DifusorConfig } from '../../src/difusor/setup/config.ts';
import { traerRooms } from '../../src/difusor/setup/config.ts';
import { supervisorOf } from '../../src/service/supervisor.ts';
import type { TraerEvent } from '../../src/traer/events.ts';
import { runTraer } from '../../src/traer/run.ts';
import { MIRROR_PATIENCE, openSiteOf } from '../../src/traer/site.ts';
import type { TraerStatus } from '../../src/traer/telling.ts';
import { type RunningDifusor, runDifusor } from '../kit/difusor.ts';
import type { KitTrust } from '../kit/election.ts';
import { makeNode } from '../kit/node.ts';
import type { TestMirror } from './mirror.ts';

/** A daemon and `cotejo traer` beside it, in this process. */
export interface TraerStage extends ReturnType<typeof runBeside> {
  readonly difusor: RunningDifusor;
  /** Waits until the node has admitted so many. */
  admitted(number: number): Promise<void>;
}

type Settings = NonNullable<DifusorConfig['traer']>;

function settings(mirrors: readonly TestMirror[], changes: Partial<Settings> = {}): Settings {
  const addresses = mirrors.map(({ url }) => url.href);
  return { enabled: true, mirrors: addresses, padron: true, wait_seconds: 0, ask_seconds: 0.1, ...changes };
}

export async function withTraer(
  t: ExecutionContext,
  trust: KitTrust,
  mirrors: readonly TestMirror[],
  changes: Partial<Settings> = {},
  now?: number,
  once = false,
): Promise<TraerStage> {
  const difusor = await runDifusor(t, { trust, traer: settings(mirrors, changes), ...(now !== undefined && { now }) });
  return {
    difusor,
    ...runBeside(t, difusor, once),
    async admitted(number) {
      await difusor.until((event) => event.event === 'admitted' && event.number === number);
    },
  };
}

/** Without a daemon: what is delivered stays in the inbox. */
export async function traerAlone(t: ExecutionContext, trust: KitTrust, mirrors: readonly TestMirror[], once = false) {
  const { config, clock } = await makeNode(t, { trust, config: { traer: settings(mirrors) } });
  return { config, ...runBeside(t, { config, now: clock.now }, once) };
}

export function runBeside(t: ExecutionContext, difusor: { readonly config: DifusorConfig; readonly now: number }, once = false) {
  const events: TraerEvent[] = [];
  const stop = new AbortController();
  const ended = runTraer(
    difusor.config,
    {
      now: () => difusor.now,
      elapsed: () => performance.now(),
      chance: () => 0.5,
      tell: (event) => void events.push(event),
      supervisor: supervisorOf({}),
      once,
      // What is slow may be this machine.
      open: (mirror) => openSiteOf(mirror, { ...MIRROR_PATIENCE, stall: 60_000, tries: 3, pause: 1 }),
    },
    stop.signal,
  );
  const end = async () => {
    stop.abort();
    await ended;
  };
  t.teardown(end);
  return {
    events: events as readonly TraerEvent[],
    /** Waits for an event of traer. */
    async until(isIt: (event: TraerEvent) => boolean): Promise<TraerEvent> {
      for (;;) {
        const found = events.find(isIt);
        if (found) return found;
        await pause(20);
      }
    },
    status: async () => JSON.parse(await readFile(join(traerRooms(difusor.config).told, 'status.json'), 'utf8')) as TraerStatus,
    stop: end,
    /** How one pass ended. */
    ended,
  };
}
