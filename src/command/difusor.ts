import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Verdict } from '../difusor/admission/judge.ts';
import { takeNamed, takeWholeInbox } from '../difusor/admission/pass.ts';
import { type Repaired, repairAll } from '../difusor/care/repair.ts';
import { runDaemon } from '../difusor/daemon.ts';
import { lockDaemon, lockState, openNode, viewNode } from '../difusor/open.ts';
import type { Node } from '../difusor/phase/node.ts';
import { readDifusorConfig, traerRooms } from '../difusor/setup/config.ts';
import type { Event } from '../difusor/state/events.ts';
import { wasLeft } from '../difusor/telling/at-work.ts';
import { statusOf } from '../difusor/telling/status.ts';
import { words as NODE } from '../difusor/words.ts';
import { leftToUndo, undoFolderBeside } from '../disk/undo-list.ts';
import { type Said, said } from '../format/said.ts';
import { codeOf, saidBy } from '../format/thrown.ts';
import type { Apart } from '../serve/apart/parent.ts';
import { checkPorts, openPortsApart } from '../serve/ports.ts';
import { parseAddress } from '../service/listening.ts';
import { supervisorOf } from '../service/supervisor.ts';
import { type Outcome, runs, type Shell } from '../terminal/shell.ts';
import { traceTo } from '../terminal/trace.ts';
import { readTraerStatus } from '../traer/telling.ts';
import { NODE_CONFIG } from './defaults.ts';
import { guardCommand } from './difusor-guard.ts';
import { initCommand } from './difusor-init.ts';
import { presentacionCommands } from './difusor-presentacion.ts';
import { serveCommands } from './difusor-serve.ts';
import { difusorDoctor } from './doctor.ts';
import { example } from './example.ts';
import { memoriaCommand } from './memoria.ts';
import { forbidRoot } from './node-account.ts';
import { tellNode } from './node-journal.ts';
import { openAcuseKey, readHostKey } from './node-keys.ts';
import { statusText, traerLines } from './node-status.ts';
import { DIFUSOR } from './words/difusor.ts';
import { HELP } from './words/help.ts';

/** `cotejo difusor …`: a Difusor's node. */

interface Options {
  readonly config: string;
  readonly json?: boolean;
}

interface RunOptions extends Options {
  readonly sftp?: string;
  readonly http?: string;
}

export function difusorCommands(program: Command, shell: Shell): void {
  const { told } = shell;
  const difusor = program.command('difusor').description(told(DIFUSOR.difusor));
  example(difusor, 'cotejo difusor status --config /etc/cotejo/difusor.toml');

  initCommand(difusor, shell);

  const admit = difusor
    .command('admit')
    .description(told(DIFUSOR.admit))
    .argument('[delivery...]', told(DIFUSOR.delivery))
    .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
    .option('--json', told(DIFUSOR.jsonLines))
    .action(runs(shell, (deliveries: string[], options: Options) => admitNow(shell, deliveries, options)));
  example(admit, 'cotejo difusor admit --config difusor.toml /media/usb/jornada-000037');

  const run = difusor
    .command('run')
    .description(told(DIFUSOR.run))
    .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
    .option('--sftp <host:port>', told(DIFUSOR.sftp))
    .option('--http <host:port>', told(DIFUSOR.http))
    .action(runs(shell, (options: RunOptions) => runNode(shell, options)));
  example(run, 'cotejo difusor run --config /etc/cotejo/difusor.toml');

  const status = difusor
    .command('status')
    .description(told(DIFUSOR.status))
    .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
    .option('--json', told(HELP.json))
    .action(runs(shell, (options: Options) => showStatus(shell, options)));
  example(status, 'cotejo difusor status --config /etc/cotejo/difusor.toml --json');

  const repair = difusor
    .command('repair')
    .description(told(DIFUSOR.repair))
    .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
    .option('--json', told(HELP.json))
    .action(runs(shell, (options: Options) => repairNow(shell, options)));
  example(repair, 'cotejo difusor repair --config /etc/cotejo/difusor.toml');

  difusorDoctor(difusor, shell);
  memoriaCommand(difusor, shell);
  guardCommand(difusor, shell, (event) => tellNode(shell, event));
  presentacionCommands(difusor, shell);
  serveCommands(difusor, shell);
}

async function admitNow(shell: Shell, deliveries: readonly string[], options: Options): Promise<Outcome> {
  let failed = false;
  const heard = (event: Event) => {
    if (event.event !== 'error') return;
    failed = true;
    shell.say.error(NODE.failed(event.what, event.detail));
  };
  return withNode(shell, options, heard, async (node) => {
    let refused = false;
    const heardVerdict = (verdict: Verdict) => {
      refused ||= verdict.outcome === 'refused';
      shell.result(options.json, verdict, () => verdictLine(verdict));
    };
    if (deliveries.length === 0) await takeWholeInbox(node, heardVerdict);
    for (const delivery of deliveries) heardVerdict(await takeNamed(node, resolve(shell.cwd, delivery)));
    if (refused) return 'refused';
    return failed ? 'unknown' : 'done';
  });
}

function verdictLine({ delivery, outcome, code, detail }: Verdict): Said {
  switch (outcome) {
    case 'admitted':
      return DIFUSOR.admitted(delivery);
    case 'already-admitted':
      return DIFUSOR.alreadyAdmitted(delivery);
    case 'deferred':
    case 'refused':
      return DIFUSOR[outcome](delivery, code ?? '', detail ?? '');
  }
}

