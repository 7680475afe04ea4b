import ssh2 from 'ssh2';
import { UsageError } from '../../config/usage-error.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { LIMITS } from '../../format/limits.ts';
import { parsedKeys } from '../../keys/agent.ts';
import { isEncrypted, readSecret } from '../../keys/key-file.ts';

/** Who the IEC is towards the Difusores: a private key file, or a key of an ssh-agent. */
export type SshIdentity = { readonly privateKey: Buffer } | { readonly agent: ssh2.BaseAgent };

export interface IdentityOptions {
  /** systemd's `$CREDENTIALS_DIRECTORY` */
  readonly credentials?: string | undefined;
  /** `$SSH_AUTH_SOCK` */
  readonly agentSocket?: string | undefined;
}

/**
 * @param file an OpenSSH private key without passphrase (a service can't be asked), or a public key whose private half
 *   the ssh-agent holds
 * @throws UsageError for a file that is neither, that others may read, or that is encrypted; Error where it can't be read
 */
export async function openIdentity(file: string, { credentials, agentSocket }: IdentityOptions): Promise<SshIdentity> {
  const bytes = await readKey(file, credentials);
  const key = ssh2.utils.parseKey(bytes) as ssh2.ParsedKey | Error | undefined; // a file may hold no key at all
  if (!key || key instanceof Error) {
    if (isEncrypted(bytes.toString('latin1'))) {
      throw new UsageError(
        `${file} is encrypted, and a service can't be asked for a passphrase`,
        'put it in an ssh-agent and name its .pub',
      );
    }
    throw new UsageError(`${file} is not an SSH key`, 'make one with: ssh-keygen -t ed25519 -f NAME');
  }
  if (key.isPrivateKey()) return { privateKey: bytes };
  if (!agentSocket) throw new UsageError(`${file} is a public key, and there is no ssh-agent: SSH_AUTH_SOCK is not set`);
  return { agent: onlyKey(ssh2.createAgent(agentSocket), key.getPublicSSH()) };
}

/** A public key need not be secret; any other file must be. */
async function readKey(file: string, credentials: string | undefined): Promise<Buffer> {
  if (file.endsWith('.pub')) return readBounded(file, LIMITS.documentBytes);
  return readSecret(file, credentials);
}

/** Offers one key only: an agent may hold many, and a server hangs up after a few wrong ones. */
function onlyKey(agent: ssh2.BaseAgent, blob: Buffer): ssh2.BaseAgent {
  const narrowed: ssh2.BaseAgent<ssh2.ParsedKey> = Object.create(agent);
  narrowed.getIdentities = (done) =>
    agent.getIdentities((error, keys) => {
      const parsed = parsedKeys(keys);
      done(
        error ?? null,
        parsed.filter((key) => blob.equals(key.getPublicSSH())),
      );
    });
  return narrowed;
}
