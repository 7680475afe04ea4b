import { buffer as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { readText, textOf } from '../config/read-text.ts';
import { roomOf } from '../html/size.ts';
import { type Checkup, checkNode } from '../iec/delivery/check.ts';
import { PATIENCE } from '../iec/link/open-link.ts';
import { windowOf } from '../iec/link/send-window.ts';
import { viewChain } from '../iec/record/chain-view.ts';
import { type Arrival, addDifusor } from '../iec/setup/add-difusor.ts';
import { idOf, nodesOf, readIecConfig } from '../iec/setup/config.ts';
import { initIec } from '../iec/setup/init.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { identityOf } from './iec-push.ts';
import { HELP } from './words/help.ts';
import { IEC } from './words/iec.ts';
import { IEC_SETUP } from './words/iec-setup.ts';

/** `cotejo iec init`, `iec add-difusor`, `iec check`: before the night. */

interface Options {
  readonly config: string;
  readonly json?: boolean;
}

export function setupCommands(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('init')
      .description(told(IEC_SETUP.init))
      .option('--config <file>', told(IEC_SETUP.configToWrite), IEC_CONFIG)
      .option('--phase <name>', told(IEC.phase), 'jornada')
      .option('--anchor <trust.json>', told(IEC_SETUP.anchor))
      .option('--source <dir>', told(IEC_SETUP.source))
      .option('--json', told(HELP.json))
      .action(runs(shell, (options) => init(shell, options))),
    'cotejo iec init --config IEC.toml --anchor keys/1.json',
  );
  example(
    iec
      .command('add-difusor')
      .description(told(IEC_SETUP.addDifusor))
      .argument('<introduction>', told(IEC_SETUP.introduction))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .requiredOption('--host <name>', told(IEC_SETUP.host))
      .option('--port <number>', told(IEC_SETUP.port), '22')
      .option('--user <name>', told(IEC_SETUP.user))
      .option('--built-in', told(IEC_SETUP.builtIn))
      .option('--title <text>', told(IEC_SETUP.title))
      .option('--url <address>', told(IEC_SETUP.url))
      .option('--logo <file>', told(IEC_SETUP.logo))
      .option('--contact <text>', told(IEC_SETUP.contact))
      .option('--phone <number>', told(IEC_SETUP.phone))
      .option('--inbox <path>', told(IEC_SETUP.inbox))
      .option('--outbox <path>', told(IEC_SETUP.outbox))
      .option('--json', told(HELP.json))
      .action(runs(shell, (file: string, options) => add(shell, file, options))),
    'cotejo iec add-difusor web1.json --config IEC.toml --host 192.0.2.10 --title Vanguardia --url https://prep.example/',
  );
  example(
    iec
      .command('check')
      .description(told(IEC_SETUP.check))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .option('--json', told(HELP.json))
      .action(runs(shell, (options: Options) => check(shell, options))),
    'cotejo iec check --config IEC.toml',
  );
}

async function init(shell: Shell, options: Options & { phase: string; anchor?: string; source?: string }): Promise<void> {
  const made = await initIec(options);
  shell.result(options.json, made, () =>
    [
      IEC_SETUP.isSetUp(made.config),
      '',
      `  ${made.ssh_key}`,
      '',
      IEC_SETUP.chain(made.chain),
      IEC_SETUP.sourceIs(made.source),
      IEC_SETUP.oficialIs(made.oficial),
      IEC_SETUP.panel(made.panel),
    ]
      .map(shell.told)
      .join('\n'),
  );
}

async function add(shell: Shell, file: string, options: Options & Omit<Arrival, 'port'> & { port: string }): Promise<void> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(IEC_SETUP.noPort(options.port));
  const introduced = file === '-' ? textOf(await readAll(shell.stdin), 'standard input') : await readText(file);
  const config = await addDifusor(options.config, introduced, { ...options, port });
  const nodes = nodesOf(config).map(({ difusor, node, host }) => ({ difusor, node, host }));
  shell.result(options.json, { nodes }, () => IEC_SETUP.hasNodes(options.config, nodes.length, config.difusor.length));
  shell.say.hint(IEC_SETUP.tryIt(options.config));
}

async function check(shell: Shell, options: Options): Promise<Outcome> {
  const config = await readIecConfig(options.config);
  const view = await viewChain(config.chain, config.phase);
  const identity = await identityOf(shell, config);
  const targets = nodesOf(config);
  const link = { identity, patience: PATIENCE, windowBytes: windowOf(targets.length), now: shell.now };
  const found = await Promise.all(targets.map((target) => checkNode(target, view, link)));
  const nodes = found.map(({ target, outcome, trouble, ...rest }) => ({
    difusor: target.difusor,
    node: target.node,
    ok: outcome === 'good',
    error: trouble?.code ?? null,
    detail: trouble?.detail ?? null,
    ...rest,
  }));
  shell.result(options.json, { nodes }, () => found.map((one) => inWords(shell, one)).join('\n') || IEC_SETUP.noNode);
  if (found.some(({ outcome }) => outcome === 'refused')) return 'refused';
  return found.some(({ outcome }) => outcome === 'failed') ? 'unknown' : 'done';
}

function inWords(shell: Shell, { target, trouble, trust, number, free_bytes, warnings }: Checkup): string {
  const { told } = shell;
  if (trouble) return `${idOf(target)}: ${shell.paint('red', trouble.code)}: ${told(trouble.detail)}`;
  const room = free_bytes === null ? '' : `, ${told(IEC_SETUP.left(roomOf(free_bytes)))}`;
  const good = shell.paint('green', told(IEC_SETUP.good));
  const head = `${idOf(target)}: ${good}; ${told(IEC_SETUP.stands(trust, number ?? '-'))}${room}`;
  return [head, ...warnings.map((warning) => `  ${shell.paint('yellow', told(warning))}`)].join('\n');
}
