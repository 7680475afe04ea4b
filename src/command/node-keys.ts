import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DifusorConfig } from '../difusor/setup/config.ts';
import { openKeyFile, readSecret } from '../keys/key-file.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { type Shell, UsageError } from '../terminal/shell.ts';

/** The keys of a node, as its commands open them. */

/** The node's acuse key, from systemd's credentials or the configured file. @throws UsageError where it is encrypted */
export async function openAcuseKey(shell: Shell, config: DifusorConfig): Promise<SigningKey> {
  const { file, credentials } = keyFileOf(shell, 'acuse_key', config.acuse_key);
  const passphrase = () => Promise.reject(new UsageError(`${file} is encrypted, and a daemon can't be asked for a passphrase`));
  return openKeyFile(file, { credentials, passphrase });
}

/** The host key of the built-in inbox, from systemd's credentials or the configured file. @throws UsageError */
export async function readHostKey(shell: Shell, configured: string): Promise<Buffer> {
  const { file, credentials } = keyFileOf(shell, 'host_key', configured);
  await openKeyFile(file, { credentials, passphrase: () => Promise.reject(new UsageError(`${file} is encrypted`)) });
  return readSecret(file, credentials);
}

/**
 * systemd's credential takes precedence over the configured file, so that the daemon's user needs no key file of its
 * own.
 */
function keyFileOf(shell: Shell, name: string, configured: string) {
  const credentials = shell.env.CREDENTIALS_DIRECTORY;
  const given = credentials === undefined ? null : join(credentials, name);
  return { file: given !== null && existsSync(given) ? given : configured, credentials };
}
