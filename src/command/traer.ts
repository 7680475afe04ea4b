import type { Command } from 'commander';
import { proxiesOf } from '../audit/source/proxies.ts';
import { type DifusorConfig, readDifusorConfig } from '../difusor/setup/config.ts';
import type { Lock } from '../disk/lock.ts';
import { keepAlive, type Supervisor, supervisorOf } from '../service/supervisor.ts';
import { tellJournal } from '../terminal/journal.ts';
import { type Outcome, runs, type Shell } from '../terminal/shell.ts';
import { untilAborted, untilSignal } from '../terminal/until-signal.ts';
import type { TraerEvent } from '../traer/events.ts';
import type { Mirror } from '../traer/mirrors.ts';
import { lockTraer } from '../traer/one-at-a-time.ts';
import { runTraer } from '../traer/run.ts';
import { MIRROR_PATIENCE, openSiteOf } from '../traer/site.ts';
import { NODE_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { forbidRoot } from './node-account.ts';
import { HELP } from './words/help.ts';
import { TRAER } from './words/traer.ts';

/** `cotejo traer`: brings what a node lacks from other Difusores, beside its daemon and without its rights. */

/** The syslog priorities of its events; all others are 6. */
const PRIORITIES = { fork: 3, error: 3, mirror: 4, 'not-taken': 4 } as const satisfies Partial<Record<TraerEvent['event'], number>>;

interface Options {
  readonly config: string;
  readonly once?: boolean;
}

export function traerCommands(program: Command, shell: Shell): void {
  const { told } = shell;
  const traer = program
    .command('traer')
    .description(told(TRAER.traer))
    .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
    .option('--once', told(TRAER.once))
    .action(runs(shell, (options: Options) => traerNow(shell, options)));
  example(traer, 'cotejo traer --config /etc/cotejo/difusor.toml');
}

async function traerNow(shell: Shell, { config: file, once = false }: Options): Promise<Outcome> {
  const config = await readDifusorConfig(file);
  const supervisor = supervisorOf(shell.env);
  const stop = new AbortController();
  return untilSignal(stop, async () => {
    if (config.traer?.enabled === false) {
      // As a service it stays, so that switching it off in the configuration is no failure, and asks nobody.
      shell.say.hint(TRAER.isOff);
      if (once) return 'unknown';
      await supervisor.ready('apagado');
      if (shell.env.NOTIFY_SOCKET === undefined) return 'done';
      const watch = setInterval(() => void supervisor.alive().catch(() => {}), 10_000);
      await untilAborted(stop.signal);
      clearInterval(watch);
      return 'done';
    }
    forbidRoot(config);
    const lock = (await lockTraer(config)) ?? (once ? null : await whenFree(shell, config, supervisor, stop.signal));
    if (!lock) {
      if (!once) return 'done';
      shell.say.error(TRAER.isAtWork);
      return 'unknown';
    }
    try {
      const proxyFor = proxiesOf(shell.env);
      const open = (mirror: Mirror) => openSiteOf(mirror, MIRROR_PATIENCE, proxyFor);
      const plan = { open, now: shell.now, elapsed: () => performance.now(), chance: Math.random, supervisor, once };
      const tell = (event: TraerEvent) => tellJournal(shell, event, PRIORITIES);
      const end = await runTraer(config, { ...plan, tell }, stop.signal);
      if (!once || end === 'up-to-date') return 'done';
      shell.say.error(TRAER.lacking);
      return 'unknown';
    } finally {
      await lock.release();
    }
  });
}

/** The service does not end because somebody makes a pass. @returns null where the signal came first */
async function whenFree(shell: Shell, config: DifusorConfig, supervisor: Supervisor, stop: AbortSignal): Promise<Lock | null> {
  shell.say.hint(TRAER.waits);
  await supervisor.ready('espera a que termine otra pasada');
  const watchdog = keepAlive(supervisor, () => performance.now());
  try {
    return await lockTraer(config, stop);
  } catch (error) {
    if (stop.aborted) return null;
    throw error;
  } finally {
    watchdog.stop();
  }
}
