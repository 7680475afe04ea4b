import { type FSWatcher, promises as fs, statSync, watch } from 'node:fs';
import { trustFolder } from '../chain/chain-folder.ts';
import type { Lock } from '../disk/lock.ts';
import { clockOf } from '../html/hour.ts';
import { Interrupted, type Step, type StepName } from '../service/steps.ts';
import type { Supervisor } from '../service/supervisor.ts';
import { nextChange } from '../verdict/publication.ts';
import { goBy, newMemory, takeInbox } from './admission/pass.ts';
import { openTrust } from './admission/trust.ts';
import { newPatrol } from './care/patrol.ts';
import { lockState, openNode, type Surroundings } from './open.ts';
import { type Node, openAnew } from './phase/node.ts';
import { isShown } from './phase/phase.ts';
import { settlePublic } from './phase/settle.ts';
import type { DifusorConfig } from './setup/config.ts';
import { newMetrics } from './telling/metrics.ts';
import { isHealthy, type Status, statusOf, writeStatus } from './telling/status.ts';

/**
 * The daemon: looks at the inbox, admits, publishes by the clock, patrols, tells. One loop, one thing at a time: a
 * delivery is admitted whole before the next is looked at, and nothing else changes the state meanwhile.
 */

/** The durable steps between which work may be left half-way on SIGTERM: all of them before the commit (A13). */
const MAY_STOP: ReadonlySet<StepName> = new Set(['copying', 'extracting', 'checking', 'restore', 'patrol', 'before A12 sync']);

/** At least this often status and metrics are written anew, ms: the age of a corte is in them. */
const STATUS_MS = 15_000;

export interface DaemonHooks {
  /** called once, when the state is reconciled and before readiness is told */
  readonly ready?: (node: Node) => Promise<void>;
  /** called after every turn of the loop */
  readonly turned?: (node: Node) => void;
}

/**
 * Runs until the signal. The caller holds the daemon's lock.
 * @throws what {@link openNode} throws; afterwards only what makes going on senseless
 */
export async function runDaemon(
  config: DifusorConfig,
  surroundings: Surroundings,
  supervisor: Supervisor,
  stop: AbortSignal,
  hooks: DaemonHooks = {},
): Promise<void> {
  const metrics = newMetrics();
  let lastSign = performance.now();
  const step: Step = (name) => {
    lastSign = performance.now();
    if (stop.aborted && MAY_STOP.has(name)) throw new Interrupted('stopping');
    surroundings.step?.(name);
  };
  const watchdog = keepAlive(supervisor, () => lastSign);
  try {
    const node = await underLock(config.state, step, stop, () =>
      openNode(config, {
        ...surroundings,
        keepsTheRule: true,
        step,
        heard(event) {
          metrics.hear(event);
          surroundings.heard?.(event);
        },
      }),
    );
    node.tell({ event: 'started', trust: node.trust.newest.document.version });
    await hooks.ready?.(node);
    await loop(node, config, metrics, supervisor, stop, hooks);
    await supervisor.stopping();
    node.tell({ event: 'stopped' });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    watchdog.stop();
  }
}

