import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { installed } from '../../src/disk/installed.ts';
import { fingerprint } from '../../src/format/key.ts';
import { packCorte } from '../../src/iec/pack/pack.ts';
import { makeTrust, signTrust, writeTrust } from '../../test/kit/election.ts';
import { makeKey, writePrivateKey } from '../../test/kit/keys.ts';
import { peakOf } from '../run.ts';
import { HEAD, PHASE, withNode } from './stage.ts';

/**
 * The memory of `iec push` while many nodes take one large corte at once. The nodes are stand-ins in this process that
 * take every byte, throw it away and answer each write after 50 ms, as on a long way; the push is the real command, a
 * process of its own.
 */

const COMMAND = installed('dist/bin/cotejo.js');
const { STATUS_CODE } = ssh2.utils.sftp;
const ANSWER_MS = 50;

export interface Crowd {
  readonly nodes: number;
  /** of the corte */
  readonly bytes: number;
  /** how long the push is watched, seconds */
  readonly seconds: number;
}

export interface Seen {
  /** bytes */
  readonly peak: number;
  /** sessions that the stand-ins saw */
  readonly sessions: number;
  /** bytes that they took */
  readonly taken: number;
}

/** @param folder an empty one @throws Error where the push ended before it was watched for so long */
export async function watchCrowd(folder: string, { nodes, bytes, seconds }: Crowd): Promise<Seen> {
  const chain = join(folder, 'chain');
  const source = join(folder, 'publicacion');
  mkdirSync(source, { recursive: true });
  for (let i = 0; i * 1e6 < bytes; i++) writeFileSync(join(source, `${i}.jpg`), randomBytes(1e6));
  const trust = signTrust(makeTrust({ now: Date.now() }));
  await writeTrust(trust, join(chain, 'trust', '1.json'));
  await writePrivateKey(makeKey(), join(folder, 'ssh_key'), 'iec');
  await writePrivateKey(makeKey('firma-1'), join(folder, 'firma-1'));
  await packCorte({ source, chain, phase: PHASE, key: makeKey('firma-1'), now: Date.now });

  const standIns = await startStandIns(await writePrivateKey(makeKey('host'), join(folder, 'host')));
  const lines = {
    host: '127.0.0.1',
    port: standIns.port,
    user: 'iec',
    host_key: fingerprint(makeKey('host').publicKey),
    inbox: 'inbox',
    outbox: 'outbox',
  };
  const names = Array.from({ length: nodes }, (_, i) => ({
    name: `nodo-${i + 1}`,
    lines: { ...lines, acuse_key: makeKey(`acuses ${i}`).publicKey },
  }));
  writeFileSync(join(folder, 'IEC.toml'), names.reduce(withNode, HEAD));
  const push = spawn(process.execPath, [COMMAND, 'iec', 'push', '--config', join(folder, 'IEC.toml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  push.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  let peak = 0;
  for (const until = performance.now() + seconds * 1000; performance.now() < until; await sleep(250)) {
    if (push.exitCode !== null) throw new Error(`the push ended with ${push.exitCode}: ${said}`);
    peak = Math.max(peak, peakOf(push.pid!) ?? 0);
  }
  push.kill('SIGKILL');
  await once(push, 'exit');
  standIns.close();
  return { peak, sessions: standIns.sessions(), taken: standIns.taken() };
}

/** @param hostKey its file */
async function startStandIns(hostKey: string) {
  let [taken, sessions] = [0, 0];
  const clients = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(hostKey)] }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.on('authentication', (attempt) => attempt.accept());
    client.on('session', (accept) =>
      accept().on('sftp', (acceptSftp) => {
        sessions += 1;
        serve(acceptSftp(), (bytes) => {
          taken += bytes;
        });
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    sessions: () => sessions,
    close() {
      for (const client of clients) client.end();
      server.close();
    },
  };
}

/** An inbox that is empty and takes everything, and an outbox in which nothing ever is. */
function serve(sftp: ssh2.SFTPWrapper, took: (bytes: number) => void): void {
  const absent = (id: number) => sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  const ok = (id: number) => sftp.status(id, STATUS_CODE.OK);
  const handle = Buffer.from('h');
  sftp.on('STAT', absent).on('LSTAT', absent).on('OPENDIR', absent);
  sftp.on('MKDIR', ok).on('RENAME', ok).on('REMOVE', ok).on('FSETSTAT', ok).on('SETSTAT', ok).on('CLOSE', ok);
  sftp.on('OPEN', (id, name) => (name.startsWith('inbox/') ? sftp.handle(id, handle) : absent(id)));
  sftp.on('FSTAT', (id) => sftp.attrs(id, { mode: 0o100644, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 }));
  sftp.on('WRITE', (id, _handle, _offset, data) => {
    took(data.length);
    setTimeout(() => ok(id), ANSWER_MS);
  });
  sftp.on('EXTENDED', ok);
}