async function runNode(shell: Shell, options: RunOptions): Promise<Outcome> {
  const config = await readDifusorConfig(options.config);
  const address = (text: string | undefined) => (text === undefined ? undefined : parseAddress(text));
  const ports = { sftp: address(options.sftp), http: address(options.http) };
  checkPorts(config, ports);
  forbidRoot(config);
  const hostKey = ports.sftp && config.sftp ? await readHostKey(shell, config.sftp.host_key) : null;
  const acuseKey = await openAcuseKey(shell, config);
  const lock = await lockDaemon(config.state);
  if (!lock) {
    shell.say.error(DIFUSOR.anotherDaemon(config.state));
    return 'unknown';
  }
  const stop = new AbortController();
  let apart: Apart[] = [];
  let unopened: { readonly error: unknown } | null = null;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  try {
    const heard = (event: Event) => tellNode(shell, event);
    const step = traceTo(shell);
    await runDaemon(config, { now: shell.now, acuseKey, heard, step }, supervisorOf(shell.env), stop.signal, {
      ready(node) {
        apart = openPortsApart(resolve(shell.cwd, options.config), config, ports, hostKey, (event) => node.tell(event));
        // Not awaited: the clock and the inbox must not wait for the public servers.
        Promise.all(apart.map(({ opened }) => opened)).catch((error: unknown) => {
          if (!stop.signal.aborted) unopened = { error };
          stop.abort();
        });
        return Promise.resolve();
      },
      turned: () => step('end of the turn'),
    });
  } finally {
    await Promise.all(apart.map((port) => port.close()));
    await lock.release();
  }
  const failure = unopened as { readonly error: unknown } | null;
  if (failure) throw failure.error;
  return 'done';
}

async function showStatus(shell: Shell, options: Options): Promise<void> {
  const config = await readDifusorConfig(options.config);
  const node = await viewNode(config, shell.now);
  const status = await statusOf(node, await wasLeft(node.rooms.status));
  const traer = await readTraerStatus(traerRooms(config));
  const text = () => [statusText(status, shell.told), ...traerLines(traer, shell.told)].join('\n');
  shell.result(options.json, { ...status, traer }, text);
  if (!status.daemon.at_work) shell.say.hint(said('systemctl status cotejo-difusor'));
  await tellDrillLeft(shell, undoFolderBeside(config.state));
}

async function tellDrillLeft(shell: Shell, folder: string): Promise<void> {
  try {
    const left = await leftToUndo(folder);
    if (left.length > 0) shell.say.warning(DIFUSOR.leftByDrill(left.join(', ')));
  } catch (error) {
    // It is root's, as the drill was: another account is not told, and the doctor is run as root.
    if (codeOf(error) !== 'EACCES') shell.say.warning(saidBy(error));
  }
}

async function repairNow(shell: Shell, options: Options): Promise<Outcome> {
  // What opening the node repairs (a missing file, a wrong link) counts as a difference too.
  const opened: Extract<Event, { event: 'altered' }>[] = [];
  const heard = (event: Event) => {
    if (event.event === 'altered') opened.push(event);
  };
  return withNode(shell, options, heard, async (node) => {
    const before = opened.splice(0);
    const phases = (await repairAll(node.phases.values(), (path) => shell.progress(path))).map((repaired) =>
      withOpened(repaired, before),
    );
    shell.progressDone();
    shell.result(options.json, { phases }, () => phases.map((one) => repairedText(shell, one)).join('\n') || DIFUSOR.nothingPublic);
    return phases.some(({ differing, wrong_copies: copies }) => differing.length + copies.length > 0) ? 'refused' : 'done';
  });
}

function withOpened(repaired: Repaired, opened: readonly { phase: string; path: string; restored: boolean }[]): Repaired {
  const ours = opened.filter(({ phase }) => phase === repaired.phase);
  const all = (paths: readonly string[], more: typeof ours) => [...new Set([...paths, ...more.map(({ path }) => path)])].sort();
  const restored = ours.filter((event) => event.restored);
  return { ...repaired, differing: all(repaired.differing, ours), restored: all(repaired.restored, restored) };
}

function repairedText({ told }: Shell, { phase, number, files, bytes, differing, restored, wrong_copies }: Repaired): string {
  const head = DIFUSOR.read(phase, number, files, bytes);
  const right = new Set(restored);
  const lines = differing.map((path) => (right.has(path) ? DIFUSOR.restored(path) : DIFUSOR.notRestored(path)));
  const copies = wrong_copies.map((path) => DIFUSOR.wrongCopy(path));
  const first = differing.length === 0 ? DIFUSOR.allRight(head) : DIFUSOR.differed(head, differing.length);
  return [first, ...lines, ...copies].map(told).join('\n');
}

async function withNode<T>(
  shell: Shell,
  options: Options,
  heard: ((event: Event) => void) | undefined,
  work: (node: Node) => Promise<T>,
): Promise<T> {
  const config = await readDifusorConfig(options.config);
  forbidRoot(config);
  const acuseKey = await openAcuseKey(shell, config);
  const lock = await lockState(config.state);
  try {
    return await work(await openNode(config, { now: shell.now, acuseKey, step: traceTo(shell), ...(heard && { heard }) }));
  } finally {
    await lock.release();
  }
}
