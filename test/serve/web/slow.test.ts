import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { slowReaders } from '../../../src/serve/web/slow.ts';

const CHUNK = Buffer.alloc(64 * 1024);
const CHUNKS = 1024;

/** A server that sends 64 MiB, and a client that asks for it. */
async function asked(t: ExecutionContext): Promise<{ look: () => void; socket: Socket; response: ServerResponse }> {
  const slow = slowReaders();
  const server = createServer((_request, response) => {
    slow.watch(response);
    Readable.from(Array(CHUNKS).fill(CHUNK)).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  t.teardown(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  socket.pause().write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return { look: () => slow.look(), socket, response };
}

test('a reader who takes nothing between two looks is dropped', async (t) => {
  const { look, response } = await asked(t);
  while (!response.writableNeedDrain) await new Promise((resolve) => setImmediate(resolve));
  const closed = once(response, 'close');
  look();
  t.false(response.destroyed);
  look();
  await closed;
  t.false(response.writableFinished);
});

test('a reader who reads gets the whole file, however often he is checked', async (t) => {
  const { look, socket } = await asked(t);
  let bytes = 0;
  let looks = 0;
  socket.on('data', (part) => {
    bytes += part.length;
    // The kernel buffers some megabytes; after eight of them progress is visible.
    if (bytes > (looks + 1) * 8 * 1024 * 1024) {
      looks += 1;
      look();
    }
  });
  socket.resume();
  await once(socket, 'end');
  t.true(bytes > CHUNKS * CHUNK.length);
  t.true(looks > 5);
});
