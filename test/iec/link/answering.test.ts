import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import ssh2 from 'ssh2';
import { fingerprint } from '../../../src/format/key.ts';
import { openLink } from '../../../src/iec/link/open-link.ts';
import { toldOf } from '../../../src/iec/link/trouble.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';

/** Writes into the channel of SFTP. */
type Answer = (channel: ssh2.ServerChannel, id: Buffer) => void;

const VERSION = Buffer.from([0, 0, 0, 5, 2, 0, 0, 0, 3]);
const OPENDIR = 11;

/** A link to a node that answers OPENDIR so, byte for byte. */
async function linkTo(t: ExecutionContext, answer: Answer) {
  const folder = await makeFolder(t);
  const host = makeKey('a host');
  const hostKey = await readFile(await writePrivateKey(host, join(folder, 'host')));
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connection.on('error', () => {}).on('authentication', (context) => context.accept());
    connection.on('session', (accept) => {
      accept().on('subsystem', (take) => {
        const channel = take();
        channel
          .on('error', () => {})
          .on('data', (request: Buffer) => {
            if (request[4] === OPENDIR) answer(channel, request.subarray(5, 9));
            else if (request.readUInt32BE(0) === 5) channel.write(VERSION);
          });
      });
    });
  });
  server.listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const privateKey = await readFile(await writePrivateKey(makeKey('iec'), join(folder, 'iec')));
  const target = {
    difusor: 'vanguardia',
    node: 'web1',
    host: '127.0.0.1',
    port,
    user: 'iec',
    host_key: fingerprint(host.publicKey),
  };
  const patience = { connect: 10_000, handshake: 20_000, stall: 20_000 };
  const link = await openLink(target, { identity: { privateKey }, patience, windowBytes: 65_536 });
  t.teardown(() => link.close());
  return link;
}

test('a node that closes SFTP while it owes an answer has cut the link: that is no failure of the Institute', async (t) => {
  const link = await linkTo(t, (channel) => channel.close());
  t.is(toldOf(await t.throwsAsync(link.list('outbox', 10))).code, 'connection-lost');
});

const [id0, none] = [Buffer.alloc(4), Buffer.alloc(12)];
const framed = (kind: number, id: Buffer, body: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, 5 + body.length, kind]), id, body]);

for (const [what, kind, body] of [
  ['an empty handle', 102, id0],
  ['"done"', 101, none],
  ['attributes', 105, id0],
] as const) {
  test(`${what} in the place of a handle is the node’s failure`, async (t) => {
    const link = await linkTo(t, (channel, id) => channel.write(framed(kind, id, body)));
    t.is(toldOf(await t.throwsAsync(link.list('outbox', 10))).code, 'node-failed');
  });
}
