import type { PublicKey } from '../format/key.ts';
import type { Namespace } from '../format/sshsig.ts';

/** Something that can sign: an OpenSSH private key file that was opened, or a key inside an ssh-agent. */
export interface SigningKey {
  readonly publicKey: PublicKey;
  /**
   * @returns the signature file (SSHSIG, armoured) over the message, as `ssh-keygen -Y sign -n <namespace>` writes it
   * @throws Error where an agent refuses or is gone
   */
  sign(message: Uint8Array, namespace: Namespace): Promise<Uint8Array>;
}
