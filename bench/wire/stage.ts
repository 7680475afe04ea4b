import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initNode } from '../../src/difusor/setup/init.ts';
import { installed } from '../../src/disk/installed.ts';
import { sixDigits } from '../../src/format/naming.ts';
import { openIdentity } from '../../src/iec/link/ssh-identity.ts';
import { type PackedCorte, packCorte } from '../../src/iec/pack/pack.ts';
import { pushOnce } from '../../src/iec/push.ts';
import { viewChain } from '../../src/iec/record/chain-view.ts';
import { openLedger } from '../../src/iec/record/ledger.ts';
import { idOf, nodesOf, readIecConfig } from '../../src/iec/setup/config.ts';
import { makeTrust, signTrust, writeAnchor, writeTrust } from '../../test/kit/election.ts';
import { makeKey, writePrivateKey } from '../../test/kit/keys.ts';
import { freePort } from '../../test/kit/port.ts';
import { type DelayingRelay, delayingRelay } from './relay.ts';

/** An IEC in this process, and nodes that are daemons of their own, each with its built-in SFTP inbox behind a relay. */
export interface Stage {
  /** the folder in which the publication is written */
  readonly source: string;
  readonly nodes: readonly StageNode[];
  pack(): Promise<PackedCorte>;
  /**
   * Brings the chain to all nodes.
   * @returns seconds from the call to each node's verified acuse, in the nodes' order
   * @throws Error where a node is not up to date at the end
   */
  push(): Promise<number[]>;
  end(): Promise<void>;
}

export interface StageNode {
  readonly home: string;
  readonly relay: DelayingRelay;
  /** processor time of its daemon so far, seconds */
  cpuSeconds(): number;
}

export interface Setting {
  readonly nodes: number;
  readonly host?: string;
  /** put before the command of the daemons */
  readonly inside?: readonly string[];
  /** of the relays, in each direction */
  readonly delayMs?: number;
}

const COMMAND = installed('dist/bin/cotejo.js');
export const PHASE = 'jornada';
const TICKS = 100; // a second, on every Linux that Node supports

export async function setStage(folder: string, setting: Setting): Promise<Stage> {
  const { host = '127.0.0.1', inside = [], delayMs = 0 } = setting;
  const chain = join(folder, 'chain');
  const source = join(folder, 'publicacion');
  mkdirSync(source, { recursive: true });
  const trust = signTrust(makeTrust({ now: Date.now() }));
  await writeTrust(trust, join(chain, 'trust', '1.json'));
  const anchor = await writeAnchor(trust, folder);
  const sshKey = await writePrivateKey(makeKey(), join(folder, 'ssh_key'), 'iec');
  const identity = await openIdentity(sshKey, {});

  const daemons: ChildProcess[] = [];
  const kill = () => {
    for (const daemon of daemons) daemon.kill('SIGKILL');
  };
  process.once('exit', kill);
  const nodes: (StageNode & Configured)[] = [];
  for (let i = 1; i <= setting.nodes; i++) {
    const name = `nodo-${i}`;
    const home = join(folder, name);
    mkdirSync(home);
    const config = join(home, 'difusor.toml');
    const made = await initNode({ config, difusor: name, node: 'web1', anchor, home, iecKey: `${sshKey}.pub` });
    const port = await freePort();
    const args = [...inside, process.execPath, COMMAND, 'difusor', 'run', '--config', config, '--sftp', `${host}:${port}`];
    const daemon = await started(args);
    daemons.push(daemon);
    const relay = await delayingRelay({ host, port }, delayMs);
    const own = { host: '127.0.0.1', port: relay.port, user: 'iec', host_key: made.sftp_host_key, acuse_key: made.acuse_key };
    const lines = { ...own, inbox: 'inbox', outbox: 'outbox' };
    nodes.push({ name, home, lines, relay, cpuSeconds: () => cpuOf(daemon.pid as number) });
  }
  const file = join(folder, 'IEC.toml');
  await writeFile(file, nodes.reduce(withNode, HEAD));

  return {
    source,
    nodes,
    pack: () => packCorte({ source, chain, phase: PHASE, key: makeKey('firma-1'), now: Date.now }),
    async push() {
      const config = await readIecConfig(file);
      const began = performance.now();
      const view = await viewChain(chain, PHASE);
      const targets = nodesOf(config);
      const ledger = await openLedger(config.panel, view, { now: Date.now });
      const seconds = new Map<string, number>();
      const reports = await pushOnce(config, targets, view, ledger, {
        identity,
        now: Date.now,
        acuseMs: 300_000,
        reported: ({ target }) => seconds.set(idOf(target), (performance.now() - began) / 1000),
      });
      const bad = reports.find(({ outcome, number }) => outcome !== 'up-to-date' || number !== view.head);
      if (bad) throw new Error(`${idOf(bad.target)}: ${JSON.stringify(bad.trouble)}`);
      return targets.map((target) => seconds.get(idOf(target)) as number);
    },
    async end() {
      for (const { relay } of nodes) relay.close();
      const ends = daemons.filter(({ exitCode }) => exitCode === null).map((daemon) => once(daemon, 'exit'));
      kill();
      await Promise.all(ends);
      process.off('exit', kill);
    },
  };
}

async function started([program, ...args]: readonly string[]): Promise<ChildProcess> {
  const daemon = spawn(program as string, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [daemon.stdout, daemon.stderr]) {
    stream.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-4000);
    });
  }
  while (!said.includes('listening')) {
    if (daemon.exitCode !== null) throw new Error(said);
    await sleep(20);
  }
  return daemon;
}

function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Whether a node's public link leads to this corte. */
export function shows({ home }: StageNode, number: number): boolean {
  const link = join(home, 'state/public', PHASE);
  return lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(link).endsWith(sixDigits(number));
}

interface Configured {
  readonly name: string;
  readonly lines: Readonly<Record<string, string | number>>;
}

/** IEC.toml without any Difusor. */
export const HEAD = `chain = "chain"
source = "publicacion"
phase = "${PHASE}"
key = "firma-1"
ssh_key = "ssh_key"
panel = "panel"
`;

/** IEC.toml with one more Difusor that has one node. */
export function withNode(toml: string, { name, lines }: Configured): string {
  const own = Object.entries(lines).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`);
  return `${toml}[[difusor]]
name = "${name}"
title = "${name}"
url = "https://${name}.example/"
contact = "-"
[[difusor.node]]
name = "web1"
${own.join('')}`;
}
