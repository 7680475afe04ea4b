import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Task } from './runner.ts';

/** Runs a task of runner.ts in a process of its own. */

export type { Task };

export const RUNNER = fileURLToPath(new URL('./runner.js', import.meta.url));

export interface Ended {
  readonly killed: boolean;
  readonly steps: readonly string[];
  readonly verdicts: readonly { readonly outcome: string }[];
}

export interface Under {
  /** a program with its arguments, under which it runs */
  readonly under?: readonly string[];
  /** more variables */
  readonly env?: Readonly<Record<string, string>>;
}

/** @throws Error with what it complained of, where it ends by itself with another status than 0 */
export function ran(task: Task, { under = [], env = {} }: Under = {}): Promise<Ended> {
  const [program, ...args] = [...under, process.execPath, RUNNER, JSON.stringify(task)];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let out = '';
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve({ killed: true, steps: [], verdicts: [] });
      else if (code === 0) resolve({ killed: false, ...(JSON.parse(out) as Omit<Ended, 'killed'>) });
      else reject(new Error(complaint));
    });
  });
}
