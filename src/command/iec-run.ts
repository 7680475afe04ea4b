import type { Command } from 'commander';
import { proxiesOf } from '../audit/source/proxies.ts';
import { lockPanel } from '../iec/record/panel-lock.ts';
import { runNight } from '../iec/run.ts';
import { readIecConfig } from '../iec/setup/config.ts';
import { supervisorOf } from '../service/supervisor.ts';
import { journalLine, tellJournal } from '../terminal/journal.ts';
import { type Outcome, runs, type Shell } from '../terminal/shell.ts';
import { traceTo } from '../terminal/trace.ts';
import { fromCredential } from './credentials.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { forbidRoot, identityOf } from './iec-push.ts';
import { openSigningKey } from './signing-options.ts';
import { IEC_NIGHT } from './words/iec-night.ts';
import { SIGNING } from './words/signing.ts';

/** `cotejo iec run`: the night, as a service. */

interface Options {
  readonly config: string;
  readonly passphraseFile?: string;
}

export function runCommand(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('run')
      .description(told(IEC_NIGHT.run))
      .option('--config <file>', told(IEC_NIGHT.reread), IEC_CONFIG)
      .option('--passphrase-file <file>', told(IEC_NIGHT.passphraseFile))
      .action(runs(shell, (options: Options) => run(shell, options))),
    'cotejo iec run --config IEC.toml',
  );
}

async function run(shell: Shell, options: Options): Promise<Outcome> {
  const config = await readIecConfig(options.config);
  forbidRoot(config);
  const identity = await identityOf(shell, config);
  const key = await fromCredential(shell, 'signing_key', config.key, ({ file }) =>
    openSigningKey(shell, {
      key: file,
      toSignByAgent: SIGNING.writeAgent(options.config),
      toOpenUnasked: SIGNING.takeOffPassphrase(config.key),
      ...(config.agent ? { agent: true } : {}),
      ...(options.passphraseFile === undefined ? {} : { passphraseFile: options.passphraseFile }),
    }),
  );
  const lock = await lockPanel(config.panel);
  if (!lock) {
    shell.say.error(IEC_NIGHT.runAtWork(config.panel));
    return 'unknown';
  }
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const trace = traceTo(shell);
  try {
    await runNight(
      () => readIecConfig(options.config),
      {
        key,
        identity,
        now: shell.now,
        supervisor: supervisorOf(shell.env),
        proxyFor: proxiesOf(shell.env),
        heard(event) {
          tellJournal(shell, event, PRIORITIES);
          trace(journalLine(event));
        },
        reread: { onRing: (listener) => void process.on('SIGHUP', listener) },
      },
      stop.signal,
    );
  } finally {
    await lock.release();
  }
  return 'done';
}

const PRIORITIES = {
  'link-disabled': 3,
  'pack-failed': 3,
  'chain-trouble': 3,
  'chain-cut': 4,
  'panel-trouble': 3,
  'config-refused': 3,
  'mark-trouble': 3,
  trouble: 4,
  'not-served': 4,
  'leaves-corte': 4,
  'logo-left-out': 4,
  'recibos-trouble': 4,
  closed: 4,
  state: 5,
} as const;
