import type { Command } from 'commander';
import { proxiesOf } from '../audit/source/proxies.ts';
import { type Hash, inGroups } from '../format/hash.ts';
import { Refusal } from '../format/refusal.ts';
import type { Statement } from '../format/statement.ts';
import { parseTime } from '../format/time.ts';
import { countOf } from '../html/size.ts';
import { type Cut, healChain } from '../iec/heal.ts';
import { Trouble } from '../iec/link/trouble.ts';
import type { Progress } from '../iec/pack/intake.ts';
import { type PackedCorte, packCorte } from '../iec/pack/pack.ts';
import type { NightEvent } from '../iec/record/bitacora.ts';
import { type ChainView, viewChain } from '../iec/record/chain-view.ts';
import { newGuard } from '../iec/relevo/guard.ts';
import { type IecConfig, readIecConfig, rosterOf } from '../iec/setup/config.ts';
import { excludeOf, whyNoExclude } from '../iec/setup/exclude.ts';
import { describe, type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { example } from './example.ts';
import { autorizarCommand } from './iec-autorizar.ts';
import { calledCommand } from './iec-called.ts';
import { iecDoctor } from './iec-doctor.ts';
import { mirarCommand } from './iec-mirar.ts';
import { identityOf, pushCommands } from './iec-push.ts';
import { relevoCommand } from './iec-relevo.ts';
import { restoreCommand } from './iec-restore.ts';
import { runCommand } from './iec-run.ts';
import { sellarCommand } from './iec-sellar.ts';
import { setupCommands } from './iec-setup.ts';
import { iecSimulacro } from './iec-simulacro.ts';
import { openSigningKey, type SigningOptions, signingOptions } from './signing-options.ts';
import { HELP } from './words/help.ts';
import { IEC } from './words/iec.ts';

/** `cotejo iec`: what the Institute does. */
export function iecCommands(program: Command, shell: Shell): void {
  const { told } = shell;
  const iec = program.command('iec').description(told(IEC.iec));
  example(iec, 'cotejo iec pack publicacion --chain chain --phase jornada --key firma-1');

  example(
    signingOptions(iec.command('pack').description(told(IEC.pack)), shell)
      .argument('<source>', told(IEC.source))
      .requiredOption('--chain <dir>', told(IEC.chain))
      .requiredOption('--phase <name>', told(IEC.phase))
      .option('--exclude <name>', told(IEC.exclude), listed, [])
      .option('--oficial <dir>', told(IEC.oficial))
      .option('--config <file>', told(IEC.config))
      .option('--taken-at <time>', told(IEC.takenAt))
      .option('--note <text>', told(IEC.note))
      .option('--final', told(IEC.final))
      .option('--strict', told(IEC.strict))
      .option('--json', told(HELP.json))
      .action(runs(shell, (source: string, options: PackOptions) => pack(shell, source, options))),
    'cotejo iec pack publicacion --chain chain --phase jornada --key firma-1 --note "Se corrige el catálogo de casillas"',
  );
  example(
    iec
      .command('heal')
      .description(told(IEC.heal))
      .requiredOption('--chain <dir>', told(IEC.chain))
      .option('--json', told(HELP.json))
      .action(runs(shell, (options: HealOptions) => heal(shell, options))),
    'cotejo iec heal --chain chain',
  );
  restoreCommand(iec, shell);
  relevoCommand(iec, shell);
  setupCommands(iec, shell);
  iecDoctor(iec, shell);
  pushCommands(iec, shell);
  mirarCommand(iec, shell);
  sellarCommand(iec, shell);
  calledCommand(iec, shell);
  iecSimulacro(iec, shell);
  autorizarCommand(iec, shell);
  runCommand(iec, shell);
}

interface HealOptions {
  readonly chain: string;
  readonly json?: boolean;
}

async function heal(shell: Shell, { chain, json }: HealOptions): Promise<void> {
  const { cuts, revoked, indexError } = await healChain(chain, undefined, () => shell.say.hint(IEC.chainHeld));
  if (indexError !== null) shell.say.warning(IEC.noIndex(describe(indexError)));
  const healed = ({ phase, from, to }: Cut) => shell.told(IEC.healed(phase, from, to, revoked));
  shell.result(json, { cuts, revoked }, () => (cuts.length === 0 ? IEC.nothingToHeal : cuts.map(healed).join('\n')));
}

interface PackOptions extends SigningOptions {
  readonly chain: string;
  readonly phase: string;
  readonly exclude: readonly string[];
  readonly oficial?: string;
  readonly config?: string;
  readonly takenAt?: string;
  readonly note?: string;
  readonly final?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

async function pack(shell: Shell, source: string, options: PackOptions): Promise<Outcome> {
  const { chain, phase, takenAt, note, final, strict, json } = options;
  if (takenAt !== undefined && parseTime(takenAt) === null) {
    throw new UsageError(IEC.noTime(takenAt), IEC.asTime);
  }
  for (const name of options.exclude) {
    const why = whyNoExclude(name);
    if (why !== null) throw new UsageError(IEC.noExclude(JSON.stringify(name), why));
  }
  const config = options.config === undefined ? null : await readIecConfig(options.config, options.oficial);
  const exclude = excludeOf([...options.exclude, ...(config?.exclude ?? [])]);
  const official = { folder: config?.oficial ?? options.oficial ?? null, roster: config && rosterOf(config) };
  const key = await openSigningKey(shell, options);
  const guard = config && guardOf(shell, { ...config, chain });
  if (guard === null) shell.say.warning(IEC.askedNobody);
  const progress = progressOn(shell);
  const order = { source, exclude, official, chain, phase, key, takenAt, note, final, strict };
  const held = () => shell.say.hint(IEC.chainHeld);
  let packed: PackedCorte;
  try {
    await guard?.requireFree(phase);
    packed = await packCorte({ ...order, now: shell.now, held, progress, signed: guard?.signed });
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    shell.progressDone();
    shell.say.error(error.said.map((detail) => `${error.code}: ${detail}`));
    shell.say.hint(IEC.askFirst);
    return error.code === 'not-asked' || error.code === 'iec-clock' ? 'unknown' : 'refused';
  }
  await guard?.packed(packed.statement, packed.sha256);
  shell.progressDone();
  if (packed.indexError) shell.say.warning(IEC.noIndex(describe(packed.indexError)));
  warnOfUnserved(shell, packed.unserved);
  warnOfLeaving(shell, packed.leaving);
  for (const { difusor, detail } of packed.logosLeftOut) shell.say.warning(IEC.logoLeftOut(difusor, detail));
  const { number, taken_at, final: last, manifest, package: content } = packed.statement;
  const value = { phase, number, corte: packed.sha256, taken_at, final: last, manifest, package: content };
  shell.result(json, value, () => inWords(shell, packed));
  return 'done';
}

/** With a configuration the nodes are known who may hold a corte that another machine signed. */
function guardOf(shell: Shell, config: IecConfig) {
  const tell = (event: NightEvent) => shell.say.warning(IEC.noMark(event.detail ?? event.event));
  const identity = () => identityOf(shell, config);
  const guard = newGuard({ config: () => config, identity, now: shell.now, tell, proxyFor: proxiesOf(shell.env) });
  return {
    async requireFree(phase: string): Promise<void> {
      const view = await viewOr(config.chain, phase);
      if (view) await guard.require(view);
    },
    signed: (statement: Statement, corte: Hash) => guard.signing(statement, corte),
    packed: (statement: Statement, corte: Hash) => guard.packed(statement, corte),
  };
}

/** @returns null where something is wrong with the chain or the phase: that the pack itself refuses, by its own code */
async function viewOr(chain: string, phase: string): Promise<ChainView | null> {
  try {
    return await viewChain(chain, phase);
  } catch (error) {
    if (error instanceof Refusal || error instanceof UsageError) return null;
    throw error;
  }
}

/** What is signed stands; that no reader will see it is best known before the night. */
function warnOfUnserved(shell: Shell, paths: readonly string[]): void {
  if (paths.length === 0) return;
  const [first, second, third, ...more] = paths.map((path) => JSON.stringify(path));
  const some = [first, second, third].filter((path) => path !== undefined).join(', ');
  shell.say.warning(IEC.notEverySite(more.length > 0 ? IEC.andMore(some, countOf(more.length)) : some));
  shell.say.hint(IEC.leaveOut);
}

/** At the root they are right; where a corte has its own address they lead to another one. */
function warnOfLeaving(shell: Shell, { references, count }: PackedCorte['leaving']): void {
  if (count === 0) return;
  const some = references.slice(0, 3).map(({ path, to }) => JSON.stringify(`${path}: ${to}`));
  shell.say.warning(IEC.leaving(count, some.join(', ')));
  shell.say.hint(IEC.relative);
}

function listed(name: string, before: readonly string[]): string[] {
  return [...before, name];
}

function inWords({ told }: Shell, { statement, sha256, folder }: PackedCorte): string {
  const { phase, number, taken_at, final, manifest, package: content } = statement;
  return [
    IEC.corte(number, phase, taken_at, final),
    IEC.files(countOf(manifest.files), countOf(manifest.content_bytes)),
    IEC.newOnes(countOf(content.files), countOf(content.content_bytes), countOf(content.bytes)),
    IEC.hash(inGroups(sha256).join(' ')),
    IEC.folder(folder),
  ]
    .map(told)
    .join('\n');
}

/** A progress line that is redrawn at most ten times a second. */
function progressOn(shell: Shell): (state: Progress) => void {
  let shown = 0;
  return ({ files, bytes, ofFiles, ofBytes }) => {
    if (shell.now() - shown < 100) return;
    shown = shell.now();
    const percent = ofBytes === 0 ? 100 : Math.floor((100 * bytes) / ofBytes);
    shell.progress(shell.told(IEC.packing(countOf(files), countOf(ofFiles), percent)));
  };
}
