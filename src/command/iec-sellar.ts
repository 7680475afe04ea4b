import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { proxiesOf } from '../audit/source/proxies.ts';
import { lock } from '../disk/lock.ts';
import { makeFolderFor } from '../disk/make-folder.ts';
import type { SellarEstado } from '../iec/sellar/estado.ts';
import type { SellarEvent } from '../iec/sellar/events.ts';
import { sealPass } from '../iec/sellar/pass.ts';
import { viewToSeal } from '../iec/sellar/phases.ts';
import { runSellar, type SellarFailed } from '../iec/sellar/run.ts';
import { isWrongAnswer } from '../iec/sellar/trouble.ts';
import { readIecConfig } from '../iec/setup/config.ts';
import { openTokens, sweepTokens } from '../sello/tokens.ts';
import { supervisorOf } from '../service/supervisor.ts';
import { isInJournal, tellJournal } from '../terminal/journal.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { untilSignal } from '../terminal/until-signal.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { HELP } from './words/help.ts';
import { IEC_SELLAR as words } from './words/iec-sellar.ts';

/** `cotejo iec sellar`: hours that nobody can backdate. It needs none of the night's keys, and takes none of its locks. */

interface Options {
  readonly config: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

export function sellarCommand(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('sellar')
      .description(told(words.description))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .option('--once', told(words.once))
      .option('--json', told(HELP.json))
      .action(runs(shell, (options: Options) => sellar(shell, options))),
    'cotejo iec sellar --config IEC.toml --once',
  );
}

async function sellar(shell: Shell, { config: file, once = false, json = false }: Options): Promise<Outcome> {
  if (json && !once) throw new UsageError(words.jsonNeedsOnce);
  const { chain, phase, sellar: asked } = await readIecConfig(file);
  if (!asked) throw new UsageError(words.noSellar(file), words.howSellar);
  const proxyFor = proxiesOf(shell.env);
  const view = () => viewToSeal(chain, phase);
  forbidRoot(asked.folder);
  if (once) await view(); // so that what is wrong with it is told before anything is made
  makeFolderFor(asked.folder);
  const held = await lock(join(asked.folder, '.lock'), { wait: false });
  if (!held) {
    shell.say.error(words.atWork(asked.folder));
    return 'unknown';
  }
  const stop = new AbortController();
  try {
    await sweepTokens(asked.folder);
    const tokens = await openTokens(asked.folder);
    try {
      return await untilSignal(stop, async () => {
        const plan = {
          sellar: asked,
          tokens,
          proxyFor,
          now: shell.now,
          random: Math.random,
          heard: (event: SellarEvent | SellarFailed) => {
            if (!json) tellJournal(shell, { ...event }, PRIORITIES); // with it the one object stands alone
          },
          stop: stop.signal,
        };
        if (once) {
          const estado = await sealPass(await view(), plan);
          // In the journal the events have said it, and a timer begins a pass twice a minute.
          if (json || !isInJournal(shell)) shell.result(json, factsOf(estado), () => textOf(shell, estado));
          return outcomeOf(estado);
        }
        const supervisor = supervisorOf(shell.env);
        await supervisor.ready('');
        await runSellar({ ...plan, view, status: (line) => supervisor.status(line.en) }, stop.signal);
        await supervisor.stopping();
        return 'done';
      });
    } finally {
      await tokens.close();
    }
  } finally {
    await held.release();
  }
}

/** Refuses to run as root: the service can't open the lock, or write in the folders, that root makes in its own. */
function forbidRoot(folder: string): void {
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
  if (process.geteuid?.() === 0 && owner !== undefined && owner !== 0) {
    throw new UsageError(words.otherUser(folder), words.runAsUser);
  }
}

const PRIORITIES = {
  sealed: 5,
  'sellar-trouble': 4,
  'sellar-clocks': 4,
  'sellar-list-trouble': 4,
  'sellar-failed': 3,
  'sellar-well-again': 5,
} as const;

function factsOf({ phase, head, autoridades }: SellarEstado) {
  return {
    phase,
    head,
    autoridades: autoridades.map(({ name, newest, pending, pending_other_phases, failures, silent_since, next_try, trouble }) => ({
      name,
      newest,
      pending,
      pending_other_phases,
      failures,
      silent_since,
      next_try,
      code: trouble?.code ?? null,
      detail: trouble?.detail ?? null,
    })),
  };
}

function outcomeOf({ autoridades }: SellarEstado): Outcome {
  if (autoridades.some(({ trouble }) => trouble !== null && isWrongAnswer(trouble.code))) return 'refused';
  return autoridades.every((one) => one.pending + one.pending_other_phases === 0) ? 'done' : 'unknown';
}

function textOf({ told }: Shell, { phase, head, autoridades }: SellarEstado): string {
  const lines = autoridades.flatMap(
    ({ name, newest, pending, pending_other_phases: elsewhere, silent_since, trouble, next_try }) => [
      `  ${name}: ${told(pending === 0 ? words.all : words.pending(newest, pending))}`,
      ...(elsewhere === 0 ? [] : [`    ${told(words.elsewhere(elsewhere))}`]),
      ...(trouble && silent_since ? [`    ${told(words.silent(silent_since, trouble.code, trouble.detail))}`] : []),
      ...(next_try === null ? [] : [`    ${told(words.next(next_try))}`]),
    ],
  );
  return [told(words.head(phase, head)), ...lines].join('\n');
}
