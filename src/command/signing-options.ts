import type { Command } from 'commander';
import type { Said } from '../format/said.ts';
import { openAgentKey } from '../keys/agent.ts';
import { openKeyFile, readSecret } from '../keys/key-file.ts';
import { readPublicKey } from '../keys/public-key.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { askSecret } from '../terminal/ask.ts';
import { type Shell, UsageError } from '../terminal/shell.ts';
import { SIGNING } from './words/signing.ts';

/** The options by which every command that signs is told its key. */

export interface SigningOptions {
  readonly key: string;
  readonly agent?: boolean;
  readonly passphraseFile?: string;
  /** how the agent is asked for instead, where that is not `--agent` */
  readonly toSignByAgent?: Said;
  /** what to do about a passphrase where nobody can be asked, if that is not `--passphrase-file` alone */
  readonly toOpenUnasked?: Said;
}

export function signingOptions(command: Command, { told }: Pick<Shell, 'told'>): Command {
  return command
    .requiredOption('--key <file>', told(SIGNING.key))
    .option('--agent', told(SIGNING.agent))
    .option('--passphrase-file <file>', told(SIGNING.passphraseFile));
}

/** @throws UsageError for a key that can't be used, Error where it can't be read or the agent is not there */
export async function openSigningKey(shell: Shell, options: SigningOptions): Promise<SigningKey> {
  if (options.agent) {
    const socket = shell.env['SSH_AUTH_SOCK'];
    if (!socket) throw new UsageError(SIGNING.noAgent, SIGNING.startAgent);
    return openAgentKey(await readPublicKey(options.key), socket);
  }
  const credentials = shell.env['CREDENTIALS_DIRECTORY'];
  const otherwise = options.toSignByAgent ?? SIGNING.addAgent;
  return openKeyFile(options.key, { credentials, otherwise, passphrase: () => passphraseOf(shell, options, credentials) });
}

/** Of a file its bytes, as `ssh-keygen` takes them, in whatever encoding they are. */
async function passphraseOf(shell: Shell, options: SigningOptions, credentials: string | undefined): Promise<string | Buffer> {
  if (options.passphraseFile === undefined) {
    return askSecret(shell, SIGNING.askPassphrase(options.key), options.toOpenUnasked ?? SIGNING.givePassphrase);
  }
  const bytes = await readSecret(options.passphraseFile, credentials);
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1');
}
