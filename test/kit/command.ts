import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './programs.ts';

/** The command as a user runs it: what it printed and how it ended. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function cotejo(args: readonly string[], cwd?: string, env?: Readonly<Record<string, string>>): Promise<Ran> {
  return run(process.execPath, [join(repository(), 'dist/bin/cotejo.js'), ...args], cwd, env);
}

/** A shell's line, in a folder. */
export function sh(line: string, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return run('sh', ['-c', line], cwd, env);
}

function run(program: string, args: readonly string[], cwd?: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}
