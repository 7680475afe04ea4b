import type ssh2 from 'ssh2';
import { UsageError } from '../config/usage-error.ts';
import { blobOf, fingerprint, type PublicKey, pointOf } from '../format/key.ts';
import { ToldError } from '../format/said.ts';
import { saidBy } from '../format/thrown.ts';
import { signingKey } from './signing.ts';
import type { SigningKey } from './signing-key.ts';
import { AGENT_PATIENCE, type AgentPatience, TimedAgent } from './timed-agent.ts';
import { words } from './words.ts';

/** Keys that live in an ssh-agent: the secret never comes to us. */

/**
 * @param socket the agent's, usually `$SSH_AUTH_SOCK`
 * @returns a key that signs within the agent's patience, or throws
 * @throws UsageError where the agent does not have the key; Error where it can't be reached, or says nothing
 */
export async function openAgentKey(key: PublicKey, socket: string, patience: AgentPatience = AGENT_PATIENCE): Promise<SigningKey> {
  const point = pointOf(key);
  if (!point) throw new TypeError(`not a key: ${key}`);
  const agent = new TimedAgent(socket, patience.sign);
  const held = await new Promise<ssh2.ParsedKey[]>((resolve, reject) => {
    new TimedAgent(socket, patience.list).getIdentities((error, keys) =>
      error ? reject(unreachable(error)) : resolve(parsedKeys(keys)),
    );
  });
  const blob = Buffer.from(blobOf(point));
  const own = held.find((one) => blob.equals(one.getPublicSSH()));
  if (!own) throw new UsageError(words.notInAgent(fingerprint(key)), words.addToAgent);
  return signingKey(
    point,
    (bytes) =>
      new Promise((resolve, reject) => {
        agent.sign(own, bytes, (error, signature) =>
          signature ? resolve(signature) : reject(new ToldError(words.notSigned(error ? saidBy(error) : words.noReason))),
        );
      }),
  );
}

function unreachable(error: Error): Error {
  return new ToldError(words.agentSilent(saidBy(error)), { cause: error });
}

/** The keys that an agent listed. ssh2's agents give parsed ones; anything else is left out. */
export function parsedKeys(keys: ssh2.KnownPublicKeys | undefined): ssh2.ParsedKey[] {
  return (keys ?? []).filter((key) => typeof key === 'object' && 'getPublicSSH' in key);
}
