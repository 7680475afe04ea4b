import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cwd } from 'node:process';

/** Where a source's compiled form is, as a path in the repository. */
export function compiled(source: string): string {
  return join('dist', source.replace(/\.ts$/, '.js'));
}

/**
 * Runs AVA over compiled test files, with its output on this terminal. @returns its exit status; 1 where a signal ended
 * it
 */
export function withAva(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  const root = cwd();
  const child = spawn(process.execPath, [join(root, 'node_modules/ava/entrypoints/cli.mjs'), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}
