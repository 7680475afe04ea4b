import { existsSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { DAEMONS, isFast, locate, shared } from './programs.ts';

/**
 * What a test needs of the machine. Where it is missing the test is skipped and says what it needs; where CI is set it
 * fails instead, because what CI does not run nobody runs.
 */

type Trial = (title: string, body: (t: ExecutionContext) => void | Promise<void>) => void;

/** `test` and `test.serial`, or what replaces them where something is missing. */
export type Trials = Trial & { readonly serial: Trial };

const present: Trials = Object.assign<Trial, { serial: Trial }>((...trial) => test(...trial), {
  serial: (...trial) => test.serial(...trial),
});

/**
 * `test` (or `test.serial`) where the parts of a Debian package are on this machine. In a run of the fast tests, a skip
 * for what needs one of {@link DAEMONS}.
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
  return missing.length === 0 ? present : absent(`needs the Debian package ${debianPackage}: no ${missing.join(', ')}`);
}

/** `trials` where the tests run as root, which may mount a disk or act as another account. */
export function requiresRoot(trials = present): Trials {
  return process.geteuid?.() === 0 ? trials : absent('needs root');
}

/**
 * `trials` where the folder `shared` lies beside the repository: it has data and tools that are too large for the
 * repository.
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

/**
 * `test` (or `test.serial`, or what {@link requires} gave) for tests that take many seconds by themselves, such as
 * those that kill a process at every step: `npm run test:fast` leaves them out.
 */
export function long(trials: Trials = present): Trials {
  return isFast ? leftOut('long') : trials;
}

/** A skip, which the report lists by its title. */
function leftOut(why: string): Trials {
  const skip: Trial = (title, body) => test.skip(`${title} (not among the fast tests: ${why})`, body);
  return Object.assign<Trial, { serial: Trial }>((...trial) => skip(...trial), { serial: skip });
}
