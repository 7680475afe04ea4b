import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const BIN = resolve('dist/bin/cotejo.js');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built `cotejo trust` in a folder. */
export function run(folder: string, args: readonly string[], { input = '', env = {} } = {}): Ran {
  return spawnSync('node', [BIN, 'trust', ...args], { cwd: folder, encoding: 'utf8', input, env: { ...process.env, ...env } });
}
