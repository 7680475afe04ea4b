import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { runDaemon } from '../../src/difusor/daemon.ts';
import { readDifusorConfig } from '../../src/difusor/setup/config.ts';
import { initNode } from '../../src/difusor/setup/init.ts';
import type { Event } from '../../src/difusor/state/events.ts';
import { openIdentity, type SshIdentity } from '../../src/iec/link/ssh-identity.ts';
import { type IecConfig, readIecConfig } from '../../src/iec/setup/config.ts';
import { openKeyFile } from '../../src/keys/key-file.ts';
import { supervisorOf } from '../../src/service/supervisor.ts';
import { type Corte, makeCorte, publicationOf, writeInChain } from '../kit/cortes.ts';
import { at, type KitTrust, makeTrust, signTrust, writeAnchor, writeTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { type Sshd, startSshd } from '../kit/sshd.ts';

/** An IEC with a chain, an sshd, and real nodes of Difusores behind it. */
export interface Network {
  readonly folder: string;
  readonly chain: string;
  readonly panel: string;
  readonly trust: KitTrust;
  readonly cortes: readonly Corte[];
  readonly sshd: Sshd;
  readonly configFile: string;
  readonly identity: SshIdentity;
  /** Puts cortes up to this number into the chain. */
  issue(upTo: number): Promise<void>;
  /** Initialises a node without starting its daemon. */
  node(name: string, changes?: Partial<NodeLines>): Promise<TrialNode>;
  /** Writes IEC.toml, over all nodes made so far by default. */
  configure(nodes?: readonly TrialNode[]): Promise<IecConfig>;
}

export interface NodeLines {
  host: string;
  port: number;
  user: string;
  host_key: string;
  acuse_key: string;
  inbox: string;
  outbox: string;
}

export interface TrialNode {
  readonly name: string;
  readonly home: string;
  readonly config: string;
  readonly lines: NodeLines;
  readonly events: Event[];
  /** Starts the daemon in this process. @returns what stops it */
  run(options?: { now?: () => number }): Promise<() => Promise<void>>;
  /** the names in its inbox */
  inbox(): Promise<string[]>;
}

interface Founding {
  readonly cortes?: number;
  readonly now?: number;
  readonly trust?: Parameters<typeof makeTrust>[0];
  /** bytes of an incompressible picture that is new in the last corte */
  readonly picture?: number;
}

export async function foundNetwork(
  t: ExecutionContext,
  { cortes = 3, now = Date.now(), trust: changes, picture = 0 }: Founding = {},
): Promise<Network> {
  const folder = await makeFolder(t);
  const chain = join(folder, 'chain');
  const trust = signTrust(makeTrust({ now, ...changes }));
  await writeTrust(trust, join(chain, 'trust', '1.json'));
  const anchor = await writeAnchor(trust, folder);
  // The newest is taken at this very moment, so that it is shown and not the notice.
  const made: Corte[] = [];
  for (let n = 1; n <= cortes; n++) {
    const takenAt = at(now - (cortes - n) * 600_000);
    const extra = picture > 0 && n === cortes ? { 'actas/foto.jpg': randomBytes(picture) } : {};
    made.push(makeCorte({ trust, files: { ...publicationOf(n), ...extra }, previous: made.at(-1) ?? null, takenAt }));
  }
  const sshKey = await writePrivateKey(makeKey(), join(folder, 'ssh_key'), 'iec');
  await writePrivateKey(makeKey('firma-1'), join(folder, 'firma-1'));
  await mkdir(join(folder, 'publicacion'));
  const sshd = await startSshd(t, folder, await readFile(`${sshKey}.pub`, 'utf8'));
  const nodes: TrialNode[] = [];
  const configFile = join(folder, 'IEC.toml');

  return {
    folder,
    chain,
    panel: join(folder, 'panel'),
    trust,
    cortes: made,
    sshd,
    configFile,
    identity: await openIdentity(sshKey, {}),
    async issue(upTo) {
      for (const corte of made.slice(0, upTo)) await writeInChain(chain, corte);
    },
    async node(name, given = {}) {
      const home = join(folder, name);
      const config = join(home, 'difusor.toml');
      const { acuse_key, inbox, outbox } = await initNode({ config, difusor: name, node: 'web1', anchor, home });
      const sshLines = { host: '127.0.0.1', port: sshd.port, user: sshd.user, host_key: sshd.hostKey };
      const node: TrialNode = {
        name,
        home,
        config,
        events: [],
        lines: { ...sshLines, acuse_key, inbox, outbox, ...given },
        inbox: async () => (await readdir(join(home, 'inbox'))).sort(),
        async run({ now = Date.now } = {}) {
          const settings = { ...(await readDifusorConfig(config)), poll_seconds: 0.2 };
          const passphrase = () => Promise.reject(new Error('encrypted'));
          const acuseKey = await openKeyFile(settings.acuse_key, { passphrase });
          const stop = new AbortController();
          const heard = (event: Event) => void node.events.push(event);
          const daemon = runDaemon(settings, { now, acuseKey, heard }, supervisorOf({}), stop.signal);
          const end = () => {
            stop.abort();
            return daemon;
          };
          t.teardown(end);
          return end;
        },
      };
      nodes.push(node);
      return node;
    },
    async configure(chosen = nodes) {
      await writeFile(configFile, tomlOf(chosen));
      return readIecConfig(configFile);
    },
  };
}

/** @param head more lines for the top of the file */
export function tomlOf(nodes: readonly Pick<TrialNode, 'name' | 'lines'>[], head: readonly string[] = []): string {
  const lines = [
    'chain = "chain"',
    'source = "publicacion"',
    'phase = "jornada"',
    'key = "firma-1"',
    'ssh_key = "ssh_key"',
    ...(head.some((line) => line.startsWith('mirar')) ? [] : ['mirar = false']),
    // Most of these chains are made by the test and not by this machine.
    ...(head.some((line) => line.startsWith('relevo_unasked')) ? [] : ['relevo_unasked = 99']),
    ...head,
  ];
  lines.push('panel = "panel"');
  for (const { name, lines: own } of nodes) {
    lines.push('[[difusor]]', `name = "${name}"`, `title = "El ${name}"`, `url = "https://${name}.example/"`);
    lines.push('contact = "Guardia técnica, 844 000 0000"', '[[difusor.node]]', 'name = "web1"');
    lines.push(...Object.entries(own).map(([key, value]) => `${key} = ${JSON.stringify(value)}`));
  }
  return `${lines.join('\n')}\n`;
}
