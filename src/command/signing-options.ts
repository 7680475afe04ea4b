import type { Command } from 'commander';
import { openAgentKey } from '../keys/agent.ts';
import { openKeyFile, readSecret } from '../keys/key-file.ts';
import { readPublicKey } from '../keys/public-key.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { askSecret } from '../terminal/ask.ts';
import { type Shell, UsageError } from '../terminal/shell.ts';

/** The options by which every command that signs is told its key. */

export interface SigningOptions {
  readonly key: string;
  readonly agent?: boolean;
  readonly passphraseFile?: string;
  /** how the agent is asked for instead, where that is not `--agent` */
  readonly toSignByAgent?: string;
}

export function signingOptions(command: Command): Command {
  return command
    .requiredOption('--key <file>', 'the private key (OpenSSH, ssh-ed25519); with --agent, its public half')
    .option('--agent', 'sign with the ssh-agent at SSH_AUTH_SOCK')
    .option('--passphrase-file <file>', 'read the passphrase from a file instead of asking for it');
}

/** @throws UsageError for a key that can't be used, Error where it can't be read or the agent is not there */
export async function openSigningKey(shell: Shell, options: SigningOptions): Promise<SigningKey> {
  if (options.agent) {
    const socket = shell.env['SSH_AUTH_SOCK'];
    if (!socket) throw new UsageError('no ssh-agent: SSH_AUTH_SOCK is not set', 'start one with: eval $(ssh-agent)');
    return openAgentKey(await readPublicKey(options.key), socket);
  }
  const credentials = shell.env['CREDENTIALS_DIRECTORY'];
  const otherwise = options.toSignByAgent ?? 'add --agent, if an ssh-agent has it';
  return openKeyFile(options.key, { credentials, otherwise, passphrase: () => passphraseOf(shell, options, credentials) });
}

/** Of a file its bytes, as `ssh-keygen` takes them, in whatever encoding they are. */
async function passphraseOf(shell: Shell, options: SigningOptions, credentials: string | undefined): Promise<string | Buffer> {
  if (options.passphraseFile === undefined) {
    return askSecret(shell, `passphrase of ${options.key}:`, 'give the passphrase with --passphrase-file');
  }
  const bytes = await readSecret(options.passphraseFile, credentials);
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1');
}
