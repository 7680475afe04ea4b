import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Task } from './runner.ts';

/** Runs a task of runner.ts in a process of its own. */

export type { Task };

/** The runner and all that it imports in one file, which starts in a third of the time: some tests start it hundreds of times. */
export const RUNNER = joined(fileURLToPath(new URL('./runner.js', import.meta.url)));

function joined(runner: string): string {
  const outfile = runner.replace(/\.js$/, `-${process.pid}.js`);
  buildSync({ entryPoints: [runner], outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm' });
  process.on('exit', () => rmSync(outfile, { force: true }));
  return outfile;
}

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
