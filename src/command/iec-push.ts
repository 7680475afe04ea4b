import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { didYouMean } from '../config/nearest.ts';
import type { Said } from '../format/said.ts';
import { openIdentity, type SshIdentity } from '../iec/link/ssh-identity.ts';
import { writePanel } from '../iec/panel/panel.ts';
import { type Row, rowsOf } from '../iec/panel/rows.ts';
import { pushOnce } from '../iec/push.ts';
import { viewChain } from '../iec/record/chain-view.ts';
import { openLedger } from '../iec/record/ledger.ts';
import { lockPanel } from '../iec/record/panel-lock.ts';
import { newRecibos, type Recibos } from '../iec/record/recibos.ts';
import type { Report } from '../iec/record/report.ts';
import { isBad } from '../iec/record/seen.ts';
import { type IecConfig, type NodeTarget, nodesOf, readIecConfig } from '../iec/setup/config.ts';
import { columnsOf } from '../terminal/columns.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { fromCredential } from './credentials.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { HELP } from './words/help.ts';
import { IEC_NIGHT } from './words/iec-night.ts';

/** `cotejo iec push` and `cotejo iec status`: one round over the nodes. */

interface Options {
  readonly config: string;
  readonly difusor?: string;
  readonly json?: boolean;
}

export function pushCommands(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('push')
      .description(told(IEC_NIGHT.push))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .option('--difusor <name>', told(HELP.onlyDifusor))
      .option('--json', told(HELP.json))
      .action(runs(shell, (options: Options) => push(shell, options))),
    'cotejo iec push --config IEC.toml --difusor vanguardia',
  );
  example(
    iec
      .command('status')
      .description(told(IEC_NIGHT.status))
      .option('--config <file>', told(HELP.iecConfig), IEC_CONFIG)
      .option('--json', told(HELP.json))
      .action(runs(shell, (options: Options) => status(shell, options))),
    'cotejo iec status --config IEC.toml',
  );
}

async function push(shell: Shell, options: Options): Promise<Outcome> {
  const config = await readIecConfig(options.config);
  forbidRoot(config);
  const targets = chosen(config, options.difusor);
  const view = await viewChain(config.chain, config.phase);
  const identity = await identityOf(shell, config);
  const lock = await lockPanel(config.panel);
  if (!lock) {
    shell.say.error(IEC_NIGHT.pushAtWork(config.panel));
    return 'unknown';
  }
  try {
    const ledger = await openLedger(config.panel, view, { now: shell.now });
    let done = 0;
    const reported = () => shell.progress(shell.told(IEC_NIGHT.pushing(++done, targets.length)));
    const recibos = newRecibos(config.panel, view, { anew: 'missing', tell: ledger.tell });
    const show = () => writePanel(config, view, ledger, { now: shell.now() });
    const pass = { identity, now: shell.now, reported, show, kept: recibos.changed };
    const reports = await ending(recibos, pushOnce(config, targets, view, ledger, pass));
    shell.progressDone();
    const nodes = await rowsOf(targets, ledger, view, config.panel, shell.now());
    shell.result(options.json, { nodes }, () => nodeTable(shell, nodes));
    return outcomeOf(reports);
  } finally {
    await lock.release();
  }
}

/** The receipts that came are published, however the work ends. */
async function ending<T>(recibos: Recibos, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    await recibos.end();
  }
}

function outcomeOf(reports: readonly Report[]): Outcome {
  if (reports.some(({ outcome }) => outcome === 'refused')) return 'refused';
  return reports.some(({ outcome }) => outcome === 'failed') ? 'unknown' : 'done';
}

/** The nodes of one Difusor, or all. @throws UsageError for one that the configuration does not have */
export function chosen(config: IecConfig, difusor: string | undefined): NodeTarget[] {
  const targets = nodesOf(config);
  if (difusor === undefined) return targets;
  const own = targets.filter((target) => target.difusor === difusor);
  if (own.length === 0) {
    const names = config.difusor.map(({ name }) => name);
    const all = names.length === 0 ? IEC_NIGHT.hasNone : IEC_NIGHT.itHas(names.join(', '));
    throw new UsageError(IEC_NIGHT.noDifusor(difusor), didYouMean(difusor, names) ?? all);
  }
  return own;
}

async function status(shell: Shell, options: Options): Promise<void> {
  const config = await readIecConfig(options.config);
  const view = await viewChain(config.chain, config.phase);
  const ledger = await openLedger(config.panel, view, { now: shell.now });
  const nodes = await rowsOf(nodesOf(config), ledger, view, config.panel, shell.now());
  shell.result(options.json, { nodes }, () => nodeTable(shell, nodes));
}

function nodeTable(shell: Shell, rows: readonly Row[]): string {
  const { told } = shell;
  if (rows.length === 0) return told(IEC_NIGHT.noNode);
  const cells = rows.map((row) => [
    `${row.difusor}/${row.node}`,
    row.state,
    row.number === null ? '-' : String(row.number),
    row.lag_seconds === 0 ? '-' : `${row.lag_seconds} s`,
    String(row.failed_periods),
    remarks(row).map(told).join('; '),
  ]);
  const { columnNode, columnState, columnLag, columnFailed } = IEC_NIGHT;
  const titles = [columnNode, columnState, 'corte', columnLag, columnFailed, ''].map(told);
  const [head = '', ...body] = columnsOf([titles, ...cells]);
  return [shell.paint('dim', head), ...body].join('\n');
}

function remarks(row: Row): Said[] {
  const said: Said[] = [];
  if (row.error !== null) said.push(IEC_NIGHT.trouble(row.error, row.detail ?? ''));
  if (row.silent_since !== null) said.push(IEC_NIGHT.silentSince(row.silent_since));
  if (row.por_la_red) said.push(IEC_NIGHT.byNetwork);
  if (row.seen !== null && isBad(row.seen.state)) said.push(IEC_NIGHT.outside(row.seen.detail));
  if (row.called_at !== null) said.push(IEC_NIGHT.calledAt(row.called_at));
  return said;
}

/** The SSH identity; a systemd credential named `ssh_key` takes precedence over the configured file. */
export function identityOf(shell: Shell, config: IecConfig): Promise<SshIdentity> {
  return fromCredential(shell, 'ssh_key', config.ssh_key, ({ file, credentials }) =>
    openIdentity(file, { credentials, agentSocket: shell.env.SSH_AUTH_SOCK }),
  );
}

/** Refuses to run as root: the service can't replace files that root makes in its panel. */
export function forbidRoot({ panel }: Pick<IecConfig, 'panel'>): void {
  const owner = statSync(panel, { throwIfNoEntry: false })?.uid;
  if (process.geteuid?.() === 0 && owner !== undefined && owner !== 0) {
    throw new UsageError(IEC_NIGHT.otherUser(panel), IEC_NIGHT.runAsUser);
  }
}
