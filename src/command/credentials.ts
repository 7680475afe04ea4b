import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HintedError } from '../config/hinted-error.ts';
import { codeOf } from '../format/thrown.ts';
import { describe, type Shell } from '../terminal/shell.ts';

/**
 * The keys of a service. systemd's credential takes precedence over the configured file, so that the service's account needs
 * no key file of its own.
 */

/** By the name of the credential: the unit that gives it, and who makes such a key. */
const GIVEN = {
  acuse_key: { unit: 'cotejo-difusor', made: '`cotejo difusor init` makes it' },
  host_key: { unit: 'cotejo-difusor-sftp', made: '`cotejo difusor init` makes it' },
  signing_key: { unit: 'cotejo-iec', made: 'it comes from the ceremony' },
  ssh_key: { unit: 'cotejo-iec', made: '`cotejo iec init` makes it' },
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
    return new HintedError(
      describe(error).map((why) => `${name}: ${why}, and the unit gives no credential ${name}`),
      `under [Service] of ${unit}.service: ${line}${isThere ? '' : `, FILE being the key (${made})`}; systemctl edit ${unit}`,
      error,
    );
  }
  const how = isThere
    ? 'only the account of the service may read it: run this as that account, or as root by systemd'
    : `the configuration names that file; ${made}`;
  return new HintedError(
    describe(error).map((why) => `${name}: ${why}`),
    how,
    error,
  );
}
