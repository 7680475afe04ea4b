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

/** `cotejo iec init`, `iec add-difusor`, `iec check`: before the night. */

interface Options {
  readonly config: string;
  readonly json?: boolean;
}

export function setupCommands(iec: Command, shell: Shell): void {
  example(
    iec
      .command('init')
      .description('set up the IEC: configuration, folders, its SSH key; prints what the Difusores need')
      .option('--config <file>', 'the configuration to write', IEC_CONFIG)
      .option('--phase <name>', 'the phase, as the trust document names it', 'jornada')
      .option('--anchor <trust.json>', 'a trust document to begin the chain with, its signatures beside it')
      .option('--source <dir>', 'what is published (beside the configuration; for /etc/cotejo, /srv/prep/publicacion)')
      .option('--json', 'print one JSON object')
      .action(runs(shell, (options) => init(shell, options))),
    'cotejo iec init --config IEC.toml --anchor keys/1.json',
  );
  example(
    iec
      .command('add-difusor')
      .description("add a Difusor's node to the configuration")
      .argument('<introduction>', 'what `cotejo difusor init --json` printed on the node; - for standard input')
      .option('--config <file>', "the IEC's configuration", IEC_CONFIG)
      .requiredOption('--host <name>', "the node's host name or address")
      .option('--port <number>', 'its SSH port', '22')
      .option('--user <name>', 'the account there (default: cotejo-iec; iec with --built-in)')
      .option('--built-in', 'the node runs `difusor run --sftp` and no sshd')
      .option('--title <text>', "the Difusor's name as citizens know it")
      .option('--url <address>', 'where it publishes; needed for a new Difusor')
      .option('--logo <file>', 'svg, png, jpeg or webp, at most 128 KiB')
      .option('--contact <text>', 'its technical person: name, post, telephone, hours')
      .option('--phone <number>', 'the number to dial for that person (default: the one in --contact)')
      .option('--inbox <path>', 'the inbox as the account sees it')
      .option('--outbox <path>', 'the outbox as the account sees it')
      .option('--json', 'print one JSON object')
      .action(runs(shell, (file: string, options) => add(shell, file, options))),
    'cotejo iec add-difusor web1.json --config IEC.toml --host 192.0.2.10 --title Vanguardia --url https://prep.example/',
  );
  example(
    iec
      .command('check')
      .description('connect to each node and look: host key, account, folders, room, clock; sends nothing')
      .option('--config <file>', "the IEC's configuration", IEC_CONFIG)
      .option('--json', 'print one JSON object')
      .action(runs(shell, (options: Options) => check(shell, options))),
    'cotejo iec check --config IEC.toml',
  );
}

async function init(shell: Shell, options: Options & { phase: string; anchor?: string; source?: string }): Promise<void> {
  const made = await initIec(options);
  shell.result(options.json, made, () =>
    [
      `The IEC is set up in ${made.config}. Every Difusor needs its SSH key:`,
      '',
      `  ${made.ssh_key}`,
      '',
      `  chain       ${made.chain}`,
      `  source      ${made.source}`,
      `  panel       ${made.panel}`,
    ].join('\n'),
  );
}

async function add(shell: Shell, file: string, options: Options & Omit<Arrival, 'port'> & { port: string }): Promise<void> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`--port ${options.port} is no port`);
  const introduced = file === '-' ? textOf(await readAll(shell.stdin), 'standard input') : await readText(file);
  const config = await addDifusor(options.config, introduced, { ...options, port });
  const nodes = nodesOf(config).map(({ difusor, node, host }) => ({ difusor, node, host }));
  shell.result(options.json, { nodes }, () => `${options.config} has ${nodes.length} nodes of ${config.difusor.length} Difusores`);
  shell.say.hint(`try it: cotejo iec check --config ${options.config}`);
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
  shell.result(options.json, { nodes }, () => found.map((one) => inWords(shell, one)).join('\n') || 'no node is configured');
  if (found.some(({ outcome }) => outcome === 'refused')) return 'refused';
  return found.some(({ outcome }) => outcome === 'failed') ? 'unknown' : 'done';
}

function inWords(shell: Shell, { target, trouble, trust, number, free_bytes, warnings }: Checkup): string {
  if (trouble) return `${idOf(target)}: ${shell.paint('red', trouble.code)}: ${trouble.detail}`;
  const room = free_bytes === null ? '' : `, ${roomOf(free_bytes)} left`;
  const head = `${idOf(target)}: ${shell.paint('green', 'good')}; trust ${trust}, corte ${number ?? '-'}${room}`;
  return [head, ...warnings.map((warning) => `  ${shell.paint('yellow', warning)}`)].join('\n');
}
