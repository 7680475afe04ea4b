import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';

/**
 * What a trial needs of the machine. Where it is missing the trial is a skip that says what it needs; where CI is set, a
 * failure: what CI does not run is not tried by anyone.
 */

type Trial = (title: string, body: (t: ExecutionContext) => void | Promise<void>) => void;

/** `test` and `test.serial`, or what stands for them where something is missing. */
export type Trials = Trial & { readonly serial: Trial };

const present: Trials = Object.assign<Trial, { serial: Trial }>((...trial) => test(...trial), {
  serial: (...trial) => test.serial(...trial),
});

/**
 * `test` (or `test.serial`) where the parts of a Debian package are on this machine.
 *
 * ```ts
 * requires('openssh-server', ['sshd'])('the inbox takes a delivery over SFTP', async (t) => { … });
 * ```
 * @param programs absolute paths, or names to be found in PATH or the folders of system programs
 */
export function requires(debianPackage: string, programs: readonly string[]): Trials {
  const missing = programs.filter((program) => find(program) === null);
  return missing.length === 0 ? present : absent(`needs the Debian package ${debianPackage}: no ${missing.join(', ')}`);
}

/** `trials` where the tests run as root, who may mount a disk or act as another account. */
export function requiresRoot(trials = present): Trials {
  return process.geteuid?.() === 0 ? trials : absent('needs root');
}

/**
 * `trials` where the folder `shared` lies beside the repository: it has data and tools that are too large for it.
 * @param path what is needed of that folder; {@link shared} says where it is
 */
export function requiresShared(path: string, trials = present): Trials {
  return existsSync(shared(path)) ? trials : absent(`needs shared/${path} beside the repository`);
}

function absent(why: string): Trials {
  const trial: Trial = (title, body) =>
    process.env['CI'] ? test(title, (t) => t.fail(why)) : test.skip(`${title} (${why})`, body);
  return Object.assign<Trial, { serial: Trial }>((...of) => trial(...of), { serial: trial });
}

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

/** @returns where a path of the folder `shared` is, whether it is there or not (see {@link requiresShared}) */
export function shared(path: string): string {
  return join(repository(), '..', 'shared', path);
}
