import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { fingerprint } from '../../../src/format/key.ts';
import { openLink } from '../../../src/iec/link/open-link.ts';
import { statusIn } from '../../../src/iec/link/status.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import { startSftp } from '../../../src/serve/sftp/sftp-server.ts';
import { makeKey, writePrivateKey } from '../../kit/keys.ts';
import type { Target } from '../target.ts';

/**
 * SFTP both ways, once logged in: what the IEC's account sends to the built-in inbox, and what a node answers the IEC. The
 * input is a row of packets: a kind, two bytes of length and a body each; the frame around them is made here, unless the
 * first byte is odd.
 */

const folder = mkdtempSync(join(tmpdir(), 'cotejo-fuzz-sftp-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const iec = makeKey('iec');
const host = makeKey('a host');
const privateKey = readFileSync(await writePrivateKey(iec, join(folder, 'iec')));
const hostKey = readFileSync(await writePrivateKey(host, join(folder, 'host')));

const KIND = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  setstat: 9,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  realpath: 16,
  rename: 18,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
};

function text(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
}

const packet = (kind: number, ...body: Buffer[]): Buffer => {
  const whole = Buffer.concat(body);
  const head = Buffer.from([kind, 0, 0]);
  head.writeUInt16BE(whole.length, 1);
  return Buffer.concat([head, whole]);
};

const row = (...packets: Buffer[]) => Buffer.concat([Buffer.from([0]), ...packets]);

/** @returns kinds and bodies, of the input without its first byte */
function packetsIn(bytes: Uint8Array): { kind: number; body: Buffer }[] {
  const all = Buffer.from(bytes).subarray(1);
  const packets: { kind: number; body: Buffer }[] = [];
  for (let at = 0; at + 3 <= all.length; ) {
    const length = all.readUInt16BE(at + 1);
    packets.push({ kind: all[at] as number, body: all.subarray(at + 3, at + 3 + length) });
    at += 3 + length;
  }
  return packets;
}

function framed(kind: number, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length + 1);
  head[4] = kind;
  return Buffer.concat([head, body]);
}

const id = (n: number) => Buffer.from([0, 0, 0, n]);
const zero = Buffer.alloc(4);
const words = [
  'inbox',
  'inbox/.a',
  'inbox/jornada-000001',
  'outbox',
  '/',
  '..',
  'corte.json',
  'posix-rename@openssh.com',
  'fsync@openssh.com',
  'statvfs@openssh.com',
];

/** Requests, to the built-in inbox. */
export async function sftpRequests(): Promise<Target> {
  const folders = { inbox: join(folder, 'inbox'), outbox: join(folder, 'outbox'), now: Date.now };
  for (const made of [folders.inbox, folders.outbox]) mkdirSync(made, { recursive: true });
  const settings = { hostKey, iecKeys: [iec.publicKey], inboxBytes: 1024 * 1024 };
  const service = await startSftp(folders, settings, { host: '127.0.0.1', port: 0 });
  let client: ssh2.Client | null = null;
  async function connected(): Promise<ssh2.Client> {
    if (client) return client;
    const made = new ssh2.Client().setMaxListeners(0);
    const ready = once(made, 'ready');
    made.on('error', () => {}).on('close', () => (client = null));
    made.connect({ ...service.address, username: 'iec', privateKey, hostVerifier: () => true });
    await ready;
    client = made;
    return made;
  }
  return {
    seeds: [
      row(packet(KIND.mkdir, id(1), text('inbox/.a'), zero), packet(KIND.opendir, id(2), text('inbox'))),
      row(
        packet(KIND.open, id(1), text('inbox/.a/corte.json'), Buffer.from([0, 0, 0, 0x1a]), zero),
        packet(KIND.write, id(2), text('1'), Buffer.alloc(8), text('hi')),
        packet(KIND.close, id(3), text('1')),
      ),
      row(
        packet(KIND.lstat, id(1), text('outbox')),
        packet(KIND.realpath, id(2), text('.')),
        packet(KIND.rename, id(3), text('inbox/.a'), text('inbox/jornada-000001')),
      ),
      row(
        packet(KIND.extended, id(1), text('posix-rename@openssh.com'), text('inbox/.a'), text('inbox/b')),
        packet(KIND.setstat, id(2), text('inbox'), zero),
      ),
    ],
    words,
    most: 16_384,
    async take(bytes) {
      const connection = await connected();
      await new Promise<void>((resolve) => {
        connection.once('close', resolve);
        connection.subsys('sftp', (error, channel) => {
          if (error) return resolve();
          channel.on('error', () => {}).resume();
          channel.on('close', () => {
            connection.off('close', resolve);
            resolve();
          });
          channel.write(framed(KIND.init, Buffer.from([0, 0, 0, 3])));
          if (((bytes[0] ?? 0) & 1) === 1) channel.write(Buffer.from(bytes).subarray(1));
          else for (const { kind, body } of packetsIn(bytes)) channel.write(framed(kind, body));
          channel.end();
          channel.close();
        });
      });
    },
    async end() {
      client?.destroy();
      await service.close();
    },
  };
}

