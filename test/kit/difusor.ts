import { mkdir } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { runDaemon } from '../../src/difusor/daemon.ts';
import type { Node } from '../../src/difusor/phase/node.ts';
import type { DifusorConfig } from '../../src/difusor/setup/config.ts';
import type { Event } from '../../src/difusor/state/events.ts';
import { openPorts, type Ports } from '../../src/serve/ports.ts';
import type { Address, Service } from '../../src/service/listening.ts';
import { supervisorOf } from '../../src/service/supervisor.ts';
import { type KitTrust, NOW } from './election.ts';
import { makeFolder } from './folders.ts';
import { makeKey, type TestKey } from './keys.ts';
import { configIn } from './node.ts';

/** A daemon in this process, with a folder of its own and a clock that the test sets. */
export interface RunningDifusor {
  readonly folder: string;
  readonly config: DifusorConfig;
  readonly node: Node;
  readonly events: readonly Event[];
  /** the clock, ms; the test sets it */
  now: number;
  readonly sftp: Address | null;
  readonly http: Address | null;
  /** Waits until the daemon has told such an event, later than `after` where that is given, and returns it. */
  until(isIt: (event: Event) => boolean, after?: Event): Promise<Event>;
  stop(): Promise<void>;
}

export interface DifusorPlan extends Partial<DifusorConfig> {
  readonly trust: KitTrust;
  /** ms; a clock that the test moves for many, where it is a function */
  readonly now?: number | (() => number);
  readonly ports?: Ports;
  /** of the built-in inbox */
  readonly hostKey?: Buffer;
  readonly acuseKey?: TestKey;
}

export async function runDifusor(t: ExecutionContext, plan: DifusorPlan): Promise<RunningDifusor> {
  const { trust, now = NOW, ports = {}, hostKey = null, acuseKey = makeKey('vanguardia-web1'), ...changes } = plan;
  const folder = await makeFolder(t);
  const config = await configIn(folder, trust, changes);
  for (const made of [config.inbox, config.outbox]) await mkdir(made);
  const events: Event[] = [];
  const waiting = new Set<() => void>();
  const running = { now: 0 };
  Object.defineProperty(running, 'now', {
    enumerable: true,
    ...(typeof now === 'function' ? { get: now } : { value: now, writable: true }),
  });
  const stop = new AbortController();
  const surroundings = {
    now: () => running.now,
    elapsed: () => running.now,
    acuseKey,
    heard(event: Event) {
      events.push(event);
      for (const wake of waiting) wake();
    },
  };
  let services: Service[] = [];
  let ended: Promise<void> = Promise.resolve();
  const node = await new Promise<Node>((resolve, reject) => {
    ended = runDaemon(config, surroundings, supervisorOf({}), stop.signal, {
      async ready(opened) {
        services = await openPorts(opened, config, ports, hostKey);
        resolve(opened);
      },
    });
    ended.catch(reject);
  });
  const end = async () => {
    stop.abort();
    await ended;
    for (const service of services) await service.close();
  };
  t.teardown(end);
  const bound = [...services];
  return Object.assign(running, {
    folder,
    config,
    node,
    events,
    sftp: ports.sftp ? (bound.shift()?.address ?? null) : null,
    http: ports.http ? (bound.shift()?.address ?? null) : null,
    async until(isIt: (event: Event) => boolean, after?: Event) {
      const from = after === undefined ? 0 : events.indexOf(after) + 1;
      for (;;) {
        const found = events.slice(from).find(isIt);
        if (found) return found;
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
    stop: end,
  });
}
