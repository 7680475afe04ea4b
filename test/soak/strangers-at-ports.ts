import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { argv, exit } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import ssh2, { type SFTPWrapper } from 'ssh2';

/**
 * Hostile clients of a Difusor's two ports, as a process of its own: `node strangers-at-ports.js HTTP SFTP KEY SECONDS`.
 * KEY is the IEC's own towards its Difusores: one who has stolen it is among them. Prints how often each came, as JSON.
 */

const [, , http, sftp, keyFile, seconds] = argv as [string, string, string, string, string, string];
const end = performance.now() + 1000 * Number(seconds);
const times: Record<string, number> = {};
const BIG = '/actas/grande.bin';

function open(port: string): Socket {
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  return socket;
}

const ATTACKS: Readonly<Record<string, () => Promise<void>>> = {
  /** A hundred requests for a long file on one connection, of which nothing is read. */
  async pipelining() {
    const socket = open(http).pause();
    socket.write(`GET ${BIG} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(100));
    await sleep(1500);
    socket.destroy();
  },
  /** One kilobyte a second of a long file. */
  async slowReader() {
    const socket = open(http).pause();
    socket.write(`GET ${BIG} HTTP/1.1\r\nHost: a\r\n\r\n`);
    for (let i = 0; i < 20 && !socket.destroyed; i++) {
      await sleep(1000);
      socket.read(1024);
    }
    socket.destroy();
  },
  /** A request that comes a byte at a time. */
  async slowWriter() {
    const socket = open(http);
    for (const letter of 'GET / HTTP/1.1\r\nHost: aaaaaaaaaaaaaa') {
      socket.write(letter);
      await sleep(300);
    }
    socket.destroy();
  },
  async longNames() {
    const socket = open(http).resume();
    socket.end(`GET /${'a'.repeat(7800)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await Promise.race([once(socket, 'close'), sleep(5000)]);
    socket.destroy();
  },
  /** More connections than there are places. */
  async crowd() {
    const sockets = Array.from({ length: 300 }, () => open(http));
    await sleep(4000);
    for (const socket of sockets) socket.destroy();
  },
  async noHttp() {
    const socket = open(http).resume();
    socket.end(randomBytes(4096));
    await Promise.race([once(socket, 'close'), sleep(5000)]);
    socket.destroy();
  },
  /** Connections that never log in. */
  async beforeLogin() {
    const sockets = Array.from({ length: 40 }, () => open(sftp).resume());
    for (const socket of sockets) socket.write(`SSH-2.0-x\r\n`);
    await sleep(2000);
    for (const socket of sockets) socket.destroy();
  },
  async noSsh() {
    const socket = open(sftp).resume();
    socket.write(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), randomBytes(100_000)]));
    await Promise.race([once(socket, 'close'), sleep(2000)]);
    socket.destroy();
  },
  /** Logged in: bytes that are no SFTP. */
  async noSftp() {
    const client = await loggedIn();
    if (!client) return;
    client.subsys('sftp', (error, channel) => {
      if (error) return;
      channel.on('error', () => {}).resume();
      channel.write(randomBytes(10_000));
    });
    await sleep(500);
    client.destroy();
  },
  /**
   * Logged in: the quota is filled up, and given back at once. As long as it is full whoever has the account withholds the
   * cortes, which is in his power (SECURITY.md); afterwards nothing of it may be left.
   */
  async quota() {
    const folder = `inbox/.q${process.pid}-${times['quota'] ?? 0}`;
    for (let isGone = false; !isGone; ) {
      const client = await loggedIn();
      if (!client) continue;
      try {
        const session = await within(promisify<SFTPWrapper>((done) => client.sftp(done))());
        const order = (start: (done: (error?: Error | null) => void) => void) =>
          within(promisify<void>((done) => start(done as never))());
        await fill(session, folder, order).catch(() => {}); // it is full
        await order((done) => session.unlink(`${folder}/corte.tar.gz`, done)).catch(() => {});
        await order((done) => session.rmdir(folder, done)).catch((error: { code?: number }) => {
          if (error.code !== 2) throw error;
        });
        isGone = true;
      } catch {
        // The connection was taken from us: once more.
      }
      client.destroy();
    }
    await sleep(30_000);
  },
};

async function fill(
  session: SFTPWrapper,
  folder: string,
  order: (start: (done: (error?: Error | null) => void) => void) => Promise<void>,
): Promise<void> {
  await order((done) => session.mkdir(folder, done));
  const handle = await within(promisify<Buffer>((done) => session.open(`${folder}/corte.tar.gz`, 'w', done))());
  const block = randomBytes(30_000);
  for (let at = 0; at < 60_000_000 && performance.now() < end; at += 32 * block.length) {
    const writes = Array.from({ length: 32 }, (_, n) =>
      order((done) => session.write(handle, block, 0, block.length, at + n * block.length, done)),
    );
    await Promise.all(writes);
  }
}

async function loggedIn(): Promise<ssh2.Client | null> {
  const client = new ssh2.Client();
  client.on('error', () => {});
  const ready = once(client, 'ready').then(() => true);
  client.connect({
    host: '127.0.0.1',
    port: Number(sftp),
    username: 'iec',
    privateKey: readFileSync(keyFile),
    hostVerifier: () => true,
  });
  const isIn = await Promise.race([ready, once(client, 'close').then(() => false), sleep(5000).then(() => false)]).catch(
    () => false,
  );
  if (!isIn) client.destroy();
  return isIn ? client : null;
}

async function within<T>(answer: Promise<T>): Promise<T> {
  const late = sleep(5000).then(() => {
    throw new Error('no answer');
  });
  return Promise.race([answer, late]);
}

await Promise.all(
  Object.entries(ATTACKS).map(async ([name, attack]) => {
    while (performance.now() < end) {
      times[name] = (times[name] ?? 0) + 1;
      await attack().catch(() => {});
      await sleep(50);
    }
  }),
);
process.stdout.write(JSON.stringify(times));
exit(0);
