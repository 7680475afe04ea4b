import { chownSync, existsSync, promises as fs, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { proxiesOf } from '../audit/source/proxies.ts';
import { makeFolderFor } from '../disk/make-folder.ts';
import type { Said } from '../format/said.ts';
import { isPrintable } from '../format/text.ts';
import { formatTime, offsetOf } from '../format/time.ts';
import { openBitacora } from '../iec/record/bitacora.ts';
import { viewChain } from '../iec/record/chain-view.ts';
import { openMark } from '../iec/record/signed-mark.ts';
import { type Answer, isNobodyIn } from '../iec/relevo/judge.ts';
import { type Survey, survey } from '../iec/relevo/survey.ts';
import { idOf, readIecConfig } from '../iec/setup/config.ts';
import { columnsOf } from '../terminal/columns.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { actAsOwner } from './iec-called.ts';
import { identityOf } from './iec-push.ts';
import { HELP } from './words/help.ts';
import { IEC_RELEVO as words } from './words/iec-relevo.ts';

/** `cotejo iec relevo`: may this machine sign the next corte? It asks every node, and a person may answer for those that can't be asked. */

interface Options {
  readonly config: string;
  readonly force?: string;
  readonly json?: boolean;
}

const REASON_LENGTH = 200;

export function relevoCommand(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('relevo')
      .description(told(words.relevo))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .option('--force <reason>', told(words.force(REASON_LENGTH)))
      .option('--json', told(HELP.json))
      .action(runs(shell, (options: Options) => relevo(shell, options))),
    'cotejo iec relevo --config IEC.toml',
  );
}

async function relevo(shell: Shell, options: Options): Promise<Outcome> {
  const { force, json } = options;
  if (force !== undefined && (force.trim() === '' || [...force].length > REASON_LENGTH || !isPrintable(force))) {
    throw new UsageError(words.noReason(REASON_LENGTH));
  }
  const config = await readIecConfig(options.config);
  const { panel, phase, chain } = config;
  const view = await viewChain(chain, phase);
  const identity = await identityOf(shell, config); // by root, who alone may read it
  const seen = await survey(config, view, {
    identity: () => Promise.resolve(identity),
    now: shell.now,
    proxyFor: proxiesOf(shell.env),
  });
  const { head, trouble } = seen;
  // A service at work may have heard more than is said now; who says it still is overruled all the same.
  const isForced = (trouble !== null || seen.claimants.length > 0) && force !== undefined && seen.mayForce;
  const signs = trouble === null || isForced;
  if (signs && (isForced || !seen.isOwn)) {
    makePanel(panel);
    actAsOwner(panel);
    const hour = formatTime(shell.now(), offsetOf(view.phase.opens_at));
    const unasked = seen.answers.filter(({ number }) => number === null).map(idOf);
    // What a person decided is on record before it has an effect.
    const mark = await openMark(panel, await fs.realpath(chain));
    const before = seen.isOwn ? await mark.overruled(phase) : [];
    const overruled = isForced ? [...new Set([...before, ...seen.claimants])] : [];
    const lists = { unasked: unasked.join(' '), overruled: overruled.join(' ') };
    const told = { event: 'took-over', phase, number: head.number, ...lists, reason: isForced ? force : null };
    openBitacora(panel, () => hour)({ ...told, error: trouble?.code ?? null });
    await mark.take(phase, head, { overruled, alone: isForced && isNobodyIn(seen.answers) });
  }
  const error = { error: trouble?.code ?? null, detail: trouble?.said ?? null };
  const value = {
    phase,
    ...head,
    own: seen.isOwn,
    signs,
    ...error,
    reason: isForced ? force : null,
    nodes: seen.answers.map(nodeJson),
  };
  shell.result(json, value, () => nodeTable(shell, seen));
  if (signs) {
    if (!json) shell.print(isForced ? words.forced(head.number + 1, force ?? '') : words.signs(head.number + 1));
    return 'done';
  }
  shell.say.error(trouble.said.map((detail) => `${trouble.code}: ${detail}`));
  if (trouble.code === 'corte-lost') shell.say.hint(words.restoreFirst);
  if (trouble.code === 'iec-clock') shell.say.hint(words.setClock);
  else shell.say.hint(seen.mayForce ? words.mayForce : words.stopHere);
  return trouble.code === 'not-asked' || trouble.code === 'iec-clock' ? 'unknown' : 'refused';
}

/** As the service would make it: of whoever owns the folder that it is in. */
function makePanel(panel: string): void {
  if (existsSync(panel)) return;
  makeFolderFor(panel);
  const { uid, gid } = statSync(dirname(panel));
  if (process.geteuid?.() === 0) chownSync(panel, uid, gid);
}

function nodeJson({ difusor, node, number, sight, trouble }: Answer) {
  const seen = sight && { number: sight.number, corte: sight.corte, signed: sight.isSigned };
  return { difusor, node, number, seen, error: trouble?.code ?? null };
}

function nodeTable(shell: Shell, { answers, head, isOwn }: Survey): string {
  const { told } = shell;
  const first = isOwn ? words.own(head.number) : words.notOwn(head.number);
  if (answers.length === 0) return told(first);
  const cells = answers.map((answer) => [idOf(answer), answer.number === null ? '-' : String(answer.number), told(remark(answer))]);
  const [top = '', ...rows] = columnsOf([[words.columnNode, words.columnCorte, ''].map(told), ...cells]);
  return [told(first), shell.paint('dim', top), ...rows].join('\n');
}

function remark({ sight, trouble }: Answer): Said | string {
  if (sight !== null) return sight.isSigned ? words.signedThere(sight.number) : words.saidThere(sight.number);
  return trouble === null ? '' : trouble.detail.map((detail) => `${trouble.code}: ${detail}`);
}
