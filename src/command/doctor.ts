import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DECLARABLE, type Declarable, type Declarations, whyNoDeclaration } from '../config/declarations.ts';
import { readDifusorConfig, traerRooms } from '../difusor/setup/config.ts';
import { version } from '../disk/installed.ts';
import { type Check, countsOf, inSpanish, outcomeOf, withDeclared } from '../doctor/check.ts';
import { readConstancia, writeConstancia } from '../doctor/constancia/sealed.ts';
import { lookerOf } from '../doctor/probe/looker.ts';
import { reportText } from '../doctor/text.ts';
import { fingerprint } from '../format/key.ts';
import { said } from '../format/said.ts';
import { formatTime } from '../format/time.ts';
import { readPublicKey } from '../keys/public-key.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { EXIT, type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { readTraerStatus } from '../traer/telling.ts';
import { NODE_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { openAcuseKey } from './node-keys.ts';
import { siteAddress } from './site-address.ts';
import { DOCTOR, DOCTOR_PARTS } from './words/doctor.ts';
import { HELP } from './words/help.ts';

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
  const { told } = shell;
  example(
    doctorOptions(
      difusor
        .command('doctor')
        .description(told(DOCTOR.difusor))
        .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
        .option('--site <address>', told(DOCTOR.site))
        .option('--from <address>', told(DOCTOR.from), '192.0.2.1')
        .option('--declare <id=text>', told(DOCTOR.declare), listed, []),
      shell,
    ).action(runs(shell, (options: NodeOptions) => nodeDoctor(shell, options))),
    'cotejo difusor doctor --declare ups="APC 3 kVA, 40 minutos" --constancia constancia.html',
  );
}

/** The options that both doctors have. */
export function doctorOptions(command: Command, { told }: Pick<Shell, 'told'>): Command {
  return command
    .option('--constancia <file>', told(DOCTOR.constancia))
    .option('--verify <file>', told(DOCTOR.verify))
    .option('--key <file.pub>', told(DOCTOR.key))
    .option('--json', told(HELP.json));
}

async function nodeDoctor(shell: Shell, options: NodeOptions): Promise<Outcome> {
  if (options.verify !== undefined) return verifyConstancia(shell, options.verify, options);
  const declared = declarationsIn(options.declare);
  const site = options.site === undefined ? null : siteAddress(options.site, DOCTOR.noSite(options.site), DOCTOR.asSite);
  if (!/^[0-9a-fA-F.:]{2,45}$/.test(options.from)) throw new UsageError(DOCTOR.noFrom(options.from), DOCTOR.asFrom);
  const config = await readDifusorConfig(options.config);
  // What can't be signed is not measured first.
  const key = options.constancia === undefined ? null : await openAcuseKey(shell, config);
  const begins = (part: string) => tellPart(shell, part);
  const traer = () => readTraerStatus(traerRooms(config));
  const plan = { file: resolve(shell.cwd, options.config), config, from: options.from, site, now: shell.now, traer, begins };
  // Loaded here, so that the other commands and the services start without them.
  const [{ judgeNode }, { probeNode }] = await Promise.all([import('../doctor/judge/node.ts'), import('../doctor/probe/node.ts')]);
  const facts = await withinTime(shell, TOTAL_MS, () => probeNode(lookerOf({ env: shell.env, totalMs: TOTAL_MS }), plan));
  const checks = withDeclared(judgeNode(facts, shell.now()), { ...config.declaraciones, ...declared });
  const { difusor, node } = config;
  return tellReport(shell, options, { difusor, node, checks, key });
}

/** What is looked at now: a part of the machine, or a node by its name. */
export function tellPart(shell: Shell, part: string): void {
  shell.progress(shell.told(DOCTOR.looking(Object.hasOwn(DOCTOR_PARTS, part) ? (DOCTOR_PARTS[part] ?? part) : part)));
}

/**
 * Ends the process where the kernel does not come back, as from a mount whose server is gone: nothing else ends that.
 * @param ms after which what keeps to its limits is done by far
 */
async function withinTime<T>(shell: Shell, ms: number, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    shell.say.error(DOCTOR.hangs);
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
  const statement = {
    type: 'cotejo/constancia',
    format: 1,
    cotejo: version(),
    difusor,
    node,
    made_at,
    fit,
    checks: checks.map(inSpanish),
  } as const;
  const file = constancia === undefined || key === null ? null : resolve(shell.cwd, constancia);
  if (file !== null && key !== null) await writeConstancia(file, statement, key);
  shell.progressDone();
  const value = { difusor, node, made_at, fit, counts: countsOf(checks), checks: statement.checks, constancia: file };
  shell.result(json, value, () => reportText(shell, difusor === null ? 'IEC' : `${difusor} ${node}`, checks));
  if (file !== null) shell.say.hint(DOCTOR.handIn(file));
  if (process.geteuid?.() !== 0 && checks.some(({ verdict }) => verdict === 'no-se-sabe')) {
    shell.say.hint(DOCTOR.rootSeesMore);
  }
  return outcome;
}

/** `doctor --verify`: what was signed, by whom, and whether the page shows it. */
export async function verifyConstancia(shell: Shell, file: string, { key, json }: DoctorOptions): Promise<Outcome> {
  const expected = key === undefined ? null : await readPublicKey(key);
  const statement = await readConstancia(file, expected, version());
  const { difusor, node, made_at, fit, checks } = statement;
  const value = { file, valid: true, key: statement.key, compared: expected !== null, difusor, node, made_at, fit, checks };
  const authentic = shell.paint('green', shell.told(DOCTOR.authentic));
  const counts = Object.entries(countsOf(checks)).map(([verdict, count]) => `${count} ${verdict}`);
  shell.result(json, value, () =>
    [
      difusor === null ? DOCTOR.ofIec(file, authentic, made_at) : DOCTOR.ofNode(file, authentic, `${difusor} ${node}`, made_at),
      DOCTOR.signedBy(fingerprint(statement.key)),
      DOCTOR.checks(counts.join(', ')),
    ]
      .map(shell.told)
      .join('\n'),
  );
  if (expected === null) shell.say.hint(DOCTOR.keyNotKnown);
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
    if (id === undefined) throw new UsageError(DOCTOR.noDeclaration(text), said(DECLARABLE.join(', ')));
    const declared = text.slice(at + 1);
    const why = whyNoDeclaration(declared);
    if (why !== null) throw new UsageError(DOCTOR.badDeclaration(id, why));
    return [id, declared];
  });
  return Object.fromEntries(found);
}
