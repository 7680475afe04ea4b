import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Verdict } from '../../src/difusor/admission/judge.ts';
import { type Memory, newMemory } from '../../src/difusor/admission/memory.ts';
import { takeInbox } from '../../src/difusor/admission/pass.ts';
import { openNode } from '../../src/difusor/open.ts';
import { type Node, openAnew } from '../../src/difusor/phase/node.ts';
import type { DifusorConfig } from '../../src/difusor/setup/config.ts';
import type { Event } from '../../src/difusor/state/events.ts';
import type { StepName } from '../../src/service/steps.ts';
import { ACUSE_KEY } from './acuse-key.ts';
import { type KitTrust, makeTrust, NOW, signTrust, writeAnchor } from './election.ts';
import { makeFolder, treeOf } from './folders.ts';

/** A Difusor's node in a folder of the test, opened as the command opens it, with the test's clock and key. */
export interface KitNode {
  readonly folder: string;
  readonly config: DifusorConfig;
  readonly trust: KitTrust;
  readonly events: Event[];
  readonly clock: { now: number };
  /** called at every step of the node; a test sets it to act in the middle */
  onStep: (name: StepName) => void;
  /** called at every event, once it is in {@link KitNode.events} */
  onEvent: (event: Event) => void;
  node: Node;
  memory: Memory;
  /** One pass over the inbox. */
  pass(): Promise<Verdict[]>;
  /** One pass, and the outcome of each delivery: its code where it has one. */
  outcomes(): Promise<Record<string, string>>;
  /** As after a restart: the process's memory is lost, the disk stays. */
  reopen(): Promise<void>;
  /** Chain, trees, public links, pages and acuses as they are on the disk. */
  kept(): Promise<Record<string, string>>;
  path(...parts: string[]): string;
}

export interface NodePlan {
  readonly trust?: KitTrust;
  readonly config?: Partial<DifusorConfig>;
  readonly keepsTheRule?: boolean;
  /** instead of a folder of its own under the temporary folder */
  readonly folder?: string;
  readonly now?: number;
}

export async function makeNode(t: ExecutionContext, plan: NodePlan = {}): Promise<KitNode> {
  const folder = plan.folder ?? (await makeFolder(t));
  const trust = plan.trust ?? signTrust(makeTrust());
  const config = await configIn(folder, trust, plan.config);
  const events: Event[] = [];
  const clock = { now: plan.now ?? NOW };
  const open = () =>
    openNode(config, {
      now: () => clock.now,
      elapsed: () => clock.now,
      acuseKey: ACUSE_KEY,
      heard(event) {
        events.push(event);
        kit.onEvent(event);
      },
      step: (name) => kit.onStep(name),
      keepsTheRule: plan.keepsTheRule ?? false,
    });
  const kit: KitNode = {
    folder,
    config,
    trust,
    events,
    clock,
    onStep: () => {},
    onEvent: () => {},
    node: undefined as unknown as Node,
    memory: newMemory(),
    async pass() {
      await openAnew(kit.node); // as the daemon does when it has taken the lock
      return takeInbox(kit.node, kit.memory);
    },
    async outcomes() {
      const verdicts = await kit.pass();
      return Object.fromEntries(verdicts.map(({ delivery, outcome, code }) => [delivery, code ?? outcome]));
    },
    async reopen() {
      kit.memory = newMemory();
      kit.node = await open();
    },
    kept: () => keptIn(config),
    path: (...parts) => join(folder, ...parts),
  };
  kit.node = await open();
  return kit;
}

export async function configIn(folder: string, trust: KitTrust, changes: Partial<DifusorConfig> = {}): Promise<DifusorConfig> {
  await mkdir(folder, { recursive: true });
  return {
    difusor: 'vanguardia',
    node: 'web1',
    anchor: await writeAnchor(trust, join(folder, 'anchor')),
    state: join(folder, 'state'),
    inbox: join(folder, 'inbox'),
    outbox: join(folder, 'outbox'),
    acuse_key: join(folder, 'acuse_key'),
    stale: 'aviso',
    aviso: null,
    difusores: [],
    keep_trees_minutes: 60,
    compress: true,
    poll_seconds: 0.1,
    ...changes,
  };
}

/** What a node must have kept, whatever happened to it: chain, trees, links, pages, acuses. */
export async function keptIn({ state, outbox }: DifusorConfig): Promise<Record<string, string>> {
  const rooms = [...['chain', 'trees', 'public', 'pages'].map((room) => join(state, room)), join(outbox, 'acuses')];
  const trees: [string, string][] = [];
  for (const room of rooms) {
    await mkdir(room, { recursive: true });
    for (const [path, what] of Object.entries(await treeOf(room))) trees.push([`${room.split('/').at(-1)}/${path}`, what]);
  }
  return Object.fromEntries(trees);
}

/** The reasons of the deliveries that were set aside in a folder (`refused` or `evidence`), oldest first. */
export async function reasonsIn(kit: KitNode, room: 'refused' | 'evidence') {
  const names = (await readdir(kit.path('state', room))).sort();
  return Promise.all(
    names.map(async (name) => {
      const folder = kit.path('state', room, name);
      const reason = JSON.parse(await readFile(join(folder, 'reason.json'), 'utf8')) as Record<string, string>;
      return { folder, code: reason.code, delivery: reason.delivery };
    }),
  );
}

/** The top of difusor.toml, as a command reads it. */
export function tomlOf({ difusor, node, anchor, state, inbox, outbox, acuse_key }: DifusorConfig): string {
  const lines = Object.entries({ difusor, node, anchor, state, inbox, outbox, acuse_key });
  return `${lines.map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join('\n')}\n`;
}
