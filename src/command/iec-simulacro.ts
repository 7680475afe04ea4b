import { resolve } from 'node:path';
import type { Command } from 'commander';
import { undoFolderOfIec, undoFoldersOfIec } from '../disk/undo-list.ts';
import { said } from '../format/said.ts';
import { formatTime, offsetOf } from '../format/time.ts';
import { PATIENCE } from '../iec/link/open-link.ts';
import { windowOf } from '../iec/link/send-window.ts';
import { walkOwnTrust } from '../iec/pack/footing.ts';
import { viewChain } from '../iec/record/chain-view.ts';
import { type IecConfig, readIecConfig } from '../iec/setup/config.ts';
import { FLEET_FAULTS } from '../simulacro/faults.ts';
import type { Fleet } from '../simulacro/fleet/fleet.ts';
import { fleetActs, fleetGate, fleetTimes } from '../simulacro/fleet/script.ts';
import { clockOf } from '../simulacro/look/clock.ts';
import { programsOf } from '../simulacro/look/programs.ts';
import { chosenOf, longestOf } from '../simulacro/plan.ts';
import { runScript } from '../simulacro/run.ts';
import { type Outcome, runs, type Shell, UsageError } from '../terminal/shell.ts';
import { untilSignal } from '../terminal/until-signal.ts';
import { placeOfKey } from './credentials.ts';
import { IEC_CONFIG } from './defaults.ts';
import { example } from './example.ts';
import { openSshKey } from './iec-doctor.ts';
import { chosen, identityOf } from './iec-push.ts';
import { planOf } from './simulacro.ts';
import { confirmed, scriptText, tellDrill, tellTrial, type VerifyOptions, verifyReport } from './simulacro-telling.ts';
import { undoLeft, withLedger } from './simulacro-undo.ts';
import { siteFolder } from './site-address.ts';
import { HELP } from './words/help.ts';
import { SIMULACRO } from './words/simulacro.ts';

/** `cotejo iec simulacro`: a drill of the fleet, from the Institute. */

interface Options extends VerifyOptions {
  readonly config: string;
  readonly difusor?: string;
  readonly only?: string;
  readonly site: readonly string[];
  readonly silence?: boolean;
  readonly undo?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly report?: string;
}

export function iecSimulacro(iec: Command, shell: Shell): void {
  const { told } = shell;
  example(
    iec
      .command('simulacro')
      .description(told(SIMULACRO.fleet))
      .option('--config <file>', told(SIMULACRO.fleetConfig), IEC_CONFIG)
      .option('--difusor <name>', told(HELP.onlyDifusor))
      .option('--only <id,id>', told(SIMULACRO.only))
      .option('--site <name=address>', told(SIMULACRO.fleetSite), listed, [])
      .option('--silence', told(SIMULACRO.silence))
      .option('--undo', told(SIMULACRO.undo))
      .option('--dry-run', told(SIMULACRO.dryRun))
      .option('--yes', told(SIMULACRO.yes))
      .option('--report <file>', told(SIMULACRO.report))
      .option('--verify <file>', told(SIMULACRO.verify))
      .option('--key <file.pub>', told(SIMULACRO.key))
      .option('--json', told(HELP.json))
      .action(runs(shell, (options: Options) => drill(shell, options))),
    'cotejo iec simulacro --config /etc/cotejo/IEC.toml --report informe-iec.html',
  );
}

async function drill(shell: Shell, options: Options): Promise<Outcome> {
  if (options.verify !== undefined) return verifyReport(shell, options.verify, options);
  const config = await readIecConfig(options.config);
  const folder = undoFolderOfIec(config.panel);
  const undoing = { programs: programsOf(shell.env), state: null, inbox: null };
  if (options.undo) {
    const elsewhere = undoFoldersOfIec(config.panel).filter((one) => one !== folder);
    return undoLeft(shell, folder, undoing, options.json, elsewhere);
  }
  const sites = sitesIn(options.site, config);
  const targets = chosen(config, options.difusor);
  const without = FLEET_FAULTS.filter((id) => options.silence || id !== 'flota-silencio');
  const ids = options.only === undefined ? without : chosenOf(FLEET_FAULTS, options.only);
  const view = await viewChain(config.chain, config.phase);
  const rules = view.phase;
  const needed = longestOf(fleetTimes(ids, rules, targets), rules);
  const barred = async (seconds: number) => fleetGate(config.chain, config.phase, shell.now(), seconds);
  const bar = await barred(needed);
  if (bar !== null) throw new UsageError(bar.why);
  const stop = new AbortController();
  const around = {
    file: resolve(shell.cwd, options.config),
    view,
    targets,
    link: {
      identity: await identityOf(shell, config),
      patience: PATIENCE,
      windowBytes: windowOf(targets.length),
      signal: stop.signal,
    },
    sites,
    clock: clockOf(shell.now, stop.signal),
    programs: undoing.programs,
  };
  const idle: Fleet = { ...around, will: () => Promise.reject(new Error('nothing is done before the script begins')) };
  const script = await planOf(fleetActs(ids, idle));
  if (options.dryRun) {
    const value = { difusor: null, node: null, phase: rules.name, longest_seconds: needed, script };
    shell.result(options.json, value, () => scriptText(shell, SIMULACRO.head('IEC', rules.name, Math.ceil(needed / 60)), script));
    return 'done';
  }
  const key = options.report === undefined ? null : await openSshKey(shell, placeOfKey(shell, 'ssh_key', config.ssh_key).file);
  if (!options.yes) {
    shell.stderr.write(`${scriptText(shell, SIMULACRO.head('IEC', rules.name, Math.ceil(needed / 60)), script)}\n`);
    if (!shell.stdin.isTTY || !(await confirmed(shell, SIMULACRO.sure)))
      throw new UsageError(SIMULACRO.notConfirmed, SIMULACRO.notConfirmedHint);
  }
  const { election, title } = (await walkOwnTrust(config.chain)).newest.document;
  return withLedger(shell, folder, undoing, async (ledger) => {
    const offset = offsetOf(rules.opens_at);
    const begun_at = formatTime(shell.now(), offset);
    const ended = await untilSignal(stop, () =>
      runScript({
        acts: fleetActs(ids, { ...around, will: async (action) => void (await ledger.add(action)) }),
        ready: () => Promise.resolve(null),
        barred: async () => (await barred(0))?.why.es ?? null,
        ledger,
        undoing,
        clock: around.clock,
        offset,
        isStopped: () => stop.signal.aborted,
        begins: ({ id, node }) => shell.progress(shell.told(SIMULACRO.begins(`${id} ${node ?? ''}`))),
        ended: (trial) => tellTrial(shell, options, trial),
      }),
    );
    const named = options.only === undefined ? null : ids;
    return tellDrill(shell, options, {
      difusor: null,
      node: null,
      site: null,
      election,
      title,
      rules,
      begun_at,
      drill: ended,
      key,
      named,
    });
  });
}

function listed(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

/** @throws UsageError */
function sitesIn(texts: readonly string[], { difusor }: IecConfig): Map<string, URL> {
  const sites = new Map<string, URL>();
  for (const text of texts) {
    const cut = text.indexOf('=');
    const [name, address] = [text.slice(0, Math.max(0, cut)), text.slice(cut + 1)];
    const [wrong, such] = [SIMULACRO.notAnAddress('--site', text), said('vanguardia=https://simulacro.prep.example/')];
    if (!difusor.some((one) => one.name === name)) throw new UsageError(wrong, such);
    sites.set(name, siteFolder(address, wrong, such));
  }
  return sites;
}
