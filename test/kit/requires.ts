import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';

/**
 * `npm run test:fast` sets it, for a look after each change: what needs a daemon of another program, and what tries a
 * thing in every way there is ({@link thorough}), is left to `npm test`.
 */
const isFast = process.env['COTEJO_FAST'] === '1';
const DAEMONS: ReadonlySet<string> = new Set(['sshd', 'nginx', 'chromium', 'systemd-nspawn']);
const leftToTest: Trial = (title, body) => test.skip(`${title} (left to npm test)`, body);

type Trial = (title: string, body: (t: ExecutionContext) => void | Promise<void>) => void;

/**
 * `test` (or `test.serial`) where the parts of a Debian package are on this machine. Elsewhere a skip that names the
 * package; where CI is set, a failure: what CI does not run is not tried by anyone.
 *
 * ```ts
 * requires('openssh-server', ['sshd'])('the inbox takes a delivery over SFTP', async (t) => { … });
 * ```
 * @param programs absolute paths, or names to be found in PATH or the folders of system programs
 * @param otherwise what the trials are where nothing is missing; `test` if absent
 */
export function requires(
  debianPackage: string,
  programs: readonly string[],
  otherwise: Trial & { serial: Trial } = test,
): Trial & { serial: Trial } {
  if (isFast && programs.some((program) => DAEMONS.has(program))) return both(leftToTest);
  const missing = programs.filter((program) => find(program) === null);
  if (missing.length === 0)
    return both(
      (...trial) => otherwise(...trial),
      (...trial) => otherwise.serial(...trial),
    );
  const why = `needs the Debian package ${debianPackage}: no ${missing.join(', ')}`;
  const absent: Trial = (title, body) =>
    process.env['CI'] ? test(title, (t) => t.fail(why)) : test.skip(`${title} (${why})`, body);
  return both(absent);
}

function both(trial: Trial, serial = trial): Trial & { serial: Trial } {
  return Object.assign<Trial, { serial: Trial }>((...given) => trial(...given), { serial });
}

/** `test`, for what starts processes by the dozen or moves bytes by the hundred million. */
export const thorough: Trial & { serial: Trial } = isFast
  ? both(leftToTest)
  : both(
      (...trial) => test(...trial),
      (...trial) => test.serial(...trial),
    );

/** @returns where a program is, or null */
export function find(program: string): string | null {
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
