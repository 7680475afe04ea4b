import { createServer } from 'node:net';
import { join } from 'node:path';
import { runDaemon } from '../difusor/daemon.ts';
import type { Node } from '../difusor/phase/node.ts';
import { readDifusorConfig } from '../difusor/setup/config.ts';
import { type Introduction, initNode } from '../difusor/setup/init.ts';
import type { Event } from '../difusor/state/events.ts';
import { type Said, ToldError } from '../format/said.ts';
import { openKeyFile, readSecret } from '../keys/key-file.ts';
import { openPorts } from '../serve/ports.ts';
import { type Address, listenOn, type Service } from '../service/listening.ts';
import { supervisorOf } from '../service/supervisor.ts';
import { DEMO } from './words.ts';

/** One Difusor of the demo: a real node with its built-in inbox and web server, in this process. */
export interface Site {
  readonly name: string;
  readonly title: string;
  readonly introduction: Introduction;
  readonly sftp: Address;
  readonly url: string;
  readonly node: Node;
  readonly events: readonly Event[];
  /** Waits for an event that was told after the first `since`. @throws Error where it does not come */
  until(what: Said, isIt: (event: Event) => boolean, since?: number): Promise<Event>;
  /** Cuts the link to the IEC: the inbox no longer answers; the web site stays up. */
  cutLink(): Promise<void>;
  mendLink(): Promise<void>;
  stop(): Promise<void>;
}

export interface SitePlan {
  readonly name: string;
  readonly title: string;
  readonly home: string;
  readonly anchor: string;
  /** the IEC's public key towards its Difusores */
  readonly iecKey: string;
  readonly web: Address;
  readonly others: readonly { readonly title: string; readonly url: string }[];
  readonly now: () => number;
}

/** Longer than anything takes; a demo that waits for ever explains nothing. */
const PATIENCE_MS = 120_000;

/** Sets up a node in `home` and starts it with its inbox and its web server. */
export async function startSite(plan: SitePlan): Promise<Site> {
  const { name, title, home, anchor, iecKey, web, others, now } = plan;
  const file = join(home, 'difusor.toml');
  const introduction = await initNode({ config: file, difusor: name, node: 'web1', anchor, home, iecKey });
  const config = { ...(await readDifusorConfig(file)), difusores: [...others], poll_seconds: 0.5 };
  const noPassphrase = () => Promise.reject(new Error('the demo’s keys have none'));
  const acuseKey = await openKeyFile(config.acuse_key, { passphrase: noPassphrase });
  const hostKey = await readSecret(join(home, 'host_key'));

  const events: Event[] = [];
  const listeners = new Set<() => void>();
  const heard = (event: Event) => {
    events.push(event);
    for (const listener of listeners) listener();
  };
  const stop = new AbortController();
  let inbox: Service[] = [];
  let site: Service[] = [];
  let daemon: Promise<void> = Promise.resolve();
  const node = await new Promise<Node>((resolve, reject) => {
    daemon = runDaemon(config, { now, acuseKey, heard }, supervisorOf({}), stop.signal, {
      async ready(opened) {
        inbox = await openPorts(opened, config, { sftp: { host: web.host, port: 0 } }, hostKey);
        site = await openPorts(opened, config, { http: web }, null);
        resolve(opened);
      },
    });
    daemon.catch(reject);
  });
  const sftp = inbox[0]!.address;
  const close = async (services: readonly Service[]) => {
    for (const service of services) await service.close();
  };

  return {
    name,
    title,
    introduction,
    sftp,
    url: `http://${web.host}:${web.port}`,
    node,
    events,
    async until(what, isIt, since = 0) {
      const late = performance.now() + PATIENCE_MS;
      for (;;) {
        const found = events.slice(since).find(isIt);
        if (found) return found;
        const left = late - performance.now();
        if (left <= 0) throw new ToldError(DEMO.didNotCome(name, what));
        await new Promise<void>((resolve) => {
          const timer = setTimeout(wake, left);
          function wake() {
            clearTimeout(timer);
            listeners.delete(wake);
            resolve();
          }
          listeners.add(wake);
        });
      }
    },
    async cutLink() {
      await close(inbox);
      inbox = [];
    },
    async mendLink() {
      inbox = await openPorts(node, config, { sftp }, hostKey);
    },
    async stop() {
      stop.abort();
      await daemon;
      await close([...inbox, ...site]);
    },
  };
}

/** An address that nobody listens on, so that both sites can know each other's before they start. */
export async function freeAddress(): Promise<Address> {
  const service = await listenOn(createServer(), { host: '127.0.0.1', port: 0 }, () => {});
  await service.close();
  return service.address;
}
