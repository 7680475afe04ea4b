import { spawn } from 'node:child_process';
import notify from 'systemd-notify';

/** What the daemon tells systemd. Outside a service (no NOTIFY_SOCKET) every call does nothing. */
export interface Supervisor {
  /** Tells systemd that the state is reconciled and deliveries are taken. */
  ready(status: string): Promise<void>;
  /** The line that `systemctl status` shows. */
  status(status: string): Promise<void>;
  stopping(): Promise<void>;
  /** The watchdog's time in ms, or null where it is not asked for. */
  readonly watchdogMs: number | null;
  /** Tells the watchdog that work goes on. */
  alive(): Promise<void>;
}

/**
 * @param env the process's environment, with systemd's NOTIFY_SOCKET and WATCHDOG_USEC (microseconds) where it is a
 *   service
 */
export function supervisorOf(env: Readonly<Record<string, string | undefined>>): Supervisor {
  const on = env.NOTIFY_SOCKET !== undefined && env.NOTIFY_SOCKET !== '';
  const watchdog = Number(env.WATCHDOG_USEC ?? 0) / 1000;
  let last = '';
  return {
    ready: (status) => (on ? notify({ ready: true, status }) : Promise.resolve()),
    async status(status) {
      if (!on || status === last) return;
      last = status;
      await notify({ status });
    },
    stopping: () => (on ? raw('STOPPING=1') : Promise.resolve()),
    watchdogMs: on && watchdog > 0 ? watchdog : null,
    // While the start reconciles there is no watchdog yet, but a time limit, which the same sign extends.
    alive: () => (on ? raw('WATCHDOG=1', `EXTEND_TIMEOUT_USEC=${env.WATCHDOG_USEC}`) : Promise.resolve()),
  };
}

/** For assignments that the library has no call for; `systemd-notify` takes any. */
function raw(...assignments: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('systemd-notify', assignments, { stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`systemd-notify ended with status ${code}`))));
  });
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
