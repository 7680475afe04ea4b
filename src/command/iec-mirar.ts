import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { proxiesOf } from '../audit/source/proxies.ts';
import { lookAt } from '../iec/outside/look.ts';
import { lookAtAll } from '../iec/outside/pass.ts';
import { type Signer, signersOf } from '../iec/outside/receipts.ts';
import { viewChain } from '../iec/record/chain-view.ts';
import { isGood, isUntrue, type Seen } from '../iec/record/seen.ts';
import { type Difusor, readIecConfig } from '../iec/setup/config.ts';
import { columnsOf } from '../terminal/columns.ts';
import { type Outcome, runs, type Shell } from '../terminal/shell.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { chosen } from './iec-push.ts';
import { HELP } from './words/help.ts';
import { IEC_MIRAR as words } from './words/iec-mirar.ts';

/** `cotejo iec mirar`: what readers see at every Difusor's address, once. It keeps nothing, so that it may run beside the night. */

interface Options {
  readonly config: string;
  readonly difusor?: string;
  readonly json?: boolean;
}

/** Before what is bad is looked at once more, ms: longer than a page may be kept. */
const AGAIN_MS = 16_000;

export function mirarCommand(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('mirar')
      .description(told(words.description))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .option('--difusor <name>', told(HELP.onlyDifusor))
      .option('--json', told(HELP.json))
      .action(runs(shell, (options: Options) => mirar(shell, options))),
    'cotejo iec mirar --config IEC.toml --difusor vanguardia',
  );
}

async function mirar(shell: Shell, options: Options): Promise<Outcome> {
  const config = await readIecConfig(options.config);
  const names = new Set(chosen(config, options.difusor).map(({ difusor }) => difusor));
  const difusores = config.difusor.filter(({ name }) => names.has(name));
  const signers = (difusor: Difusor) => signersOf(difusor, config.panel, config.phase).map(keepingNothing);
  const proxyFor = proxiesOf(shell.env);
  let done = 0;
  const seen = await lookAtAll(
    difusores,
    // Anew for each: the night may pack between the two looks at a site.
    async (difusor, before) =>
      lookAt(difusor, await viewChain(config.chain, config.phase), signers(difusor), before, { now: shell.now, proxyFor }),
    () => sleep(AGAIN_MS),
    () => shell.progress(shell.told(words.looking(++done))),
  );
  shell.progressDone();
  const rows = seen.map((one, i) => ({ difusor: difusores[i]!.name, ...one }));
  shell.result(options.json, { difusores: rows }, () => table(shell, rows));
  return outcomeOf(seen);
}

/** The record is the night's, which verifies each receipt for itself. */
function keepingNothing({ target, kept }: Signer): Signer {
  return { target, kept: { ...kept, keep: (number) => Promise.resolve(kept.pathOf(number)) } };
}

function outcomeOf(seen: readonly Seen[]): Outcome {
  if (seen.some(({ state }) => isUntrue(state))) return 'refused';
  return seen.every(({ state }) => isGood(state)) ? 'done' : 'unknown';
}

function table(shell: Shell, rows: readonly (Seen & { readonly difusor: string })[]): string {
  if (rows.length === 0) return shell.told(words.none);
  const head = ['difusor', shell.told(words.columnState), 'corte', shell.told(words.columnReceipt), ''];
  const lines = rows.map(({ difusor, state, number, receipt, detail }) => [
    difusor,
    state,
    number === null ? '-' : String(number),
    receipt === null ? '-' : String(receipt),
    shell.told(detail),
  ]);
  const [titles = '', ...body] = columnsOf([head, ...lines]);
  return [shell.paint('dim', titles), ...body].join('\n');
}
