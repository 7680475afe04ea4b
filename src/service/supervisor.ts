import notify from 'systemd-notify';
import { runProgram } from '../disk/program.ts';
import { ToldError } from '../format/said.ts';
import { words } from './words.ts';

/** What the daemon tells systemd. Outside a service (no NOTIFY_SOCKET) every call does nothing. */
export interface Supervisor {
  /** Tells systemd that the state is reconciled and deliveries are taken. */
  ready(status: string): Promise<void>;
  /** The line that `systemctl status` shows. One that is lost (no descriptor is left, perhaps) ends nothing. */
  status(status: string): Promise<void>;
  /** As `status`. */
  stopping(): Promise<void>;
  /** The watchdog's time in ms, or null where it is not asked for. */
  readonly watchdogMs: number | null;
  /** Tells the watchdog that work goes on. */
  alive(): Promise<void>;
}

/** Within this time a word must have reached systemd, ms: a program that hangs is not waited for while a night goes on. */
const TOTAL_MS = 10_000;

/**
 * @param env the process's environment, with systemd's NOTIFY_SOCKET and WATCHDOG_USEC (microseconds) where it is a
 *   service
 * @param totalMs how long one word may take; what takes longer was not told
 */
export function supervisorOf(env: Readonly<Record<string, string | undefined>>, totalMs = TOTAL_MS): Supervisor {
  const on = env.NOTIFY_SOCKET !== undefined && env.NOTIFY_SOCKET !== '';
  const watchdog = Number(env.WATCHDOG_USEC ?? 0) / 1000;
  let last = '';

  /** What the library has no call for; the program behind it takes any assignment. */
  async function raw(...assignments: string[]): Promise<void> {
    const { status } = await runProgram('systemd-notify', assignments, { stdio: 'ignore', timeout: totalMs });
    if (status !== 0) throw new ToldError(words.notNotified(String(status)));
  }

  return {
    async ready(status) {
      if (!on) return;
      // The library hears of no program that can't be started, which would end us: whether one can, this shows.
      await raw(`STATUS=${status}`);
      await within(totalMs, notify({ ready: true }));
    },
    async status(status) {
      if (!on || status === last) return;
      const isTold = await raw(`STATUS=${status}`).then(
        () => true,
        () => false,
      );
      if (isTold) last = status;
    },
    async stopping() {
      if (on) await raw('STOPPING=1').catch(() => {});
    },
    watchdogMs: on && watchdog > 0 ? watchdog : null,
    // While the start reconciles there is no watchdog yet, but a time limit, which the same sign extends.
    alive: () => (on ? raw('WATCHDOG=1', `EXTEND_TIMEOUT_USEC=${env.WATCHDOG_USEC}`) : Promise.resolve()),
  };
}

/** For the library, whose program can't be ended: it is left behind. */
async function within(ms: number, telling: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ToldError(words.notifyHangs(ms / 1000))), ms);
  });
  try {
    await Promise.race([telling, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Feeds systemd's watchdog as long as the work shows signs of life. A step that hangs stops the feeding, and systemd
 * restarts us; the start heals what was left.
 */
export function keepAlive(supervisor: Supervisor, lastSign: () => number): { stop(): void } {
  const ms = supervisor.watchdogMs;
  const timer =
    ms === null
      ? undefined
      : setInterval(() => {
          if (performance.now() - lastSign() < ms) void supervisor.alive().catch(() => {}); // one lost signal does no harm
        }, ms / 4);
  return { stop: () => clearInterval(timer) };
}
