import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { didYouMean } from '../config/nearest.ts';
import { type DifusorConfig, readDifusorConfig } from '../difusor/setup/config.ts';
import { roomsOf } from '../difusor/state/rooms.ts';
import { version } from '../disk/installed.ts';
import { leftToUndo, undoFolderBeside } from '../disk/undo-list.ts';
import { fingerprint } from '../format/key.ts';
import { type Said, said } from '../format/said.ts';
import { formatTime, offsetOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';
import { ruleSpan } from '../html/span.ts';
import { readPublicKey } from '../keys/public-key.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { NODE_FAULTS } from '../simulacro/faults.ts';
import type { Barred } from '../simulacro/gate.ts';
import { countsOf, outcomeOf, type Trial, wasMade } from '../simulacro/judge.ts';
import { clockOf } from '../simulacro/look/clock.ts';
import { ownAddress } from '../simulacro/look/own-session.ts';
import { programsOf } from '../simulacro/look/programs.ts';
import type { Site } from '../simulacro/look/reader.ts';
import { gateOf, nodeActs, nodeTimes, readyAt } from '../simulacro/node/script.ts';
import type { Stage } from '../simulacro/node/stage.ts';
import { chosenOf, longestOf, type Planned, plannedOf, type Timed } from '../simulacro/plan.ts';
import { readReport, writeReport } from '../simulacro/report/sealed.ts';
import { type Act, type Drill, runScript, whyOf } from '../simulacro/run.ts';
import { type Ledger, openLedger } from '../simulacro/undo/ledger.ts';
import { type Undoing, undoAll } from '../simulacro/undo/undo.ts';
import { ask } from '../terminal/ask.ts';
import { describe, type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { untilSignal } from '../terminal/until-signal.ts';
import { NODE_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { openAcuseKey } from './node-keys.ts';
import { siteFolder } from './site-address.ts';
import { HELP } from './words/help.ts';
import { SIMULACRO } from './words/simulacro.ts';

/** `cotejo simulacro`: a drill at one's own node. */

export interface VerifyOptions {
  readonly verify?: string;
  readonly key?: string;
  readonly json?: boolean;
}

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

/**
 * Runs a drill with the list of what is to be undone, which first is emptied of what an earlier one left.
 * @param folder of the list
 */
export async function withLedger(
  shell: Shell,
  folder: string,
  undoing: Undoing,
  work: (ledger: Ledger) => Promise<Outcome>,
): Promise<Outcome> {
  const ledger = await openLedger(folder);
  if (!ledger) throw new UsageError(SIMULACRO.underWay, SIMULACRO.underWayHint);
  try {
    const before = ledger.entries.length;
    const left = await undoAll(ledger, undoing);
    if (left.length > 0) return tellLeft(shell, left, undoing.state !== null);
    if (before > 0) shell.say.warning(SIMULACRO.undoneBefore(before));
    return await work(ledger);
  } finally {
    await ledger.release();
  }
}

async function undoNow(shell: Shell, options: { readonly config: string; readonly json?: boolean }): Promise<Outcome> {
  const { state, inbox } = await readDifusorConfig(options.config);
  return undoLeft(shell, undoFolderBeside(state), { programs: programsOf(shell.env), state, inbox }, options.json);
}

/**
 * `undo`: what a drill that was cut short has left.
 * @param elsewhere folders in which another account's drill may have left a list, which is not this one's to obey
 */
export async function undoLeft(
  shell: Shell,
  folder: string,
  undoing: Undoing,
  json: boolean | undefined,
  elsewhere: readonly string[] = [],
): Promise<Outcome> {
  const ledger = await openLedger(folder);
  if (!ledger) throw new UsageError(SIMULACRO.underWay, SIMULACRO.underWayHint);
  try {
    const before = ledger.entries.length;
    const left = await undoAll(ledger, undoing);
    const undone = before - left.length;
    shell.result(json, { undone, left }, () => (before === 0 ? SIMULACRO.nothingToUndo : SIMULACRO.undone(undone)));
    const isAll = await nothingElsewhere(shell, elsewhere);
    if (left.length > 0) return tellLeft(shell, left, undoing.state !== null);
    return isAll ? 'done' : 'unknown';
  } finally {
    await ledger.release();
  }
}

/** Tells of each list of another account that has something, or that this one may not look at. */
async function nothingElsewhere(shell: Shell, folders: readonly string[]): Promise<boolean> {
  let isNothing = true;
  for (const folder of folders) {
    try {
      if ((await leftToUndo(folder)).length === 0) continue;
      shell.say.warning(SIMULACRO.leftElsewhere(folder));
    } catch (error) {
      shell.say.warning(SIMULACRO.notLookedAt(describe(error)));
    }
    isNothing = false;
  }
  if (!isNothing) shell.say.hint(SIMULACRO.elsewhereHint);
  return isNothing;
}

/** @param isNode whether the drill was of a node, and not of the IEC */
function tellLeft(shell: Shell, left: readonly Said[], isNode: boolean): Outcome {
  for (const what of left) shell.say.error(SIMULACRO.notUndone(what));
  shell.say.hint(SIMULACRO.undoHint(isNode ? 'cotejo simulacro undo' : 'cotejo iec simulacro --undo'));
  return 'unknown';
}

interface Ended {
  readonly difusor: string | null;
  readonly node: string | null;
  readonly site: string | null;
  readonly election: string;
  readonly title: string;
  readonly rules: Phase;
  readonly begun_at: string;
  readonly drill: Drill;
  readonly named: readonly Trial['id'][] | null;
  /** signs the report, where one is asked for */
  readonly key: SigningKey | null;
}

/** Prints what a drill came to and writes the report that was asked for. */
export async function tellDrill(
  shell: Shell,
  options: { readonly report?: string; readonly json?: boolean },
  ended: Ended,
): Promise<Outcome> {
  const { difusor, node, election, title, site, rules, begun_at, drill: done, key, named } = ended;
  const { trials, isWhole, left } = done;
  const ended_at = hourNow(shell, rules);
  const { name: phase, period_seconds, missed_limit, grace_seconds } = rules;
  const file = options.report === undefined || key === null ? null : resolve(shell.cwd, options.report);
  const told = { difusor, node, election, phase, site, begun_at, ended_at, whole: isWhole, left, trials };
  if (file !== null && key !== null) {
    const about = {
      type: 'cotejo/simulacro',
      format: 1,
      cotejo: version(),
      title,
      period_seconds,
      missed_limit,
      grace_seconds,
    } as const;
    // What is handed in is in Spanish.
    await writeReport(file, { ...about, ...told, left: left.map(({ es }) => es) }, key);
  }
  shell.progressDone();
  const counts = countsOf(trials);
  shell.result(options.json, { ...told, counts, report: file }, () =>
    SIMULACRO.sum(counts['como-se-esperaba'], counts.distinto, counts['no-se-hizo']),
  );
  if (file !== null) shell.say.hint(SIMULACRO.handIn(file));
  if (counts['no-se-hizo'] > 0) shell.say.hint(SIMULACRO.notMadeHint);
  if (left.length > 0) return tellLeft(shell, left, difusor !== null);
  if (!isWhole) shell.say.warning(SIMULACRO.interrupted);
  return outcomeOf(trials, named, isWhole);
}

/** One fault, as soon as it is over. */
export function tellTrial(shell: Shell, { json }: { readonly json?: boolean }, trial: Trial): void {
  shell.progressDone();
  if (json) return;
  const styles = { 'como-se-esperaba': 'green', distinto: 'red', 'no-se-hizo': 'yellow' } as const;
  const notMade = wasMade(trial) ? SIMULACRO.cutShort : SIMULACRO.notMade;
  const said = { 'como-se-esperaba': SIMULACRO.asExpected, distinto: SIMULACRO.otherwise, 'no-se-hizo': notMade };
  const verdict = shell.paint(styles[trial.verdict], shell.told(said[trial.verdict]));
  const head = `${verdict}  ${trial.id}${trial.node === null ? '' : ` ${trial.node}`}`;
  const sights = trial.sights.map(
    ({ what, met, after }) => `    ${met ? '+' : '-'} ${what}${after === null ? '' : ` (${after} s)`}`,
  );
  shell.print([head, ...(trial.reason === null ? sights : [`    ${trial.reason}`])].join('\n'));
}

export function scriptText(shell: Shell, head: Said, script: readonly Planned[]): string {
  const lines = script.flatMap(({ id, title, done, expected, within_seconds, lacks }) => [
    `${shell.paint('bold', id)}: ${title}`,
    `    ${done}`,
    `    ${expected} (${shell.told(SIMULACRO.within(ruleSpan(within_seconds)))})`,
    ...(lacks === null ? [] : [`    ${shell.told(SIMULACRO.lacks(lacks))}`]),
  ]);
  return [shell.told(head), ...lines].join('\n');
}

export async function verifyReport(shell: Shell, file: string, { key, json }: VerifyOptions): Promise<Outcome> {
  const expected = key === undefined ? null : await readPublicKey(key);
  const statement = await readReport(file, expected, version());
  const { difusor, node, phase, begun_at, ended_at, whole, trials } = statement;
  const authentic = shell.paint('green', shell.told(SIMULACRO.authentic));
  const counts = countsOf(trials);
  const value = {
    file,
    valid: true,
    key: statement.key,
    compared: expected !== null,
    difusor,
    node,
    phase,
    begun_at,
    ended_at,
    whole,
    counts,
    trials,
  };
  shell.result(json, value, () =>
    [
      difusor === null
        ? SIMULACRO.ofIec(file, authentic, begun_at)
        : SIMULACRO.ofNode(file, authentic, `${difusor} ${node}`, begun_at),
      SIMULACRO.signedBy(fingerprint(statement.key)),
      SIMULACRO.sum(counts['como-se-esperaba'], counts.distinto, counts['no-se-hizo']).map((line) => `  ${line}`),
    ]
      .map(shell.told)
      .join('\n'),
  );
  if (expected === null) shell.say.hint(SIMULACRO.keyNotKnown);
  return 'done';
}

/** Yes in either language, whichever was asked. */
const YES = /^(y|yes|s|si|sí)$/i;

/** @param signal ends the asking: that is no yes */
export async function confirmed(shell: Shell, question: Said, signal?: AbortSignal): Promise<boolean> {
  shell.progressDone();
  return YES.test((await ask(shell, shell.told(question), signal))?.trim() ?? '');
}

function hourNow(shell: Shell, { opens_at }: Phase): string {
  return formatTime(shell.now(), offsetOf(opens_at));
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
