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
import { LANGUAGES, said } from '../format/said.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { startFrom } from '../verdict/trust-chain.ts';
import { NODE_CONFIG } from './defaults.ts';
import { type Answers, answers, compareCode, NotTheOne, PORTS, portalsIn, type Told } from './difusor-init-questions.ts';
import { INIT_WORDS, type InitWords } from './difusor-init-words.ts';
import { example } from './example.ts';
import { DIFUSOR_INIT } from './words/difusor-init.ts';
import { HELP } from './words/help.ts';

/** `cotejo difusor init`: asked on a terminal, or by options. */

interface Options extends Told {
  readonly config?: string;
  readonly home?: string;
  readonly start: boolean;
  readonly lang: keyof typeof INIT_WORDS;
  readonly json?: boolean;
}

export function initCommand(difusor: Command, shell: Shell): void {
  const { told } = shell;
  const init = difusor
    .command('init')
    .description(told(DIFUSOR_INIT.init))
    .option('--config <file>', told(DIFUSOR_INIT.config(NODE_CONFIG)))
    .option('--difusor <name>', told(DIFUSOR_INIT.difusor))
    .option('--node <name>', told(DIFUSOR_INIT.node))
    .option('--anchor <trust.json>', told(DIFUSOR_INIT.anchor))
    .option('--code <hash>', told(DIFUSOR_INIT.code))
    .option('--iec-key <file>', told(DIFUSOR_INIT.iecKey))
    .option('--domain <name>', told(DIFUSOR_INIT.domain))
    .option('--phase <name>', told(DIFUSOR_INIT.phase))
    .addOption(new Option('--ports <which>', told(DIFUSOR_INIT.ports)).choices(PORTS))
    .addOption(new Option('--portal <origin>', told(DIFUSOR_INIT.portal)).argParser(oneMore))
    .option('--no-start', told(DIFUSOR_INIT.noStart))
    .option('--home <dir>', told(DIFUSOR_INIT.home))
    // The program's own, with another default: who sets up a Difusor's server reads the Spanish guide.
    .addOption(new Option('--lang <language>', told(DIFUSOR_INIT.lang)).choices(LANGUAGES).default('es'))
    .option('--json', told(HELP.json))
    .action(runs(shell, (_own: unknown, command: Command) => initialise(shell, command.optsWithGlobals<Options>())));
  example(init, 'cotejo difusor init --config difusor.toml --difusor vanguardia --node web1 --anchor keys/1.json --home .');
}

function oneMore(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function initialise(shell: Shell, options: Options): Promise<Outcome> {
  const words = INIT_WORDS[options.lang];
  try {
    const { difusor, node, anchor, home } = options;
    const isWhole = difusor !== undefined && node !== undefined && anchor !== undefined;
    if (options.domain !== undefined || (!isWhole && home === undefined)) return await setUp(shell, options, words);
    if (!isWhole) throw new UsageError(DIFUSOR_INIT.homeNeeds);
    const config = options.config ?? (home === undefined ? NODE_CONFIG : join(home, 'difusor.toml'));
    if (options.code !== undefined) await compareCode(shell, options.code, startFrom(await readAnchor(anchor)).anchor, words);
    tellIntroduction(
      shell,
      options,
      await initNode({ config, difusor, node, anchor, home, iecKey: options.iecKey, portals: portalsIn(options.portal) }),
    );
    return 'done';
  } catch (error) {
    if (!(error instanceof NotTheOne)) throw error;
    shell.say.error(said(error.message));
    return 'refused';
  }
}

function tellIntroduction(shell: Shell, options: Options, made: Introduction): void {
  const words = DIFUSOR_INIT;
  shell.result(options.json, made, () =>
    [
      words.isSetUp(made.node, made.difusor),
      '',
      words.acuseKey(made.acuse_key),
      words.hostKey(made.host_key ?? words.noHostKey),
      words.builtInKey(made.sftp_host_key),
      words.inbox(made.inbox),
      words.outbox(made.outbox),
      words.trust(made.trust.version, made.trust.sha256),
    ]
      .map(shell.told)
      .join('\n'),
  );
}

/**
 * The whole machine. The configuration is written once sshd and nginx have taken theirs, and the services start last: an
 * init that ends before may be run again.
 */
async function setUp(shell: Shell, options: Options, words: InitWords): Promise<Outcome> {
  if (options.home !== undefined) throw new UsageError(DIFUSOR_INIT.homeSetsUpNothing);
  const config = resolve(shell.cwd, options.config ?? NODE_CONFIG);
  if (existsSync(config)) throw new UsageError(DIFUSOR_INIT.isThere(config), DIFUSOR_INIT.removeFirst);
  if (process.geteuid?.() !== 0) {
    throw new UsageError(DIFUSOR_INIT.needsRoot, DIFUSOR_INIT.asRoot);
  }
  const asked = await answers(shell, options, words);
  const [one, other] = asked.ports === 'sshd-nginx' ? missingPrograms() : [];
  if (one !== undefined) {
    throw new UsageError(other === undefined ? DIFUSOR_INIT.oneLacks(one) : DIFUSOR_INIT.twoLack(one, other), DIFUSOR_INIT.install);
  }
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
    if (error instanceof SetupFailed) shell.say.hint(DIFUSOR_INIT.didNotStart);
    throw error;
  }
}

function toSend({ ports }: Answers, made: Introduction, file: string, words: InitWords): string[] {
  const key = ports === 'built-in' ? made.sftp_host_key : made.host_key;
  return [words.send(file), words.port(key ?? '(ssh-keygen -A)')];
}