async function loop(
  node: Node,
  config: DifusorConfig,
  metrics: ReturnType<typeof newMetrics>,
  supervisor: Supervisor,
  stop: AbortSignal,
  hooks: DaemonHooks,
): Promise<void> {
  const memory = newMemory();
  const patrol = newPatrol(node);
  const bell = newBell(node, stop);
  const locked = (work: () => Promise<void>) => underLock(config.state, node.step, stop, work);
  let before = performance.now();
  let statusAt = -Infinity;
  let isReady = false;
  let trustSeen = trustTime(node);
  let trouble = '';

  /** @returns whether something was decided, so that it is worth looking again at once */
  async function turn(): Promise<boolean> {
    node.step('turn');
    let changed = false;
    let isWork = false;
    await locked(async () => {
      if (trustTime(node) !== trustSeen) await goBy(node, await openTrust(node.anchor, node.rooms.chain));
      else await openAnew(node); // `difusor admit` beside us may have taken something
      const verdicts = await takeInbox(node, memory);
      isWork = verdicts.some(({ outcome }) => outcome !== 'deferred');
      changed = (await settleByClock(node)) || verdicts.length > 0;
    });
    trustSeen = trustTime(node);
    const now = performance.now();
    await patrol.slice((now - before) / 1000, locked);
    before = now;
    if (changed || now - statusAt > STATUS_MS || !isReady || trouble !== '') {
      statusAt = now;
      const status = await statusOf(node);
      const healthy = isHealthy(node, status) && !patrol.broken();
      await writeStatus(node, status, healthy);
      await metrics.write(node.rooms.metrics, status, healthy, patrol.lastRound());
      if (!isReady) await supervisor.ready(statusLine(status));
      await supervisor.status(statusLine(status));
      isReady = true;
    }
    return isWork;
  }

  /**
   * A turn that fails (a full disk, an inbox that is not mounted) changes nothing and is tried again: a daemon that ends
   * could not even show the notice. Nobody is sent here meanwhile.
   */
  async function weather(cause: unknown): Promise<void> {
    if (cause instanceof Interrupted || stop.aborted) throw new Interrupted('stopping');
    const detail = cause instanceof Error ? cause.message : String(cause);
    if (detail !== trouble) node.tell({ event: 'error', what: 'a turn of the daemon', detail });
    trouble = detail;
    await fs.rm(node.rooms.health, { force: true }).catch(() => {}); // the same disk may refuse this too
  }

  try {
    while (!stop.aborted) {
      let isWork = false;
      try {
        isWork = await turn();
        trouble = '';
      } catch (error) {
        await weather(error);
      }
      hooks.turned?.(node);
      if (!isWork) await bell.wait(Math.min(config.poll_seconds * 1000, untilNextChange(node)));
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    bell.stop();
  }
}

/** Publishes what the clock asks for: the opening, the notice, the close. @returns whether anything was switched */
async function settleByClock(node: Node): Promise<boolean> {
  let switched = false;
  for (const phase of node.phases.values()) {
    if (!(await settlePublic(phase))) continue;
    switched = true;
    const { head } = phase;
    if (head) await phase.acuses.acknowledge(head, node.now(), isShown(phase, head.statement.number));
  }
  return switched;
}

function trustTime(node: Node): number {
  return statSync(trustFolder(node.rooms.chain)).mtimeMs;
}

/** Milliseconds until the clock alone may change what is shown. */
function untilNextChange(node: Node): number {
  const now = node.now();
  const changes = [...node.phases.values()].map(({ rules, head }) => nextChange(rules, head?.statement ?? null, now) ?? Infinity);
  return Math.max(0, Math.min(Infinity, ...changes) - now);
}

/** `jornada: corte 37 de 00:10 (corte)`: what is live and its hour, for `systemctl status`. */
export function statusLine(status: Status): string {
  const parts = status.phases
    .filter(({ number, public: shown }) => number !== null || shown !== 'espera')
    .map(({ phase, number, taken_at, public: shown }) => {
      const corte = number === null ? 'sin cortes' : `corte ${number} de ${clockOf(taken_at ?? '')}`;
      return `${phase}: ${corte}${shown === 'corte' ? '' : ` (${shown})`}`;
    });
  return parts.length > 0 ? parts.join('; ') : 'en espera del primer corte';
}

/** Waits for time to pass, a stir in the inbox (a hint: some are missed), or the end. */
function newBell(node: Node, stop: AbortSignal) {
  let ring: () => void = () => {};
  let isRung = false;
  const rung = () => {
    isRung = true;
    ring();
  };
  const watcher = watchInbox(node, rung);
  stop.addEventListener('abort', rung, { once: true });
  return {
    async wait(ms: number): Promise<void> {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          ring = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      ring = () => {};
      isRung = false;
    },
    stop: () => watcher?.close(),
  };
}

/**
 * A delivery rings as it gets its name; what is still being uploaded has one with a dot. Where the machine has no watch
 * left to give, the polling does without.
 */
function watchInbox(node: Node, rung: () => void): FSWatcher | null {
  const failed = (error: Error) => node.tell({ event: 'error', what: 'watching the inbox', detail: error.message });
  try {
    const heard = (_: string, name: string | null) => name?.startsWith('.') || rung();
    return watch(node.inbox, { persistent: false }, heard).on('error', failed);
  } catch (error) {
    failed(error as Error);
    return null;
  }
}

/**
 * Feeds systemd's watchdog as long as the work shows signs of life. A step that hangs stops the feeding, and systemd
 * restarts us; the start heals what was left.
 */
function keepAlive(supervisor: Supervisor, lastSign: () => number) {
  const ms = supervisor.watchdogMs;
  const timer =
    ms === null
      ? undefined
      : setInterval(() => {
          if (performance.now() - lastSign() < ms) void supervisor.alive().catch(() => {}); // a lost beat is not the last
        }, ms / 4);
  return { stop: () => clearInterval(timer) };
}

/** Waits for the lock (`difusor repair` may have it for minutes), which is no hanging; the signal ends the wait. */
async function underLock<T>(state: string, step: Step, stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  const sign = setInterval(() => step('waiting'), 1000);
  let held: Lock;
  try {
    held = await lockState(state, stop);
  } catch (error) {
    throw stop.aborted ? new Interrupted('stopping') : error;
  } finally {
    clearInterval(sign);
  }
  try {
    return await work();
  } finally {
    await held.release();
  }
}
