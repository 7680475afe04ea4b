import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where things are on this machine: programs, the repository, the folder `shared` beside it. */

/** Programs that serve, boot or draw: starting one takes seconds, so `npm run test:fast` leaves their tests out. */
export const DAEMONS: ReadonlySet<string> = new Set(['sshd', 'nginx', 'chromium', 'firefox-esr', 'systemd-nspawn']);
/** Whether this is a run of the fast tests. */
export const isFast = process.env['COTEJO_FAST'] === '1';

/**
 * Called by every function that starts a daemon, so that a test that starts one without `requires` fails in a run
 * of the fast tests.
 * @throws Error in a run of the fast tests
 */
export function startsDaemon(program: string): void {
  if (isFast) throw new Error(`the fast tests start no ${program}: declare this one with requires()`);
}

/**
 * @returns where a program is, or null
 * @throws as {@link startsDaemon}
 */
export function find(program: string): string | null {
  if (DAEMONS.has(program)) startsDaemon(program);
  return locate(program);
}

/** @returns where a program is, daemon or not, or null */
export function locate(program: string): string | null {
  if (isAbsolute(program)) return existsSync(program) ? program : null;
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/** The repository's root folder. Tests run from dist/, so files that are not compiled are found from here. */
export function repository(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error('no package.json above the tests');
    folder = dirname(folder);
  }
  return folder;
}

/** @returns where a path of the folder `shared` is, whether it is there or not (see `requiresShared`) */
export function shared(path: string): string {
  return join(repository(), '..', 'shared', path);
}
