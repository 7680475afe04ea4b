import { resolve } from 'node:path';
import { version } from '../disk/installed.ts';
import { fingerprint } from '../format/key.ts';
import type { Said } from '../format/said.ts';
import { formatTime, offsetOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';
import { ruleSpan } from '../html/span.ts';
import { readPublicKey } from '../keys/public-key.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { countsOf, outcomeOf, type Trial, wasMade } from '../simulacro/judge.ts';
import type { Planned } from '../simulacro/plan.ts';
import { readReport, writeReport } from '../simulacro/report/sealed.ts';
import type { Drill } from '../simulacro/run.ts';
import { ask } from '../terminal/ask.ts';
import type { Outcome, Shell } from '../terminal/shell.ts';
import { tellLeft } from './simulacro-undo.ts';
import { SIMULACRO } from './words/simulacro.ts';

/** What a drill says: its script, each fault as it is over, what it came to, and a report that was handed in. */

export interface VerifyOptions {
  readonly verify?: string;
  readonly key?: string;
  readonly json?: boolean;
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

export function hourNow(shell: Shell, { opens_at }: Phase): string {
  return formatTime(shell.now(), offsetOf(opens_at));
}
