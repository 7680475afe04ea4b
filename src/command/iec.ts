import type { Command } from 'commander';
import { inGroups } from '../format/hash.ts';
import { parseTime } from '../format/time.ts';
import { countOf } from '../html/size.ts';
import { type Cut, healChain } from '../iec/heal.ts';
import type { Progress } from '../iec/pack/intake.ts';
import { type PackedCorte, packCorte } from '../iec/pack/pack.ts';
import { excludeOf, whyNoExclude } from '../iec/setup/exclude.ts';
import { runs, type Shell, UsageError } from '../terminal/shell.ts';
import { example } from './example.ts';
import { calledCommand } from './iec-called.ts';
import { iecDoctor } from './iec-doctor.ts';
import { pushCommands } from './iec-push.ts';
import { runCommand } from './iec-run.ts';
import { setupCommands } from './iec-setup.ts';
import { openSigningKey, type SigningOptions, signingOptions } from './signing-options.ts';

/** `cotejo iec`: what the Institute does. */
export function iecCommands(program: Command, shell: Shell): void {
  const iec = program.command('iec').description('the Institute: makes the cortes and brings them to every Difusor');
  example(iec, 'cotejo iec pack publicacion --chain chain --phase jornada --key firma-1');

  example(
    signingOptions(iec.command('pack').description('make the next corte of a folder'), shell)
      .argument('<source>', 'the folder that is published')
      .requiredOption('--chain <dir>', 'the chain folder, with its trust/')
      .requiredOption('--phase <name>', 'the phase, as the trust document names it')
      .option('--exclude <name>', 'leave out this name, a path or a pattern with *; may be given several times', listed, [])
      .option('--taken-at <time>', 'the hour of the corte, YYYY-MM-DDThh:mm:ss±hh:mm (default: now)')
      .option('--note <text>', 'why this corte is unlike the others, at most 500 characters, signed with it')
      .option('--final', 'this is the last corte of the phase; nothing follows it')
      .option('--json', 'print one JSON object')
      .action(runs(shell, (source: string, options: PackOptions) => pack(shell, source, options))),
    'cotejo iec pack publicacion --chain chain --phase jornada --key firma-1 --note "Se corrige el catálogo de casillas"',
  );
  example(
    iec
      .command('heal')
      .description('set aside the cortes that the newest trust document disowns, as every Difusor does by itself')
      .requiredOption('--chain <dir>', 'the chain folder, with its trust/')
      .option('--json', 'print one JSON object')
      .action(runs(shell, (options: HealOptions) => heal(shell, options))),
    'cotejo iec heal --chain chain',
  );
  setupCommands(iec, shell);
  iecDoctor(iec, shell);
  pushCommands(iec, shell);
  calledCommand(iec, shell);
  runCommand(iec, shell);
}

interface HealOptions {
  readonly chain: string;
  readonly json?: boolean;
}

async function heal(shell: Shell, { chain, json }: HealOptions): Promise<void> {
  const { cuts, revoked } = await healChain(chain);
  const told = ({ phase, from, to }: Cut) => `${phase}: cortes ${from} to ${to} are now in ${revoked}; the next is corte ${from}`;
  shell.result(json, { cuts, revoked }, () => (cuts.length === 0 ? 'nothing to heal' : cuts.map(told).join('\n')));
}

interface PackOptions extends SigningOptions {
  readonly chain: string;
  readonly phase: string;
  readonly exclude: readonly string[];
  readonly takenAt?: string;
  readonly note?: string;
  readonly final?: boolean;
  readonly json?: boolean;
}

async function pack(shell: Shell, source: string, options: PackOptions): Promise<void> {
  const { chain, phase, takenAt, note, final, json } = options;
  if (takenAt !== undefined && parseTime(takenAt) === null) {
    throw new UsageError(`--taken-at ${takenAt} is no time`, 'write it as 2018-07-01T20:00:00-05:00');
  }
  for (const name of options.exclude) {
    const why = whyNoExclude(name);
    if (why !== null) throw new UsageError(`--exclude ${JSON.stringify(name)}: ${why}`);
  }
  const exclude = excludeOf(options.exclude);
  const key = await openSigningKey(shell, options);
  const progress = progressOn(shell);
  const packed = await packCorte({ source, exclude, chain, phase, key, takenAt, note, final, now: shell.now, progress });
  shell.progressDone();
  if (packed.indexError) shell.say.warning(`the corte is made, but index.json could not be written: ${packed.indexError.message}`);
  warnOfUnserved(shell, packed.unserved);
  const { number, taken_at, final: last, manifest, package: content } = packed.statement;
  const value = { phase, number, corte: packed.sha256, taken_at, final: last, manifest, package: content };
  shell.result(json, value, () => inWords(packed));
}

/** What is signed stands; that no reader will see it is best known before the night. */
function warnOfUnserved(shell: Shell, paths: readonly string[]): void {
  if (paths.length === 0) return;
  const [first, second, third, ...more] = paths.map((path) => JSON.stringify(path));
  const some = [first, second, third].filter((path) => path !== undefined).join(', ');
  shell.say.warning(`not every site shows ${some}${more.length > 0 ? ` and ${countOf(more.length)} more` : ''}`);
  shell.say.hint('leave such names out with --exclude, or exclude = […] in the configuration');
}

function listed(name: string, before: readonly string[]): string[] {
  return [...before, name];
}

function inWords({ statement, sha256, folder }: PackedCorte): string {
  const { phase, number, taken_at, final, manifest, package: content } = statement;
  return [
    `corte ${number} of ${phase}, ${taken_at}${final ? ', final' : ''}`,
    `  files    ${countOf(manifest.files)}, ${countOf(manifest.content_bytes)} bytes`,
    `  new      ${countOf(content.files)}, ${countOf(content.content_bytes)} bytes; the package has ${countOf(content.bytes)}`,
    `  hash     ${inGroups(sha256).join(' ')}`,
    `  folder   ${folder}`,
  ].join('\n');
}

/** A progress line that is redrawn at most ten times a second. */
function progressOn(shell: Shell): (state: Progress) => void {
  let shown = 0;
  return ({ files, bytes, ofFiles, ofBytes }) => {
    if (shell.now() - shown < 100) return;
    shown = shell.now();
    const percent = ofBytes === 0 ? 100 : Math.floor((100 * bytes) / ofBytes);
    shell.progress(`packing: ${countOf(files)} of ${countOf(ofFiles)} files, ${percent} %`);
  };
}
