import type { DifusorConfig } from '../difusor/setup/config.ts';
import { openKeyFile, readSecret } from '../keys/key-file.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { type Shell, UsageError } from '../terminal/shell.ts';
import { fromCredential } from './credentials.ts';
import { SIGNING } from './words/signing.ts';

/** The keys of a node, as its commands open them. */

/** The node's acuse key, from systemd's credentials or the configured file. @throws UsageError where it is encrypted */
export function openAcuseKey(shell: Pick<Shell, 'env'>, config: Pick<DifusorConfig, 'acuse_key'>): Promise<SigningKey> {
  return fromCredential(shell, 'acuse_key', config.acuse_key, ({ file, credentials }) => {
    const passphrase = () => Promise.reject(new UsageError(SIGNING.encryptedOfDaemon(file)));
    return openKeyFile(file, { credentials, passphrase });
  });
}

/** The host key of the built-in inbox, from systemd's credentials or the configured file. @throws UsageError */
export function readHostKey(shell: Pick<Shell, 'env'>, configured: string): Promise<Buffer> {
  return fromCredential(shell, 'host_key', configured, async ({ file, credentials }) => {
    await openKeyFile(file, { credentials, passphrase: () => Promise.reject(new UsageError(SIGNING.encrypted(file))) });
    return readSecret(file, credentials);
  });
}
