import { statSync } from 'node:fs';
import type { Command } from 'commander';
import type { Said } from '../format/said.ts';
import { isPrintable } from '../format/text.ts';
import { formatTime, offsetOf } from '../format/time.ts';
import { openBitacora } from '../iec/record/bitacora.ts';
import { type Call, callAbout, changeCalls } from '../iec/record/calls.ts';
import { viewChain } from '../iec/record/chain-view.ts';
import { type Estado, readEstado } from '../iec/record/estado.ts';
import { NO_EPISODE } from '../iec/record/node-record.ts';
import { idOf, type NodeTarget, readIecConfig } from '../iec/setup/config.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { chosen } from './iec-push.ts';
import { HELP } from './words/help.ts';
import { IEC_NIGHT } from './words/iec-night.ts';

/** `cotejo iec called`: somebody was called about what is wrong; the panel shows it until that has ended. */

interface Options {
  readonly config: string;
  readonly episode?: string;
  readonly note?: string;
  readonly undo?: boolean;
  readonly json?: boolean;
}

const NOTE_LENGTH = 200;

export function calledCommand(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('called')
      .description(told(IEC_NIGHT.called))
      .argument('<difusor>', told(IEC_NIGHT.difusor))
      .argument('[node]', told(IEC_NIGHT.node))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .option('--episode <number>', told(IEC_NIGHT.episode))
      .option('--note <text>', told(IEC_NIGHT.note(NOTE_LENGTH)))
      .option('--undo', told(IEC_NIGHT.undo))
      .option('--json', told(HELP.json))
      .action(runs(shell, (difusor: string, node: string | undefined, options: Options) => called(shell, difusor, node, options))),
    'cotejo iec called vanguardia web1 --config IEC.toml --note "Lo reinician"',
  );
}

interface Marked {
  readonly difusor: string;
  readonly node: string;
  readonly episode: number;
  readonly troubled_since: string;
  readonly called_at: string | null;
  readonly note: string | null;
}

async function called(shell: Shell, difusor: string, node: string | undefined, options: Options): Promise<Outcome> {
  const { note = '', undo = false, json } = options;
  const episode = episodeIn(options, node);
  if ([...note].length > NOTE_LENGTH || !isPrintable(note)) {
    throw new UsageError(IEC_NIGHT.noteTooLong(NOTE_LENGTH));
  }
  const config = await readIecConfig(options.config);
  const targets = chosen(config, difusor).filter((target) => node === undefined || target.node === node);
  if (targets.length === 0) throw new UsageError(IEC_NIGHT.noSuchNode(node ?? '', difusor));
  const { panel, phase, chain } = config;
  actAsOwner(panel);
  const view = await viewChain(chain, phase);
  const estado = await readEstado(panel, phase);
  if (estado === 'spoiled') {
    shell.say.error(IEC_NIGHT.noRecord(`${panel}/estado.json`));
    return 'unknown';
  }
  const troubled = targets.filter((target) => isCurrent(estado, target, episode));
  if (troubled.length === 0) {
    const who = node === undefined ? difusor : `${difusor}/${node}`;
    shell.say.error(episode === null ? IEC_NIGHT.noTrouble(who) : IEC_NIGHT.troubleEnded(who, episode));
    shell.say.hint(IEC_NIGHT.seePanel);
    return 'refused';
  }
  const hour = formatTime(shell.now(), offsetOf(view.phase.opens_at));
  const made = troubled.map((target): Call => {
    const { count, since } = episodeOf(estado, idOf(target));
    return { node: idOf(target), episode: { count, since: since! }, at: hour, note };
  });
  await changeCalls(panel, phase, (before) => {
    // What has ended needs no mark any more, which also bounds the list.
    const others = before.filter(
      (call) => callAbout([call], call.node, episodeOf(estado, call.node)) && !made.some((one) => one.node === call.node),
    );
    return undo ? others : [...others, ...made];
  });
  const tell = openBitacora(panel, () => hour);
  for (const one of made) {
    tell({ event: undo ? 'call-undone' : 'called', node: one.node, episode: one.episode.count, since: one.episode.since, note });
  }
  const calls = troubled.map((target, i): Marked => {
    const { episode: about, at } = made[i]!;
    const mark = undo ? { called_at: null, note: null } : { called_at: at, note };
    return { difusor: target.difusor, node: target.node, episode: about.count, troubled_since: about.since, ...mark };
  });
  shell.result(json, { calls }, () => calls.map((call) => shell.told(inWords(call))).join('\n'));
  return 'done';
}

function inWords({ difusor, node, episode, troubled_since, called_at }: Marked): Said {
  const who = `${difusor}/${node}`;
  if (called_at === null) return IEC_NIGHT.unmarked(who, episode, troubled_since);
  return IEC_NIGHT.marked(who, called_at, episode, troubled_since);
}

function episodeIn({ episode }: Options, node: string | undefined): number | null {
  if (episode === undefined) return null;
  if (!/^[1-9][0-9]{0,8}$/.test(episode)) throw new UsageError(IEC_NIGHT.noEpisode(episode));
  if (node === undefined) throw new UsageError(IEC_NIGHT.episodeOfNode);
  return Number(episode);
}

function isCurrent(estado: Estado | null, target: NodeTarget, episode: number | null): boolean {
  const { count, since } = episodeOf(estado, idOf(target));
  return since !== null && (episode === null || count === episode);
}

function episodeOf(estado: Estado | null, id: string) {
  return estado?.nodes[id]?.episode ?? NO_EPISODE;
}

/**
 * What root notes must be the service's own, which could not replace root's files in its panel.
 * @throws UsageError for an account that may not write there
 */
export function actAsOwner(panel: string): void {
  const owner = statSync(panel, { throwIfNoEntry: false });
  if (owner === undefined || owner.uid === process.geteuid?.()) return;
  if (process.geteuid?.() !== 0) {
    throw new UsageError(IEC_NIGHT.otherAccount(panel), IEC_NIGHT.rootMayNote);
  }
  process.setgroups?.([]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}
