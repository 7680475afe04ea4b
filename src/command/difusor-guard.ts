import type { Command } from 'commander';
import { runGuard } from '../difusor/guard.ts';
import { readDifusorConfig } from '../difusor/setup/config.ts';
import type { Event } from '../difusor/state/events.ts';
import { supervisorOf } from '../service/supervisor.ts';
import { runs, type Shell } from '../terminal/shell.ts';
import { NODE_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { DIFUSOR } from './words/difusor.ts';
import { HELP } from './words/help.ts';

/** `cotejo difusor guard`: shows the notice when the daemon can't. */

interface Options {
  readonly config: string;
  readonly signs?: string;
}

/** @param tell writes an event to the journal */
export function guardCommand(difusor: Command, shell: Shell, tell: (event: Event) => void): void {
  const { told } = shell;
  example(
    difusor
      .command('guard')
      .description(told(DIFUSOR.guard))
      .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
      .option('--signs <dir>', told(DIFUSOR.signs))
      .action(runs(shell, (options: Options) => guard(shell, options, tell))),
    'cotejo difusor guard --config /etc/cotejo/difusor.toml --signs /run/cotejo',
  );
}

async function guard(shell: Shell, options: Options, tell: (event: Event) => void): Promise<void> {
  const config = await readDifusorConfig(options.config);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const supervisor = supervisorOf(shell.env);
  const signs = options.signs ?? null;
  await runGuard(config, { now: shell.now, elapsed: () => performance.now(), tell, signs, supervisor }, stop.signal);
}