/** Answers, to the IEC. */
export async function sftpAnswers(): Promise<Target> {
  let next: Uint8Array = Buffer.alloc(0);
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connection.on('error', () => {}).on('authentication', (context) => context.accept());
    connection.on('session', (accept) => {
      accept().on('subsystem', (take) => answer(take()));
    });
  });
  /** One packet of the input for each request; then the channel ends. */
  function answer(channel: ssh2.ServerChannel): void {
    const packets = packetsIn(next);
    const isRaw = ((next[0] ?? 0) & 1) === 1;
    let asked = Buffer.alloc(0);
    channel.on('error', () => {});
    channel.on('data', (part: Buffer) => {
      for (asked = Buffer.concat([asked, part]); asked.length >= 5; ) {
        const length = asked.readUInt32BE(0);
        if (asked.length < 4 + length) return;
        const [kind, its] = [asked[4], asked.subarray(5, 9)];
        asked = asked.subarray(4 + length);
        const given = packets.shift();
        if (kind === KIND.init)
          channel.write(framed(KIND.version, Buffer.concat([Buffer.from([0, 0, 0, 3]), text('fsync@openssh.com'), text('1')])));
        else if (!given) return channel.close();
        else channel.write(isRaw ? given.body : framed(given.kind, Buffer.concat([its, given.body])));
      }
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(folder, 'file'), Buffer.alloc(100_000));
  const file = await open(join(folder, 'file'));
  const target = { host: '127.0.0.1', port, user: 'iec', host_key: fingerprint(host.publicKey) };
  const options = { identity: { privateKey }, patience: { connect: 5000, handshake: 1000, stall: 100 }, windowBytes: 262_144 };
  const ok = packet(KIND.status, zero, text(''), text(''));
  const handle = packet(KIND.handle, text('h'));
  const names = packet(KIND.name, Buffer.from([0, 0, 0, 1]), text('000001.json'), text('-rw'), zero);
  return {
    seeds: [
      row(ok, handle, names, packet(KIND.status, Buffer.from([0, 0, 0, 1]), text(''), text('')), ok),
      row(ok, packet(KIND.attrs, Buffer.from([0, 0, 0, 1]), Buffer.alloc(8, 1)), handle, packet(KIND.data, text('{}')), ok),
      row(ok, packet(KIND.status, Buffer.from([0, 0, 0, 4]), text('Failure'), text(''))),
    ],
    words,
    most: 8192,
    async take(bytes) {
      next = bytes;
      try {
        const link = await openLink(target, options);
        try {
          await link.list('outbox', 100);
          await link.find('outbox');
          await link.read('outbox/status.json', 10_000);
          await link.makeFolder('inbox/.a');
          await link.write('inbox/.a/corte.json', file, 0, 100_000, () => {});
          await link.space('inbox');
          await link.rename('inbox/.a', 'inbox/b');
        } finally {
          link.close();
        }
      } catch (error) {
        if (!(error instanceof Trouble) && statusIn(error) === null) throw error;
      }
    },
    async end() {
      server.close();
      await file.close();
    },
  };
}
