import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DECLARABLE, type Declarable, type Declarations, whyNoDeclaration } from '../config/declarations.ts';
import { readDifusorConfig } from '../difusor/setup/config.ts';
import { version } from '../disk/installed.ts';
import { type Check, countsOf, outcomeOf, withDeclared } from '../doctor/check.ts';
import { readConstancia, writeConstancia } from '../doctor/constancia/sealed.ts';
import { lookerOf } from '../doctor/probe/looker.ts';
import { reportText } from '../doctor/text.ts';
import { fingerprint } from '../format/key.ts';
import { formatTime } from '../format/time.ts';
import { readPublicKey } from '../keys/public-key.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { EXIT, type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { NODE_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { openAcuseKey } from './node-keys.ts';

/** `cotejo difusor doctor`: is this machine fit? And what `iec doctor` has in common with it. */

export interface DoctorOptions {
  readonly config: string;
  readonly constancia?: string;
  readonly verify?: string;
  readonly key?: string;
  readonly json?: boolean;
}

interface NodeOptions extends DoctorOptions {
  readonly site?: string;
  readonly from: string;
  readonly declare: readonly string[];
}

/** All programs and files that are looked at have this long together; a usual machine takes a few seconds. */
const TOTAL_MS = 90_000;

export function difusorDoctor(difusor: Command, shell: Shell): void {
  example(
    doctorOptions(
      difusor
        .command('doctor')
        .description('is this machine fit? measures it against the convocatoria and the guide; changes nothing; run it as root')
        .option('--config <file>', "the node's configuration", NODE_CONFIG)
        .option('--site <address>', 'the site as readers reach it (default: as this machine does)')
        .option('--from <address>', "the IEC's address, by which rules of sshd may differ", '192.0.2.1')
        .option('--declare <id=text>', 'declare what can not be seen here; may be given several times', listed, []),
    ).action(runs(shell, (options: NodeOptions) => nodeDoctor(shell, options))),
    'cotejo difusor doctor --declare ups="APC 3 kVA, 40 minutos" --constancia constancia.html',
  );
}

/** The options that both doctors have. */
export function doctorOptions(command: Command): Command {
  return command
    .option('--constancia <file>', 'write a dated, signed page to hand in, and its signature beside it (.sig)')
    .option('--verify <file>', 'look at nothing; check a constancia and its signature')
    .option('--key <file.pub>', 'with --verify: whose signature it must be')
    .option('--json', 'print one JSON object');
}

async function nodeDoctor(shell: Shell, options: NodeOptions): Promise<Outcome> {
  if (options.verify !== undefined) return verifyConstancia(shell, options.verify, options);
  const declared = declarationsIn(options.declare);
  const site = options.site === undefined ? null : siteIn(options.site);
  if (!/^[0-9a-fA-F.:]{2,45}$/.test(options.from)) throw new UsageError(`--from ${options.from} is no address`, 'as in 192.0.2.10');
  const config = await readDifusorConfig(options.config);
  // What can't be signed is not measured first.
  const key = options.constancia === undefined ? null : await openAcuseKey(shell, config);
  const begins = (part: string) => shell.progress(`looking: ${part}`);
  const plan = { file: resolve(shell.cwd, options.config), config, from: options.from, site, now: shell.now, begins };
  // Loaded here, so that the other commands and the services start without them.
  const [{ judgeNode }, { probeNode }] = await Promise.all([import('../doctor/judge/node.ts'), import('../doctor/probe/node.ts')]);
  const facts = await withinTime(shell, TOTAL_MS, () => probeNode(lookerOf({ env: shell.env, totalMs: TOTAL_MS }), plan));
  const checks = withDeclared(judgeNode(facts, shell.now()), { ...config.declaraciones, ...declared });
  const { difusor, node } = config;
  return tellReport(shell, options, { difusor, node, checks, key });
}

/**
 * Ends the process where the kernel does not come back, as from a mount whose server is gone: nothing else ends that.
 * @param ms after which what keeps to its limits is done by far
 */
async function withinTime<T>(shell: Shell, ms: number, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    shell.say.error('the machine does not answer: a disk or a mount hangs');
    process.exit(EXIT.unknown);
  }, 2 * ms);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

interface Report {
  readonly difusor: string | null;
  readonly node: string | null;
  readonly checks: readonly Check[];
  /** signs the constancia, where one is asked for */
  readonly key: SigningKey | null;
}

/** Prints a report, writes the constancia that was asked for, and says what it all comes to. */
export async function tellReport(shell: Shell, { constancia, json }: DoctorOptions, report: Report): Promise<Outcome> {
  const { difusor, node, checks, key } = report;
  const outcome = outcomeOf(checks);
  const now = shell.now();
  const made_at = formatTime(now, -new Date(now).getTimezoneOffset());
  const fit = outcome === 'done';
  const statement = { type: 'cotejo/constancia', format: 1, cotejo: version(), difusor, node, made_at, fit, checks } as const;
  const file = constancia === undefined || key === null ? null : resolve(shell.cwd, constancia);
  if (file !== null && key !== null) await writeConstancia(file, statement, key);
  shell.progressDone();
  const value = { difusor, node, made_at, fit, counts: countsOf(checks), checks, constancia: file };
  shell.result(json, value, () => reportText(shell, difusor === null ? 'IEC' : `${difusor} ${node}`, checks));
  if (file !== null) shell.say.hint(`hand in ${file} with ${file}.sig`);
  if (process.geteuid?.() !== 0 && checks.some(({ verdict }) => verdict === 'no-se-sabe')) {
    shell.say.hint('root sees more: run it as root');
  }
  return outcome;
}

/** `doctor --verify`: what was signed, by whom, and whether the page shows it. */
export async function verifyConstancia(shell: Shell, file: string, { key, json }: DoctorOptions): Promise<Outcome> {
  const expected = key === undefined ? null : await readPublicKey(key);
  const statement = await readConstancia(file, expected, version());
  const { difusor, node, made_at, fit, checks } = statement;
  const value = { file, valid: true, key: statement.key, compared: expected !== null, difusor, node, made_at, fit, checks };
  shell.result(json, value, () =>
    [
      `${file}: ${shell.paint('green', 'authentic')}, of ${difusor === null ? 'the IEC' : `${difusor} ${node}`}, ${made_at}`,
      `  signed by   ${fingerprint(statement.key)}`,
      `  checks      ${Object.entries(countsOf(checks))
        .map(([verdict, count]) => `${count} ${verdict}`)
        .join(', ')}`,
    ].join('\n'),
  );
  if (expected === null) shell.say.hint(`that this is the node's key is not known: compare it, or give --key FILE.pub`);
  return 'done';
}

function listed(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

/** @throws UsageError */
function declarationsIn(texts: readonly string[]): Declarations {
  const found: [Declarable, string][] = texts.map((text) => {
    const at = text.indexOf('=');
    const id = DECLARABLE.find((known) => known === text.slice(0, Math.max(at, 0)));
    if (id === undefined) throw new UsageError(`--declare ${text}: not ID=TEXT of what can be declared`, DECLARABLE.join(', '));
    const declared = text.slice(at + 1);
    const why = whyNoDeclaration(declared);
    if (why !== null) throw new UsageError(why.map((text) => `--declare ${id}: ${text}`));
    return [id, declared];
  });
  return Object.fromEntries(found);
}

/** @throws UsageError */
function siteIn(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError(`--site ${text} is no address`, 'as in https://prep.example/');
  return url;
}
