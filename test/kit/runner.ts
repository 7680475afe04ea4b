import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Verdict } from '../../src/difusor/admission/judge.ts';
import { newMemory } from '../../src/difusor/admission/memory.ts';
import { takeInbox } from '../../src/difusor/admission/pass.ts';
import { repairAll } from '../../src/difusor/care/repair.ts';
import { runDaemon } from '../../src/difusor/daemon.ts';
import { openNode, type Surroundings } from '../../src/difusor/open.ts';
import type { DifusorConfig } from '../../src/difusor/setup/config.ts';
import type { StepName } from '../../src/service/steps.ts';
import { supervisorOf } from '../../src/service/supervisor.ts';
import { ACUSE_KEY } from './acuse-key.ts';

/**
 * A node in a process of its own, for tests that kill it or run it as another account: `node runner.js '<task>'` opens
 * the node, takes the inbox, and prints one JSON object. It kills itself (SIGKILL) at a step, if it is asked to.
 */
export interface Task {
  readonly config: DifusorConfig;
  /** the clock, ms: it stands still */
  readonly now: number;
  readonly repair?: boolean;
  readonly keepsTheRule?: boolean;
  /** so many passes over the inbox, 1 where it is not said */
  readonly passes?: number;
  /** so many turns of the daemon, in place of one pass over the inbox */
  readonly turns?: number;
  /** at which step to kill itself, counted over all steps of the process from 1 */
  readonly dieAt?: number;
  /** the step at which to kill itself, by its name */
  readonly dieAfter?: StepName;
  /** a descriptor to which each step is written, one a line, for tests that kill the process from outside */
  readonly tellTo?: number;
}

const task = JSON.parse(process.argv[2] as string) as Task;
const steps: string[] = [];
const surroundings: Surroundings = {
  now: () => task.now,
  elapsed: () => task.now,
  acuseKey: ACUSE_KEY,
  step(name) {
    steps.push(name);
    if (task.tellTo !== undefined) writeSync(task.tellTo, `${name}\n`);
    if (steps.length === task.dieAt || name === task.dieAfter) process.kill(process.pid, 'SIGKILL');
  },
};

async function once(): Promise<object> {
  const node = await openNode(task.config, { ...surroundings, keepsTheRule: task.keepsTheRule ?? false });
  const repaired = task.repair ? await repairAll(node.phases.values()) : null;
  const memory = newMemory();
  const verdicts: Verdict[] = [];
  for (let pass = 0; pass < (task.passes ?? 1); pass++) verdicts.push(...(await takeInbox(node, memory)));
  return { verdicts, repaired };
}

async function daemon(turns: number): Promise<object> {
  const stop = new AbortController();
  let turned = 0;
  await runDaemon(task.config, surroundings, supervisorOf({}), stop.signal, {
    turned: () => ++turned === turns && stop.abort(),
  });
  return { verdicts: [], repaired: null };
}

const done = await (task.turns === undefined ? once() : daemon(task.turns));
const peak = Number(/VmHWM:\s+(\d+) kB/.exec(await readFile('/proc/self/status', 'utf8'))?.[1]);
process.stdout.write(JSON.stringify({ ...done, steps, peakKiB: peak }));
