import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HintedError } from '../config/hinted-error.ts';
import { codeOf } from '../format/thrown.ts';
import { describe, type Shell } from '../terminal/shell.ts';
import { CREDENTIALS } from './words/credentials.ts';

/**
 * The keys of a service. systemd's credential takes precedence over the configured file, so that the service's account needs
 * no key file of its own.
 */

/** By the name of the credential: the unit that gives it, and who makes such a key. */
const GIVEN = {
  acuse_key: { unit: 'cotejo-difusor', made: CREDENTIALS.byDifusorInit },
  host_key: { unit: 'cotejo-difusor-sftp', made: CREDENTIALS.byDifusorInit },
  signing_key: { unit: 'cotejo-iec', made: CREDENTIALS.byCeremony },
  ssh_key: { unit: 'cotejo-iec', made: CREDENTIALS.byIecInit },
} as const;

export type Credential = keyof typeof GIVEN;

/** A key's file as a service has it. */
export interface KeyPlace {
  readonly file: string;
  /** the folder that systemd guards, as it names it */
  readonly credentials: string | undefined;
}

/**
 * Reads a key from the credential, or from the configured file where there is no such credential.
 * @param configured the file that the configuration names
 * @param read is given the file
 * @throws what `read` throws; HintedError for a file that is not there or may not be read, with the unit's line that gives it
 */
export async function fromCredential<T>(
  shell: Pick<Shell, 'env'>,
  name: Credential,
  configured: string,
  read: (place: KeyPlace) => Promise<T>,
): Promise<T> {
  const { file, credentials } = placeOfKey(shell, name, configured);
  const given = credentials === undefined ? null : join(credentials, name);
  try {
    return await read({ file, credentials });
  } catch (error) {
    if (!isAbout(error, file)) throw error;
    throw missing(name, error, isService(shell) && file !== given);
  }
}

/** @returns the credential where systemd gives it, else the configured file; nothing is read */
export function placeOfKey({ env }: Pick<Shell, 'env'>, name: Credential, configured: string): KeyPlace {
  const credentials = env.CREDENTIALS_DIRECTORY;
  const given = credentials === undefined ? null : join(credentials, name);
  return { file: given !== null && existsSync(given) ? given : configured, credentials };
}

/** Whether a file is missing or closed to us, and not another one that `read` may have asked for. */
function isAbout(error: unknown, file: string): error is Error {
  const code = codeOf(error);
  return (code === 'ENOENT' || code === 'EACCES') && error instanceof Error && 'path' in error && error.path === file;
}

/** systemd gives every service an id; under it nobody is there to choose another account. */
function isService({ env }: Pick<Shell, 'env'>): boolean {
  return env.INVOCATION_ID !== undefined || env.CREDENTIALS_DIRECTORY !== undefined;
}

function missing(name: Credential, error: Error & { path?: string }, lacksCredential: boolean): HintedError {
  const { unit, made } = GIVEN[name];
  const isThere = codeOf(error) === 'EACCES';
  const line = `LoadCredential=${name}:${isThere ? error.path : 'FILE'}`;
  if (lacksCredential) {
    const hint = isThere ? CREDENTIALS.giveByUnit(unit, line) : CREDENTIALS.giveMadeByUnit(unit, line, made);
    return new HintedError(CREDENTIALS.notGiven(name, describe(error)), hint, error);
  }
  const hint = isThere ? CREDENTIALS.onlyService : CREDENTIALS.configured(made);
  return new HintedError(CREDENTIALS.named(name, describe(error)), hint, error);
}
