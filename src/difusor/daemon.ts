import type { Lock } from '../disk/lock.ts';
import { saidBy } from '../format/thrown.ts';
import { Interrupted, type Step, type StepName } from '../service/steps.ts';
import { keepAlive, type Supervisor } from '../service/supervisor.ts';
import { newBell } from './inbox/bell.ts';
import { lockState, openNode, type Surroundings } from './open.ts';
import type { Node } from './phase/node.ts';
import { showNoticeIfDue } from './phase/settle.ts';
import type { DifusorConfig } from './setup/config.ts';
import { offerLinkProbe } from './telling/link-probe.ts';
import { newMetrics } from './telling/metrics.ts';
import { writeLastStatus } from './telling/status.ts';
import { newTurns } from './turn.ts';
import { words } from './words.ts';

/**
 * The daemon: looks at the inbox, admits, publishes by the clock, patrols, reports. One loop, one thing at a time: a
 * delivery is admitted whole before the next is looked at, and nothing else changes the state meanwhile.
 */

/** The steps at which work may be left half-done on SIGTERM; all of them come before the commit (A13). */
const MAY_STOP: ReadonlySet<StepName> = new Set([
  'copying',
  'extracting',
  'checking',
  'restore',
  'patrol',
  'compressing',
  'before A12 sync',
]);

/** When another command has held the state for so long, ms, that is told: a repair takes minutes, one that was stopped for ever. */
const HELD_MS = 300_000;

/** During long work, the clock is looked at this often, ms. */
const CLOCK_MS = 500;

export interface DaemonHooks {
  /** called once, when the state is reconciled and before systemd is told that it is ready */
  readonly ready?: (node: Node) => Promise<void>;
  /** called after every turn of the loop */
  readonly turned?: (node: Node) => void;
}

/**
 * Runs until the signal. The caller holds the daemon's lock.
 * @throws what {@link openNode} throws; afterwards only errors after which it makes no sense to go on
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
  let clockAt = lastSign;
  let opened: Node | null = null;
  const step: Step = (name) => {
    lastSign = performance.now();
    if (opened && lastSign - clockAt > CLOCK_MS) {
      clockAt = lastSign;
      watchTheClock(opened);
    }
    if (stop.aborted && MAY_STOP.has(name)) throw new Interrupted('stopping');
    surroundings.step?.(name);
  };
  const watchdog = keepAlive(supervisor, () => lastSign);
  const locked = <T>(work: () => Promise<T>) => {
    const since = opened?.elapsed() ?? 0;
    let isTold = false;
    const waiting = () => {
      step('waiting');
      if (opened === null || isTold || opened.elapsed() - since < HELD_MS) return;
      isTold = true;
      opened.tell({ event: 'error', what: words.daemonLock, detail: words.lockHeld });
    };
    return underLock(config.state, waiting, stop, work);
  };
  try {
    const node = await locked(() =>
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
    opened = node;
    node.tell({ event: 'started', trust: node.trust.newest.document.version });
    // Without it everything works, but for the measuring of the link.
    await offerLinkProbe(node.outbox).catch((error: unknown) => {
      node.tell({ event: 'error', what: words.linkProbe, detail: saidBy(error) });
    });
    await hooks.ready?.(node);
    const turns = newTurns(node, { locked, metrics, supervisor, stop });
    const bell = newBell(node.inbox, node.tell, stop);
    try {
      while (!stop.aborted) {
        watchTheClock(node);
        const { isWork, restMs } = await turns.turn();
        hooks.turned?.(node);
        if (!isWork) await bell.wait(Math.min(config.poll_seconds * 1000, restMs));
      }
    } finally {
      bell.stop();
    }
    await end(node, supervisor);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    if (opened) await end(opened, supervisor);
  } finally {
    watchdog.stop();
  }
}

async function end(node: Node, supervisor: Supervisor): Promise<void> {
  await supervisor.stopping();
  await writeLastStatus(node).catch((error: unknown) => {
    node.tell({ event: 'error', what: words.lastStatus, detail: saidBy(error) });
  });
  node.tell({ event: 'stopped' });
}

/**
 * Shows the notice when it is due, whatever else fails or takes long: it needs only what is in memory, and is called
 * before every turn and during long work. Where it can't be done here (a read-only disk), the guard and the web server
 * show the notice.
 */
function watchTheClock(node: Node): void {
  for (const phase of node.phases.values()) {
    const what = words.notice(phase.name);
    try {
      showNoticeIfDue(phase);
      phase.told.delete(what.en);
    } catch (error) {
      if (!phase.told.has(what.en)) node.tell({ event: 'error', what, detail: saidBy(error) });
      phase.told.add(what.en);
    }
  }
}

/** Waits for the lock, which `difusor repair` may hold for minutes. The wait counts as a sign of life; the signal ends it. */
async function underLock<T>(state: string, waiting: () => void, stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  const sign = setInterval(waiting, 1000);
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
