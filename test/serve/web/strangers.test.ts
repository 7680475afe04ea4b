import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { type RunningDifusor, runDifusor } from '../../kit/difusor.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';

/**
 * What strangers do to a web server. The descriptors are those of this process, which runs the server, so one test runs
 * at a time.
 */

const trust = signTrust(makeTrust());
const LARGE = 3 * 1024 * 1024;
/** More than kernels keep of a connection whose reader waits. */
const other = randomBytes(16 * 1024 * 1024);
const corte = makeCorte({
  trust,
  files: { 'index.html': 'uno', 'large.bin': Buffer.alloc(LARGE, 7), 'other.bin': other },
});
const FRESH = Date.parse(corte.statement.taken_at) + 60_000;

async function serving(t: ExecutionContext): Promise<RunningDifusor> {
  const difusor = await runDifusor(t, { trust, ports: { http: { host: '127.0.0.1', port: 0 } }, now: FRESH });
  await writeDelivery(difusor.config.inbox, corte);
  await difusor.until((e) => e.event === 'admitted');
  return difusor;
}

function stranger(t: ExecutionContext, { http }: RunningDifusor): Socket {
  const socket = connect({ ...(http as { host: string; port: number }) }).on('error', () => {});
  t.teardown(() => socket.destroy());
  return socket;
}

function open(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Waits until at most so many descriptors are open: closing takes a moment, while a leak never ends. */
async function atMost(descriptors: number): Promise<number> {
  for (let i = 0; i < 400 && open() > descriptors; i++) await new Promise((resolve) => setTimeout(resolve, 25));
  return open();
}

const GET = 'GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n';

test.serial('a hundred pipelined requests hold one file at a time, and none once the stranger is gone', async (t) => {
  const difusor = await serving(t);
  const before = open();
  const sockets = Array.from({ length: 5 }, () => stranger(t, difusor));
  let most = 0;
  for (const socket of sockets) {
    await once(socket, 'connect');
    socket.pause().write(GET.repeat(100));
  }
  for (let i = 0; i < 40; i++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    most = Math.max(most, open());
  }
  for (const socket of sockets) socket.destroy();
  const after = await atMost(before);
  t.log(`descriptors: ${before} before, ${most} at most, ${after} after`);
  // Both ends of each connection are ours, and it may have one file open.
  t.true(most <= before + 3 * sockets.length, `${most} while they ask, ${before} before`);
  t.true(after <= before, `${after} are open, ${before} were before`);
});

test.serial(
  'a thousand pipelined requests are not kept: the first ones are answered, the last of them ends the connection',
  async (t) => {
    const difusor = await serving(t);
    const socket = stranger(t, difusor);
    let answers = '';
    socket.setEncoding('latin1').on('data', (part) => (answers += part));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1000));
    await once(socket, 'close');
    const told = answers.match(/HTTP\/1\.1 200 OK/g)?.length ?? 0;
    t.true(told >= 100 && told < 1000, `${told} answers`);
    t.is((await fetch(`http://127.0.0.1:${difusor.http?.port}/`)).status, 200);
  },
);

test.serial('what is pipelined is answered in its order, each on its own', async (t) => {
  const difusor = await serving(t);
  const socket = stranger(t, difusor);
  let answers = '';
  socket.setEncoding('latin1').on('data', (part) => (answers += part));
  const lines = [
    'GET / HTTP/1.1',
    'HEAD /large.bin HTTP/1.1',
    'GET /nada HTTP/1.1',
    'POST / HTTP/1.1\r\nContent-Length: 0',
    'GET /large.bin HTTP/1.1\r\nRange: bytes=0-1',
  ];
  socket.write(lines.map((line) => `${line}\r\nHost: x\r\n\r\n`).join(''));
  await once(socket, 'close');
  // The one that may not be asked ends the connection, as it always did.
  t.deepEqual(answers.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 405']);
});

test.serial('a name that no file system takes is 404, also under the notice, and no event', async (t) => {
  const difusor = await serving(t);
  const told = difusor.events.length;
  const long = `/${'a'.repeat(7_800)}`;
  t.is((await fetch(`http://127.0.0.1:${difusor.http?.port}${long}`)).status, 404);
  const last = difusor.events.at(-1);
  difusor.now += 3_600_000;
  await difusor.until((e) => e.event === 'published' && e.phase === 'jornada' && e.public === 'aviso', last);
  for (let i = 0; i < 20; i++) t.is((await fetch(`http://127.0.0.1:${difusor.http?.port}${long}`)).status, 503);
  t.deepEqual(
    difusor.events.slice(told).filter((e) => e.event === 'error'),
    [],
  );
});

test.serial('readers who read, who wait and who vanish get no byte of each other', async (t) => {
  const difusor = await serving(t);
  const asking = 'GET /other.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const whole = async (pauseMs: number): Promise<Buffer> => {
    const socket = stranger(t, difusor);
    await once(socket, 'connect');
    socket.pause().write(asking);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const answer = Buffer.concat(await socket.toArray());
    return answer.subarray(answer.indexOf('\r\n\r\n') + 4);
  };
  const vanish = async (): Promise<void> => {
    const socket = stranger(t, difusor);
    await once(socket, 'connect');
    socket.write(GET);
    await once(socket, 'data');
    socket.destroy();
  };
  const readers = [whole(0), whole(600), whole(0), whole(300), whole(0)];
  for (let i = 0; i < 20; i++) await Promise.all([vanish(), vanish(), vanish()]);
  for (const body of await Promise.all(readers)) t.true(body.equals(other));
});

test.serial('a stranger who asks for a tunnel neither ends the server nor holds a connection', async (t) => {
  const difusor = await serving(t);
  const before = open();
  const CONNECT = 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n';
  for (let i = 0; i < 5; i++) {
    const socket = stranger(t, difusor);
    socket.write(CONNECT);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    t.true(answer.toString().startsWith('HTTP/1.1 405 '));
    socket.resetAndDestroy();
  }
  t.true((await atMost(before)) <= before);
  // This one never ends his half of the connection.
  const staying = connect({ ...(difusor.http as { host: string; port: number }), allowHalfOpen: true }).on('error', () => {});
  t.teardown(() => staying.destroy());
  staying.resume().write(CONNECT);
  await once(staying, 'end');
  t.true((await atMost(before + 1)) <= before + 1, 'only his own end is open');
  t.is((await fetch(`http://127.0.0.1:${difusor.http?.port}/`)).status, 200);
});
