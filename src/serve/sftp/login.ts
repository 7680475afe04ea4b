import ssh2, { type AuthContext } from 'ssh2';
import type { PublicKey } from '../../format/key.ts';

/** Who may log in: anyone who holds one of the IEC's keys, under any user name. */

/** Failed tries of one connection; an agent with a few keys offers them one after the other. */
const TRIES = 6;

/**
 * @param keys the IEC's, checked to be keys of the format
 * @returns a function that answers each try of one connection and says whether it may try again
 */
export function newLogin(keys: readonly PublicKey[]): (context: AuthContext) => 'again' | 'enough' {
  const known = keys.map(parse);
  let failed = 0;
  return (context) => {
    if (context.method === 'none') {
      context.reject(['publickey']);
      return 'again';
    }
    if (context.method === 'publickey' && context.key.algo === 'ssh-ed25519') {
      const { blob, signature } = context;
      // Without a signature the client only asks whether a key would do. The answer is yes for any key: otherwise a
      // stranger with the IEC's public key could find out which machines are its Difusores.
      if (!signature || !blob) {
        context.accept();
        return 'again';
      }
      const key = known.find((one) => one.getPublicSSH().equals(context.key.data));
      if (key?.verify(blob, signature) === true) {
        context.accept();
        return 'again';
      }
    }
    failed += 1;
    context.reject(['publickey']);
    return failed < TRIES ? 'again' : 'enough';
  };
}

function parse(key: PublicKey): ssh2.ParsedKey {
  const parsed = ssh2.utils.parseKey(key);
  if (parsed instanceof Error) throw parsed;
  return parsed;
}
