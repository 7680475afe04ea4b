import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { newMemory } from '../../src/difusor/admission/memory.ts';
import { takeInbox } from '../../src/difusor/admission/pass.ts';
import { repairAll } from '../../src/difusor/care/repair.ts';
import { openNode } from '../../src/difusor/open.ts';
import type { DifusorConfig } from '../../src/difusor/setup/config.ts';
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
  /** at which step to kill itself, counted over all steps of the process from 1 */
  readonly dieAt?: number;
  /** a descriptor to which each step is written, one a line, for tests that kill the process from outside */
  readonly tellTo?: number;
}

const task = JSON.parse(process.argv[2] as string) as Task;
const steps: string[] = [];
const node = await openNode(task.config, {
  now: () => task.now,
  acuseKey: ACUSE_KEY,
  keepsTheRule: task.keepsTheRule ?? false,
  step(name) {
    steps.push(name);
    if (task.tellTo !== undefined) writeSync(task.tellTo, `${name}\n`);
    if (steps.length === task.dieAt) process.kill(process.pid, 'SIGKILL');
  },
});
const repaired = task.repair ? await repairAll(node.phases.values()) : null;
const verdicts = await takeInbox(node, newMemory());
const peak = Number(/VmHWM:\s+(\d+) kB/.exec(await readFile('/proc/self/status', 'utf8'))?.[1]);
process.stdout.write(JSON.stringify({ verdicts, repaired, steps, peakKiB: peak }));
