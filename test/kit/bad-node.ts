import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { fingerprint } from '../../src/format/key.ts';
import type { LinkTarget } from '../../src/iec/link/open-link.ts';
import type { SshIdentity } from '../../src/iec/link/ssh-identity.ts';
import { keyText } from './inbox.ts';
import { makeKey } from './keys.ts';

/** A node that does what it likes: an SFTP server in this process, whose every answer is the trial's. */
export interface BadNode {
  readonly target: LinkTarget;
  readonly identity: SshIdentity;
}

/** What an SFTP request is called in ssh2, and what the trial does about it. */
export type Answers = Readonly<Record<string, (sftp: SFTPWrapper, id: number, ...given: never[]) => void>>;

/**
 * @param answers by the request's name; what has no answer of its own is answered as by an empty file system that takes
 *   everything
 */
export async function startBadNode(t: ExecutionContext, answers: Answers): Promise<BadNode> {
  const key = makeKey('a bad node');
  const server = new ssh2.Server({ hostKeys: [await keyText(t, key)] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (context) => context.accept());
    client.on('ready', () => {
      client.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => {
          const sftp = acceptSftp();
          sftp.on('error', () => {});
          for (const [name, usual] of Object.entries({ ...USUAL, ...answers })) {
            sftp.on(name, (...given: unknown[]) => (usual as (...all: unknown[]) => void)(sftp, ...given));
          }
        });
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const target = { host: '127.0.0.1', port, user: 'iec', host_key: fingerprint(key.publicKey) };
  return { target, identity: { privateKey: await keyText(t, makeKey('the IEC towards its Difusores')) } };
}

const { STATUS_CODE } = ssh2.utils.sftp;
const HANDLE = Buffer.from('h');

const USUAL: Answers = {
  OPEN: (sftp, id) => sftp.handle(id, HANDLE),
  OPENDIR: (sftp, id) => sftp.handle(id, HANDLE),
  READDIR: (sftp, id) => sftp.status(id, STATUS_CODE.EOF),
  READ: (sftp, id) => sftp.status(id, STATUS_CODE.EOF),
  LSTAT: (sftp, id) => sftp.status(id, STATUS_CODE.NO_SUCH_FILE),
  MKDIR: (sftp, id) => sftp.status(id, STATUS_CODE.OK),
  WRITE: (sftp, id) => sftp.status(id, STATUS_CODE.OK),
  RENAME: (sftp, id) => sftp.status(id, STATUS_CODE.OK),
  CLOSE: (sftp, id) => sftp.status(id, STATUS_CODE.OK),
};
