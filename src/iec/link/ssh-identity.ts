import ssh2 from 'ssh2';
import { UsageError } from '../../config/usage-error.ts';
import { ToldError } from '../../format/said.ts';
import { saidBy } from '../../format/thrown.ts';
import { parsedKeys } from '../../keys/agent.ts';
import { readKeyFile, whyNotPublic } from '../../keys/key-file.ts';
import { isEncrypted, whyNoKey } from '../../keys/key-form.ts';
import { AGENT_PATIENCE, type AgentPatience, TimedAgent } from '../../keys/timed-agent.ts';
import { words } from './words.ts';

/** Who the IEC is towards the Difusores: a private key file, or a key of an ssh-agent. */
export type SshIdentity = { readonly privateKey: Buffer } | { readonly agent: ssh2.BaseAgent };

export interface IdentityOptions {
  /** systemd's `$CREDENTIALS_DIRECTORY` */
  readonly credentials?: string | undefined;
  /** `$SSH_AUTH_SOCK` */
  readonly agentSocket?: string | undefined;
  /** while it is opened, and at each login */
  readonly patience?: { readonly opening: AgentPatience; readonly login: AgentPatience } | undefined;
}

/**
 * At a login an agent has less time than the shortest handshake with a node (`ask-all.ts`), so that an agent which says
 * nothing is the IEC's trouble, and not a node's.
 */
const PATIENCE = { opening: AGENT_PATIENCE, login: { list: 5000, sign: 8000 } } as const;

/**
 * @param file an OpenSSH private key without passphrase (a service can't be asked), or a public key whose private half
 *   the ssh-agent holds
 * @throws UsageError for a file that is neither, that others may read, that is encrypted or can't be offered, and where the
 *   agent does not have the key; Error where it can't be read or the agent does not answer
 */
export async function openIdentity(
  file: string,
  { credentials, agentSocket, patience = PATIENCE }: IdentityOptions,
): Promise<SshIdentity> {
  const { bytes } = await readKeyFile(file, credentials);
  const text = bytes.toString('latin1');
  const key: ssh2.ParsedKey | Error | undefined = ssh2.utils.parseKey(bytes); // none, where a file holds none
  if (!key || key instanceof Error) {
    if (isEncrypted(text)) {
      throw new UsageError(words.encrypted(file), words.toAgent);
    }
    throw whyNoKey(file, words.anSshKey, text);
  }
  if (!OFFERED.test(key.type)) {
    throw new UsageError(words.oldType(file, key.type), words.makeOne);
  }
  if (key.isPrivateKey()) return { privateKey: bytes };
  if (!agentSocket) throw whyNotPublic(file, words.startAgent);
  const blob = key.getPublicSSH();
  const isThere = await isHeld(new TimedAgent(agentSocket, patience.opening.list), blob);
  if (!isThere) throw new UsageError(words.notInAgent(file), words.addToAgent);
  return { agent: onlyKey(agentSocket, blob, patience.login) };
}

/** DSA is out of every server by now. */
const OFFERED = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521))$/;

/** @throws Error where the agent does not answer */
function isHeld(agent: ssh2.BaseAgent, blob: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    agent.getIdentities((error, keys) => {
      if (error) return reject(new ToldError(words.agentSilent(saidBy(error)), { cause: error }));
      resolve(parsedKeys(keys).some((key) => blob.equals(key.getPublicSSH())));
    });
  });
}

/** Offers one key only: an agent may hold many, and a server hangs up after a few wrong ones. */
function onlyKey(socket: string, blob: Buffer, patience: AgentPatience): ssh2.BaseAgent {
  const lister = new TimedAgent(socket, patience.list);
  const narrowed = new TimedAgent(socket, patience.sign);
  narrowed.getIdentities = (done) =>
    lister.getIdentities((error, keys) => {
      const own = parsedKeys(keys).filter((key) => blob.equals(key.getPublicSSH()));
      if (error || own.length > 0) done(error ?? null, own);
      else done(new Error('it does not have the key'));
    });
  return narrowed;
}
