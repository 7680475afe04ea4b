import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { readAnchor } from '../chain/trust-folder.ts';
import { type Introduction, initNode } from '../difusor/setup/init.ts';
import {
  configurePrograms,
  hasSystemd,
  missingPrograms,
  restartPrograms,
  SetupFailed,
  startServices,
} from '../difusor/setup/machine.ts';
import { pinAnchor } from '../difusor/setup/pin-anchor.ts';
import { writeDurably } from '../disk/durable.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { startFrom } from '../verdict/trust-chain.ts';
import { NODE_CONFIG } from './defaults.ts';
import { type Answers, answers, compareCode, NotTheOne, PORTS, type Told } from './difusor-init-questions.ts';
import { INIT_WORDS, type InitWords } from './difusor-init-words.ts';
import { example } from './example.ts';

/** `cotejo difusor init`: asked on a terminal, or by options. */

interface Options extends Told {
  readonly config?: string;
  readonly home?: string;
  readonly start: boolean;
  readonly lang: keyof typeof INIT_WORDS;
  readonly json?: boolean;
}

export function initCommand(difusor: Command, shell: Shell): void {
  const init = difusor
    .command('init')
    .description('set up a node, and with a domain the machine around it; asks on a terminal for what no option says')
    .option('--config <file>', `the configuration to write (${NODE_CONFIG})`)
    .option('--difusor <name>', "the Difusor's name, as the IEC lists it")
    .option('--node <name>', "this machine's name")
    .option('--anchor <trust.json>', 'the trust document to pin, its signatures beside it')
    .option('--code <hash>', 'the printed hash of that document, to be compared')
    .option('--iec-key <file>', "the IEC's public key towards its Difusores, or its line")
    .option('--domain <name>', 'the domain of the site: sets up sshd, nginx and the services (needs root)')
    .option('--phase <name>', 'the official phase that the site shows')
    .addOption(new Option('--ports <which>', 'the inbox and the site by these').choices(PORTS))
    .option('--no-start', 'with a domain: start no service')
    .option('--home <dir>', 'keep everything under this folder (needs no root)')
    .addOption(new Option('--lang <language>', 'the language of the questions').choices(['es', 'en']).default('es'))
    .option('--json', 'print one JSON object')
    .action(runs(shell, (options: Options) => initialise(shell, options)));
  example(init, 'cotejo difusor init --config difusor.toml --difusor vanguardia --node web1 --anchor keys/1.json --home .');
}

async function initialise(shell: Shell, options: Options): Promise<Outcome> {
  const words = INIT_WORDS[options.lang];
  try {
    const { difusor, node, anchor, home } = options;
    const isWhole = difusor !== undefined && node !== undefined && anchor !== undefined;
    if (options.domain !== undefined || (!isWhole && home === undefined)) return await setUp(shell, options, words);
    if (!isWhole) throw new UsageError('with --home, --difusor, --node and --anchor are needed too');
    const config = options.config ?? (home === undefined ? NODE_CONFIG : join(home, 'difusor.toml'));
    if (options.code !== undefined) await compareCode(shell, options.code, startFrom(await readAnchor(anchor)).anchor, words);
    tellIntroduction(shell, options, await initNode({ config, difusor, node, anchor, home, iecKey: options.iecKey }));
    return 'done';
  } catch (error) {
    if (!(error instanceof NotTheOne)) throw error;
    shell.say.error(error.message);
    return 'refused';
  }
}

function tellIntroduction(shell: Shell, options: Options, made: Introduction): void {
  shell.result(options.json, made, () =>
    [
      `Node ${made.node} of ${made.difusor} is set up. Send the IEC:`,
      '',
      `  acuse key   ${made.acuse_key}`,
      `  host key    ${made.host_key ?? '(this machine has no sshd host key yet: ssh-keygen -A)'}`,
      `              ${made.sftp_host_key} (with difusor run --sftp)`,
      `  inbox       ${made.inbox}`,
      `  outbox      ${made.outbox}`,
      `  trust       version ${made.trust.version}, ${made.trust.sha256}`,
    ].join('\n'),
  );
}

/**
 * The whole machine. The configuration is written once sshd and nginx have taken theirs, and the services start last: an
 * init that ends before may be run again.
 */
async function setUp(shell: Shell, options: Options, words: InitWords): Promise<Outcome> {
  if (options.home !== undefined) throw new UsageError('--home sets up no machine: leave --domain out');
  const config = resolve(shell.cwd, options.config ?? NODE_CONFIG);
  if (existsSync(config)) throw new UsageError(`${config} is there already`, 'remove it first, or name another file');
  if (process.geteuid?.() !== 0) {
    throw new UsageError('to set up the machine needs root', 'as root: cotejo difusor init; or --home DIR, which needs none');
  }
  const asked = await answers(shell, options, words);
  const lacks = asked.ports === 'sshd-nginx' ? missingPrograms() : [];
  if (lacks.length > 0)
    throw new UsageError(`${lacks.join(' and ')} not installed`, 'apt-get install openssh-server nginx; or --ports built-in');
  const say = (line: string) => (options.json ? undefined : shell.print(line));

  const keys = join(dirname(config), 'keys');
  const anchor = await pinAnchor(asked.anchor, keys);
  await writeDurably(join(keys, 'iec.pub'), `${asked.iecKey} IEC\n`);
  if (asked.ports === 'sshd-nginx') {
    await configurePrograms(asked, asked.iecKey);
    say(words.configured);
  }
  const made = await initNode({ ...asked, config, anchor, iecKey: join(keys, 'iec.pub') });
  const introduction = join(dirname(config), `${made.difusor}-${made.node}.json`);
  await writeDurably(introduction, `${JSON.stringify(made)}\n`);
  say(words.wroteConfig(config));
  const isStarted = await start(shell, options, asked);
  if (options.json) shell.json(made);
  else
    shell.print([isStarted ? words.started : words.notStarted, ...toSend(asked, made, introduction, words), words.next].join('\n'));
  return 'done';
}

/** @returns false where nothing was to be started, or no systemd is there to do it */
async function start(shell: Shell, options: Options, { ports }: Answers): Promise<boolean> {
  if (!options.start || !hasSystemd()) return false;
  try {
    if (ports === 'sshd-nginx') restartPrograms();
    await startServices(ports === 'built-in');
    return true;
  } catch (error) {
    if (error instanceof SetupFailed)
      shell.say.hint('all is written; what did not start is told by: systemctl status, journalctl -u');
    throw error;
  }
}

function toSend({ ports }: Answers, made: Introduction, file: string, words: InitWords): string[] {
  const key = ports === 'built-in' ? made.sftp_host_key : made.host_key;
  return [words.send(file), words.port(key ?? '(ssh-keygen -A)')];
}
