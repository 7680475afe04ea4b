import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';

type Trial = (title: string, body: (t: ExecutionContext) => void | Promise<void>) => void;
type Trials = Trial & { serial: Trial };

/** Programs that serve, or boot, or draw: what starts one takes seconds, and `npm run test:fast` leaves it out. */
const DAEMONS: ReadonlySet<string> = new Set(['sshd', 'nginx', 'chromium', 'systemd-nspawn']);
const isFast = process.env['COTEJO_FAST'] === '1';

/**
 * `test` (or `test.serial`) where the parts of a Debian package are on this machine. Elsewhere a skip that names the
 * package; where CI is set, a failure: what CI does not run is not tried by anyone. Among the fast tests a skip, too, for
 * what needs a daemon of {@link DAEMONS}.
 *
 * ```ts
 * requires('openssh-server', ['sshd'])('the inbox takes a delivery over SFTP', async (t) => { … });
 * ```
 * @param programs absolute paths, or names to be found in PATH or the folders of system programs
 */
export function requires(debianPackage: string, programs: readonly string[]): Trials {
  const daemons = programs.filter((program) => DAEMONS.has(program));
  if (isFast && daemons.length > 0) return leftOut(`starts ${daemons.join(', ')}`);
  const missing = programs.filter((program) => locate(program) === null);
  if (missing.length === 0) return present();
  const why = `needs the Debian package ${debianPackage}: no ${missing.join(', ')}`;
  const absent: Trial = (title, body) =>
    process.env['CI'] ? test(title, (t) => t.fail(why)) : test.skip(`${title} (${why})`, body);
  return Object.assign<Trial, { serial: Trial }>((...trial) => absent(...trial), { serial: absent });
}

/**
 * `test` (or `test.serial`, or what {@link requires} gave) for trials that take many seconds by themselves, as those that
 * kill a process at every step: `npm run test:fast` leaves them out.
 */
export function long(trials: Trials = present()): Trials {
  return isFast ? leftOut('long') : trials;
}

function present(): Trials {
  return Object.assign<Trial, { serial: Trial }>((...trial) => test(...trial), { serial: (...trial) => test.serial(...trial) });
}

/** A skip, which the report lists by its title. */
function leftOut(why: string): Trials {
  const skip: Trial = (title, body) => test.skip(`${title} (not among the fast tests: ${why})`, body);
  return Object.assign<Trial, { serial: Trial }>((...trial) => skip(...trial), { serial: skip });
}

/**
 * Called by whatever starts a daemon. So a test that starts one without saying so through {@link requires} fails as soon as
 * the fast tests are run.
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

function locate(program: string): string | null {
  if (isAbsolute(program)) return existsSync(program) ? program : null;
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/** The repository's root folder; tests run from dist/, so what is not compiled is found from here. */
export function repository(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error('no package.json above the tests');
    folder = dirname(folder);
  }
  return folder;
}

/** The folder `shared` beside the repository, with data too large for it, or null where there is none. */
export function shared(): string | null {
  const path = join(repository(), '..', 'shared');
  return existsSync(path) ? path : null;
}
