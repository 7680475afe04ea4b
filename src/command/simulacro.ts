import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { didYouMean } from '../config/nearest.ts';
import { type DifusorConfig, readDifusorConfig } from '../difusor/setup/config.ts';
import { roomsOf } from '../difusor/state/rooms.ts';
import { undoFolderBeside } from '../disk/undo-list.ts';
import { said } from '../format/said.ts';
import { offsetOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';
import { NODE_FAULTS } from '../simulacro/faults.ts';
import type { Barred } from '../simulacro/gate.ts';
import { clockOf } from '../simulacro/look/clock.ts';
import { ownAddress } from '../simulacro/look/own-session.ts';
import { programsOf } from '../simulacro/look/programs.ts';
import type { Site } from '../simulacro/look/reader.ts';
import { gateOf, nodeActs, nodeTimes, readyAt } from '../simulacro/node/script.ts';
import type { Stage } from '../simulacro/node/stage.ts';
import { chosenOf, longestOf, type Planned, plannedOf, type Timed } from '../simulacro/plan.ts';
import { type Act, runScript, whyOf } from '../simulacro/run.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { untilSignal } from '../terminal/until-signal.ts';
import { NODE_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { openAcuseKey } from './node-keys.ts';
import { confirmed, hourNow, scriptText, tellDrill, tellTrial, type VerifyOptions, verifyReport } from './simulacro-telling.ts';
import { undoLeft, withLedger } from './simulacro-undo.ts';
import { siteFolder } from './site-address.ts';
import { HELP } from './words/help.ts';
import { SIMULACRO } from './words/simulacro.ts';

/** `cotejo simulacro`: a drill at one's own node. */

interface Options extends VerifyOptions {
  readonly config: string;
  readonly phase?: string;
  readonly site: string;
  readonly at?: string;
  readonly from?: string;
  readonly only?: string;
  readonly slow: string;
  readonly revocation?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly report?: string;
}

export function simulacroCommands(program: Command, shell: Shell): void {
  const { told } = shell;
  const simulacro = program
    .command('simulacro')
    .description(told(SIMULACRO.simulacro))
    .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
    .option('--phase <name>', told(SIMULACRO.phase))
    .option('--site <address>', told(SIMULACRO.site), 'http://127.0.0.1/')
    .option('--at <address>', told(SIMULACRO.at))
    .option('--from <address>', told(SIMULACRO.from))
    .option('--only <id,id>', told(SIMULACRO.only))
    .option('--slow <kB/s>', told(SIMULACRO.slow), '64')
    .option('--revocation <dir>', told(SIMULACRO.revocation))
    .option('--dry-run', told(SIMULACRO.dryRun))
    .option('--yes', told(SIMULACRO.yes))
    .option('--report <file>', told(SIMULACRO.report))
    .option('--verify <file>', told(SIMULACRO.verify))
    .option('--key <file.pub>', told(SIMULACRO.key))
    .option('--json', told(HELP.json))
    .action(runs(shell, (options: Options) => drill(shell, options)));
  example(
    simulacro,
    'cotejo simulacro --phase simulacro-1 --site https://simulacro.prep.example/ --from 192.0.2.10 --report informe.html',
  );
  example(
    simulacro
      .command('undo')
      .description(told(SIMULACRO.undo))
      .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
      .option('--json', told(HELP.json))
      // Options that the command above has too are taken by that one, wherever they stand.
      .action(runs(shell, (_: unknown, undo: Command) => undoNow(shell, undo.optsWithGlobals()))),
    'cotejo simulacro undo --config /etc/cotejo/difusor.toml',
  );
}

async function drill(shell: Shell, options: Options): Promise<Outcome> {
  if (options.verify !== undefined) return verifyReport(shell, options.verify, options);
  if (options.phase === undefined) throw new UsageError(SIMULACRO.needsPhase, SIMULACRO.needsPhaseHint);
  const ids = chosenOf(NODE_FAULTS, options.only);
  const [site, slow] = [siteIn(options), slowIn(options.slow)];
  if (options.from !== undefined && isIP(options.from) === 0) throw new UsageError(SIMULACRO.notAnAddress('--from', options.from));
  const config = await readDifusorConfig(options.config);
  const { rules, barred: bar } = await barredNow(shell, config, options.phase, (rules) =>
    nodeTimes(ids, rules, options.revocation ?? null),
  );
  if (bar !== null && !options.dryRun) throw new UsageError(bar.why);
  const own = await ownAddress(shell.env);
  const stop = new AbortController();
  const stage = (will: Stage['will']): Stage => ({
    config,
    file: resolve(shell.cwd, options.config),
    rooms: roomsOf(config.state),
    rules,
    site,
    iec: options.from ?? null,
    own,
    slow,
    revocation: options.revocation === undefined ? null : resolve(shell.cwd, options.revocation),
    clock: clockOf(shell.now, stop.signal),
    programs: programsOf(shell.env),
    will,
    confirm:
      shell.stdin.isTTY && !options.yes && !options.json ? (question) => confirmed(shell, said(question), stop.signal) : null,
    stop: stop.signal,
  });
  const who = `${config.difusor} ${config.node}`;
  const looking = stage(() => Promise.reject(new Error('nothing is done before the script begins')));
  const script = await planOf(nodeActs(ids, looking));
  const longest_seconds = longestOf(nodeTimes(ids, rules, looking.revocation), rules);
  const minutes = Math.ceil(longest_seconds / 60);
  if (options.dryRun) {
    const value = { difusor: config.difusor, node: config.node, phase: rules.name, barred: bar, longest_seconds, script };
    if (bar !== null) shell.say.warning(bar.why);
    shell.result(options.json, value, () => scriptText(shell, SIMULACRO.head(who, rules.name, minutes), script));
    return 'done';
  }
  // What can't be signed is not made first.
  const key = options.report === undefined ? null : await openAcuseKey(shell, config);
  if (!options.yes) {
    shell.stderr.write(`${scriptText(shell, SIMULACRO.head(who, rules.name, minutes), script)}\n`);
    if (!shell.stdin.isTTY || !(await confirmed(shell, SIMULACRO.sure)))
      throw new UsageError(SIMULACRO.notConfirmed, SIMULACRO.notConfirmedHint);
  }
  const undoing = { programs: looking.programs, state: config.state, inbox: config.inbox };
  return withLedger(shell, undoFolderBeside(config.state), undoing, async (ledger) => {
    const acts = nodeActs(
      ids,
      stage(async (action) => void (await ledger.add(action))),
    );
    const barred = async () => (await gateOf(config, rules.name, shell.now)).barred?.why.es ?? null;
    const begun_at = hourNow(shell, rules);
    // What was done is undone all the same, and the report says that it was ended.
    const ended = await untilSignal(stop, () =>
      runScript({
        acts,
        ready: () => readyAt(looking),
        barred,
        ledger,
        undoing,
        clock: looking.clock,
        offset: offsetOf(rules.opens_at),
        isStopped: () => stop.signal.aborted,
        begins: ({ id }) => shell.progress(shell.told(SIMULACRO.begins(script.find((one) => one.id === id)?.title ?? id))),
        ended: (trial) => tellTrial(shell, options, trial),
      }),
    );
    const { difusor, node } = config;
    const about = { difusor, node, site: site.url.href, rules, begun_at, ...(await electionOf(config, rules, shell)) };
    return tellDrill(shell, options, { ...about, drill: ended, key, named: options.only === undefined ? null : ids });
  });
}

/** What is missing for each fault as things stand; it is asked again before each. */
export function planOf(acts: readonly Act[]): Promise<Planned[]> {
  const lacking = ({ lacks }: Act) => lacks().catch((error: unknown) => whyOf(error));
  return Promise.all(acts.map(async (act) => plannedOf(act, await lacking(act))));
}

async function electionOf(config: DifusorConfig, rules: Phase, shell: Shell): Promise<{ election: string; title: string }> {
  const { election } = await gateOf(config, rules.name, shell.now);
  return { election: election.name, title: election.title };
}

/**
 * @returns what bars a drill of this phase now, null where nothing does
 * @throws UsageError where none will ever be run in it
 */
async function barredNow(
  shell: Shell,
  config: DifusorConfig,
  phase: string,
  timesOf: (rules: Phase) => readonly Timed[],
): Promise<{ readonly rules: Phase; readonly barred: Barred | null }> {
  const first = await gateOf(config, phase, shell.now);
  const needed = first.rules === null ? 0 : longestOf(timesOf(first.rules), first.rules);
  const { barred, rules, election } = await gateOf(config, phase, shell.now, needed);
  if (rules?.kind === 'simulacro') return { rules, barred };
  const hint =
    barred?.code === 'no-phase' ? (didYouMean(phase, election.phases) ?? SIMULACRO.phasesHeld(election.phases.join(', '))) : null;
  throw new UsageError(barred?.why ?? SIMULACRO.needsPhase, hint);
}

async function undoNow(shell: Shell, options: { readonly config: string; readonly json?: boolean }): Promise<Outcome> {
  const { state, inbox } = await readDifusorConfig(options.config);
  return undoLeft(shell, undoFolderBeside(state), { programs: programsOf(shell.env), state, inbox }, options.json);
}

function siteIn({ site, at }: Options): Site {
  const url = siteFolder(site, SIMULACRO.notAnAddress('--site', site), said('http://simulacro.prep.example/'));
  if (at !== undefined && isIP(at) === 0) throw new UsageError(SIMULACRO.notAnAddress('--at', at), said('127.0.0.1'));
  return { url, at: at ?? null };
}

function slowIn(text: string): number {
  const slow = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (slow < 1 || slow > 100_000) throw new UsageError(SIMULACRO.noSlow(text));
  return slow;
}
